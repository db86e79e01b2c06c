"""test: the scores of the chosen configuration on the test pairs, once, with what they belong to."""

from hashlib import sha256
from pathlib import Path

from playlist2vec.evaluation import evaluate_pairs
from playlist2vec.files import write_json
from playlist2vec.model import Model
from playlist2vec.params import EvaluateParams, read_all
from playlist2vec.splitting import Pairs
from playlist2vec.vocabulary import Vocabulary
from stages import run


def main(params: str, vocabulary: str, test: str, model: str, ranks: str, metrics: str) -> str:
    """As `evaluate`, on the pairs in `test`; `metrics` also names every parameter and the hash of the embeddings."""
    parameters = read_all(params)
    section = EvaluateParams(**parameters["evaluate"])
    pairs = Pairs.load(test)
    evaluation = evaluate_pairs(Model.load(model), pairs, Vocabulary.load(vocabulary).ids, section)
    evaluation.save(ranks, pairs)
    embeddings = sha256((Path(model) / "input.npy").read_bytes()).hexdigest()
    belongs_to = {"parameters": parameters, "embeddings_sha256": embeddings}
    write_json(metrics, {"scores": evaluation.scores(section.k), **belongs_to})
    return evaluation.summary(section.k)


if __name__ == "__main__":
    run("test", main, "PARAMS", "VOCABULARY", "TEST", "MODEL_FOLDER", "RANKS", "METRICS")
