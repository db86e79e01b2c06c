"""slices: the model beside the baselines: hits and misses by slice, and suggestions."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import write_json, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.tracks import artists_of
from playlist2vec.corpus.vocabulary import Vocabulary, rows_of
from playlist2vec.evaluation.intervals import Interval, score_intervals
from playlist2vec.evaluation.next_song import PAIR_PARTS, load_ranks
from playlist2vec.evaluation.params import Scoring
from playlist2vec.evaluation.slices import (
    Slice,
    describe_suggestions,
    groups_of,
    slice_scores,
)
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from playlist2vec.ranking.ranker import Ranker
from stages import run

LISTS = 1_000
K = 10


def main(
    params: str,
    tracks: str,
    vocabulary: str,
    train: str,
    validation: str,
    model: str,
    ranks: str,
    baseline_ranks: str,
    blend_ranks: str,
    slices: str,
    table: str,
    hits: str,
    hits_by_popularity: str,
    suggestions: str,
) -> str:
    """Read models and ranks; write `slices`, `table`, `hits` (CSV) and `suggestions` (JSON).

    `slices`: hit@10 and ndcg@10 of the model by popularity, cold pairs, playlist length, place and
    near copies. `table`: the model beside the baselines. `hits`: hit@k against k of all rankers.
    `hits_by_popularity`: for plotting. `suggestions`: statistics of lists of ten for the first
    LISTS pairs.
    """
    query, scoring = read_section(params, Query), read_section(params, Scoring)
    ids = Vocabulary.load(vocabulary).ids
    parts, pairs = Parts(train), Pairs.load(validation)
    found = {
        "word2vec": load_ranks(ranks)["ranks"],
        **load_ranks(blend_ranks),
        **load_ranks(baseline_ranks),
    }
    all_ranks = {
        name: each.astype(np.float64) for name, each in found.items() if name not in PAIR_PARTS
    }
    groups = groups_of(parts, pairs, len(ids))
    scored = slice_scores(groups, all_ranks["word2vec"], K, scoring.resamples, scoring.seed)
    write_slices(slices, hits_by_popularity, scored)
    write_text(table, comparison_table(all_ranks, scoring))
    cutoffs = sorted({1, 2, 3, 5, 10, 20, 30, 50, 100, *scoring.k})
    points = [
        f"{k},{name},{hit_rate(each, k):.6f}" for name, each in all_ranks.items() for k in cutoffs
    ]
    write_text(hits, "\n".join(["k,ranker,hit@k", *points, ""]))
    ranker = EmbeddingRanker(Model.load(model), query.similarity)
    described = describe(ranker, pairs.first(LISTS), ids, query, tracks)
    write_json(suggestions, described)
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in described.items())


def write_slices(
    path: str, by_popularity: str, scored: list[tuple[Slice, int, dict[str, Interval]]]
) -> None:
    """Write the scores of all groups, and those by popularity for plotting, as CSV."""
    lines = [
        f"{group.slicing},{group.group},{size},{name},{value:.6f},{low:.6f},{high:.6f}"
        for group, size, scores in scored
        for name, (value, low, high) in scores.items()
    ]
    write_text(path, "\n".join(["slicing,group,pairs,score,value,low,high", *lines, ""]))
    bars = [
        f"{group.group},{scores[f'hit@{K}'].estimate:.6f}"
        for group, _, scores in scored
        if group.slicing == "popularity"
    ]
    write_text(by_popularity, "\n".join([f"songs,hit@{K}", *bars, ""]))


def comparison_table(ranks: dict[str, NDArray[np.float64]], params: Scoring) -> str:
    """Return hit@10 and ndcg@10 with intervals as CSV, a line per ranker."""
    lines = ["ranker,hit@10,low,high,ndcg@10,low,high"]
    for name, each in ranks.items():
        scores = score_intervals(each, (K,), params.resamples, params.seed)
        numbers = [
            f"{number:.6f}" for score in (f"hit@{K}", f"ndcg@{K}") for number in scores[score]
        ]
        lines.append(",".join([name, *numbers]))
    return "\n".join([*lines, ""])


def describe(
    ranker: Ranker, pairs: Pairs, ids: list[str], query: Query, tracks: str
) -> dict[str, object]:
    """Return statistics of the first ten suggestions for the pairs.

    `tracks`: the table with the songs' artists.
    """
    questions = ask(pairs, rows_of(ranker.vocabulary, ids), query)
    lists = ranker.suggest(questions.queries, questions.excluded, K)
    numbers: dict[str, int] = {"": -1}
    names = artists_of(tracks, ranker.vocabulary.ids)
    artists = np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
    last = questions.queries.songs[questions.queries.offsets[1:] - 1]
    found = describe_suggestions(lists, last, ranker.vocabulary.counts, artists)
    known = found.same_artist == found.same_artist
    return {
        "lists": len(lists),
        "coverage": round(found.coverage, 6),
        "mean_popularity": round(found.mean_popularity, 6),
        "same_artist": round(found.same_artist, 6) if known else "unknown",
    }


if __name__ == "__main__":
    run(
        "slices",
        main,
        "PARAMS",
        "TRACKS",
        "VOCABULARY",
        "TRAIN",
        "VALIDATION",
        "MODEL_FOLDER",
        "RANKS",
        "BASELINE_RANKS",
        "BLEND_RANKS",
        "SLICES",
        "TABLE",
        "HITS",
        "HITS_BY_POPULARITY",
        "SUGGESTIONS",
    )
