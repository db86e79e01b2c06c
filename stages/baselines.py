"""baselines: the validation scores of plain counting, on the same pairs and by the same rules as the model's."""

from playlist2vec.base.files import write_json
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.baselines import baselines_of_challenge, evaluate_baselines
from playlist2vec.evaluation.next_song import save_ranks
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.counting.params import BaselinesParams
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
    found = evaluate_baselines(playlists, ids, pairs, query, counted)
    scores = {name: evaluation.scores(scoring.k) for name, evaluation in found.items()}
    if scoring.challenge:
        continued = baselines_of_challenge(playlists, ids, pairs.playlists, tracks, query, counted)
        scores = {name: each | {"challenge": continued[name].scores()} for name, each in scores.items()}
    save_ranks(ranks, {name: evaluation.ranks for name, evaluation in found.items()}, pairs)
    write_json(metrics, scores)
    k = 10 if 10 in scoring.k else scoring.k[-1]
    rates = ", ".join(f"{name} {hit_rate(evaluation.ranks, k):.4f}" for name, evaluation in found.items())
    return f"{len(pairs):,} pairs: hit@{k} {rates}"


if __name__ == "__main__":
    run("baselines", main, "PARAMS", "TRACKS", "VOCABULARY", "TRAIN", "VALIDATION", "RANKS", "METRICS")
