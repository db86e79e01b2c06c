"""evaluate: validation scores with their intervals, and the rank of every held-out song."""

from playlist2vec.evaluation import evaluate_pairs
from playlist2vec.files import write_json, write_text
from playlist2vec.model import Model
from playlist2vec.params import EvaluateParams, read_section
from playlist2vec.splitting import Pairs
from playlist2vec.vocabulary import Vocabulary
from stages import run


def main(params: str, vocabulary: str, validation: str, model: str, ranks: str, metrics: str, intervals: str) -> str:
    """Ask `model` about the pairs in `validation`, songs by the index in `vocabulary`.

    Writes `ranks`, `metrics` (JSON) and the 95 % interval of each score to `intervals` (CSV).
    """
    section = read_section(params, EvaluateParams)
    pairs = Pairs.load(validation)
    evaluation = evaluate_pairs(Model.load(model), pairs, Vocabulary.load(vocabulary).ids, section)
    evaluation.save(ranks, pairs)
    write_json(metrics, evaluation.scores(section.k))
    write_text(intervals, evaluation.table(section))
    return evaluation.summary(section.k)


if __name__ == "__main__":
    run("evaluate", main, "PARAMS", "VOCABULARY", "VALIDATION", "MODEL_FOLDER", "RANKS", "METRICS", "INTERVALS")
