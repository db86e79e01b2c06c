"""test: the scores of the chosen configuration on the test pairs, once, with what they belong to."""

from hashlib import sha256
from pathlib import Path

from playlist2vec.baselines import evaluate_baselines
from playlist2vec.evaluation import evaluate_pairs
from playlist2vec.files import write_json, write_text
from playlist2vec.model import Model
from playlist2vec.params import BaselinesParams, EvaluateParams, read_all
from playlist2vec.playlists import Playlists
from playlist2vec.splitting import Pairs
from playlist2vec.vocabulary import Vocabulary
from stages import run


def main(
    params: str, vocabulary: str, train: str, test: str, model: str, ranks: str, metrics: str, intervals: str
) -> str:
    """As `evaluate` and `baselines`, on the pairs in `test`.

    `metrics` also names every parameter and the hash of the embeddings.
    """
    parameters = read_all(params)
    section = EvaluateParams(**parameters["evaluate"])
    ids = Vocabulary.load(vocabulary).ids
    pairs = Pairs.load(test)
    evaluation = evaluate_pairs(Model.load(model), pairs, ids, section)
    evaluation.save(ranks, pairs)
    write_text(intervals, evaluation.table(section))
    counted = BaselinesParams(**parameters["baselines"])
    baselines = evaluate_baselines(Playlists.load(train), ids, pairs, section, counted)
    content = {
        "scores": evaluation.scores(section.k),
        "baselines": {name: each.scores(section.k) for name, each in baselines.items()},
        "parameters": parameters,
        "embeddings_sha256": sha256((Path(model) / "input.npy").read_bytes()).hexdigest(),
    }
    write_json(metrics, content)
    return evaluation.summary(section.k)


if __name__ == "__main__":
    run("test", main, "PARAMS", "VOCABULARY", "TRAIN", "TEST", "MODEL_FOLDER", "RANKS", "METRICS", "INTERVALS")
