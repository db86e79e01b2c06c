"""baselines: the validation scores of plain counting, on the same pairs and by the same rules as the model's."""

from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.challenge.scores import evaluate_challenge
from playlist2vec.evaluation.next_song import evaluate_pairs, save_ranks
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.rankers import rankers
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.params import Query
from stages import run


def main(params: str, tracks: str, vocabulary: str, train: str, validation: str, ranks: str, metrics: str) -> str:
    """Count in the playlists `train`, answer the pairs in `validation`, songs by the index in `vocabulary`.

    `tracks` names the songs' artists, for the challenge. Writes `ranks`, an array for each baseline, and `metrics`, the
    scores of each.
    """
    query, scoring = read_section(params, Query), read_section(params, Scoring)
    counted = read_section(params, BaselinesParams)
    pairs, playlists, ids = Pairs.load(validation), Playlists.load(train), Vocabulary.load(vocabulary).ids
    counting = rankers(playlists, ids, counted)
    found = {name: evaluate_pairs(ranker, pairs, ids, query) for name, ranker in counting.items()}
    scores = {name: evaluation.scores(scoring.k) for name, evaluation in found.items()}
    if scoring.challenge:
        for name, ranker in counting.items():
            scores[name]["challenge"] = evaluate_challenge(ranker, pairs.playlists, ids, tracks, query).scores()
    save_ranks(ranks, {name: evaluation.ranks for name, evaluation in found.items()}, pairs)
    write_json(metrics, scores)
    k = 10 if 10 in scoring.k else scoring.k[-1]
    rates = ", ".join(f"{name} {hit_rate(evaluation.ranks, k):.4f}" for name, evaluation in found.items())
    return f"{len(pairs):,} pairs: hit@{k} {rates}"


if __name__ == "__main__":
    run("baselines", main, "PARAMS", "TRACKS", "VOCABULARY", "TRAIN", "VALIDATION", "RANKS", "METRICS")
