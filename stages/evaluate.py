"""evaluate: validation scores with intervals, and ranks of held-out songs; also the challenge."""

from playlist2vec.base.files import write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.compared.headline import headline
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.challenge.scores import evaluate_challenge
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.params import Query
from stages import run


def main(
    params: str,
    tracks: str,
    vocabulary: str,
    validation: str,
    model: str,
    ranks: str,
    metrics: str,
    details: str,
    intervals: str,
) -> str:
    """Ask `model` about the pairs in `validation`, with artists of `tracks`.

    Songs are given by the index in `vocabulary`. Writes `ranks`; `metrics`, the scores for
    comparing runs; `details`, all scores; and `intervals`, the 95 % intervals as CSV.
    """
    query, scoring = read_section(params, Query), read_section(params, Scoring)
    pairs = Pairs.load(validation)
    ids = Vocabulary.load(vocabulary).ids
    ranker = EmbeddingRanker(Model.load(model), query.similarity, scoring.index)
    evaluation = evaluate_pairs(ranker, pairs, ids, query)
    scores, table, summary = (
        evaluation.scores(scoring.k),
        evaluation.table(scoring),
        evaluation.summary(scoring.k),
    )
    if scoring.challenge:
        challenge = evaluate_challenge(ranker, pairs.playlists, ids, tracks, query)
        scores, table = scores | {"challenge": challenge.scores()}, table + challenge.table(scoring)
        summary += f"; {challenge.summary()}"
    evaluation.save(ranks, pairs)
    compared = headline(scores, scoring.k)
    write_json(metrics, {"pairs": scores["pairs"], **compared, "mrr": scores["mrr"]})
    write_json(details, scores)
    write_text(intervals, table)
    return summary


if __name__ == "__main__":
    run(
        "evaluate",
        main,
        "PARAMS",
        "TRACKS",
        "VOCABULARY",
        "VALIDATION",
        "MODEL_FOLDER",
        "RANKS",
        "METRICS",
        "DETAILS",
        "INTERVALS",
    )
