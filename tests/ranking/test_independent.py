"""Scores beside those of trec_eval, through ir_measures: other code, given the same scores.

Each case goes the project's whole way, from scores with ties to ranks to metrics. The other code
is given every song that may be suggested, in an order that is made here by a sort: the better
score first, ties by the smaller row. It breaks ties in a way of its own, so it is given places.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, Measure, Qrel, Rprec, ScoredDoc, Success, nDCG
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.songs import Rows
from playlist2vec.evaluation.challenge.metrics import ndcg as challenge_ndcg
from playlist2vec.evaluation.challenge.metrics import r_precision_tracks
from playlist2vec.ranking.candidates import candidates_for
from playlist2vec.ranking.dense import rank_targets
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.metrics import gains, hit_rate, mean_reciprocal_rank, ndcg, score
from playlist2vec.ranking.sparse import rank_by_scores
from tests.evaluation.challenge.test_metrics import lists_of, truth_of
from tests.ranking.test_sparse import fixed

CUTOFFS = (1, 5, 10)
MEASURES = {
    **{f"hit@{k}": Success @ k for k in CUTOFFS},
    **{f"ndcg@{k}": nDCG @ k for k in CUTOFFS},
    "mrr": RR,
}


class Case(NamedTuple):
    """Queries: the score of each song for each, the right song, songs that are not suggested."""

    scores: NDArray[np.float64]
    targets: NDArray[np.int64]
    excluded: list[list[int]]

    @property
    def exclusions(self) -> Exclusions:
        flat = np.array([song for each in self.excluded for song in each], np.int64)
        return Exclusions(Rows(flat), offsets_of(np.array([len(each) for each in self.excluded])))

    def lists(self, *, smaller_row_first: bool = True) -> list[list[int]]:
        """The list of each query, best first, made without the project's code."""
        lists = []
        for row, out in zip(self.scores.tolist(), self.excluded, strict=True):
            songs = range(len(row)) if smaller_row_first else range(len(row))[::-1]
            allowed = [song for song in songs if song not in out]
            lists.append(sorted(allowed, key=row.__getitem__, reverse=True))
        return lists

    def sparse_ranks(self) -> NDArray[np.float64]:
        """Ranks by stored scores; a score of 0 is stored for songs with an even row alone."""
        stored = [enumerate(row) for row in self.scores.tolist()]
        rows = [{song: value for song, value in row if value or song % 2 == 0} for row in stored]
        scorer, queries = fixed(rows, self.scores.shape[1])
        return rank_by_scores(scorer, queries, self.targets, self.exclusions, self.scores.shape[1])


def by_trec_eval(
    lists: Sequence[Sequence[int]], truth: Sequence[Iterable[int]], measures: dict[str, Measure]
) -> dict[str, list[float]]:
    """Each measure of each query; a list, best first, becomes falling scores without ties."""
    qrels = [Qrel(str(query), str(song), 1) for query, each in enumerate(truth) for song in each]
    run = [
        ScoredDoc(str(query), str(song), -float(place))
        for query, each in enumerate(lists)
        for place, song in enumerate(each)
    ]
    values = {
        (name, int(found.query_id)): found.value
        for name, measure in measures.items()
        for found in ir_measures.iter_calc([measure], qrels, run)
    }
    return {name: [values[name, query] for query in range(len(lists))] for name in measures}


def assert_alike(ranks: NDArray[np.float64], lists: list[list[int]], targets: list[int]) -> None:
    """Every query's share in every score, and every score, are those of the other code."""
    theirs = by_trec_eval(lists, [[target] for target in targets], MEASURES)
    ours = gains(ranks, CUTOFFS)
    assert list(ours) == list(theirs)
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, rtol=1e-12, err_msg=name)
    means = {name: float(np.mean(values)) for name, values in theirs.items()}
    for k in CUTOFFS:
        assert hit_rate(ranks, k) == pytest.approx(means[f"hit@{k}"], rel=1e-12)
        assert ndcg(ranks, k) == pytest.approx(means[f"ndcg@{k}"], rel=1e-12)
    assert mean_reciprocal_rank(ranks) == pytest.approx(means["mrr"], rel=1e-12)
    assert score(ranks, CUTOFFS) == pytest.approx(means, abs=5e-7)  # rounded to 6 digits


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Few different scores, so that most songs share theirs with others."""
    songs, queries = draw(st.integers(1, 25)), draw(st.integers(1, 8))
    song, value = st.integers(0, songs - 1), st.sampled_from([0.0, 0.5, 1.0, 2.0])
    row = st.lists(value, min_size=songs, max_size=songs)
    scores = np.array([draw(row) for _ in range(queries)])
    targets = np.array([draw(song) for _ in range(queries)], np.int64)
    return Case(scores, targets, [draw(st.lists(song, max_size=4)) for _ in range(queries)])


def seeded(queries: int, songs: int, values: int, seed: int) -> Case:
    """Scores drawn from so many values; each query leaves out three songs."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(values, size=(queries, songs)).astype(np.float64)
    excluded = rng.integers(songs, size=(queries, 3)).tolist()
    return Case(scores, rng.integers(songs, size=queries), excluded)


def test_by_hand_with_ties_and_an_excluded_target() -> None:
    row = [0.5, 2.0, 1.0, 1.0, 0.0]  # in order: 1, 2, 3, 0, 4
    case = Case(np.array([row] * 5), np.array([1, 2, 3, 4, 3]), [[], [], [], [0], [3]])
    assert case.lists() == [*[[1, 2, 3, 0, 4]] * 3, [1, 2, 3, 4], [1, 2, 0, 4]]
    ranks = case.sparse_ranks()
    assert ranks.tolist() == [1, 2, 3, 4, np.inf]
    theirs = by_trec_eval(case.lists(), [[song] for song in case.targets.tolist()], MEASURES)
    assert theirs["hit@1"] == [1, 0, 0, 0, 0]
    assert theirs["hit@5"] == [1, 1, 1, 1, 0]
    assert theirs["ndcg@5"] == pytest.approx([1, 1 / np.log2(3), 1 / 2, 1 / np.log2(5), 0])
    assert theirs["mrr"] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 0])
    assert ndcg(ranks, 5) == pytest.approx((1 + 1 / np.log2(3) + 1 / 2 + 1 / np.log2(5)) / 5)
    assert mean_reciprocal_rank(ranks) == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 5)
    assert_alike(ranks, case.lists(), case.targets.tolist())


@settings(max_examples=150, deadline=None)
@given(cases())
def test_ranks_by_stored_scores_with_ties(case: Case) -> None:
    assert_alike(case.sparse_ranks(), case.lists(), case.targets.tolist())


@pytest.mark.parametrize(("songs", "values"), [(40, 3), (300, 2), (300, 12), (300, 100_000)])
def test_many_queries_with_ties(songs: int, values: int) -> None:
    case = seeded(200, songs, values, seed=values)
    assert_alike(case.sparse_ranks(), case.lists(), case.targets.tolist())


def test_ties_the_other_way_round_are_told_apart() -> None:
    """With so many ties, lists that have the larger row first score otherwise."""
    case = seeded(200, 40, 3, seed=3)
    others = case.lists(smaller_row_first=False)
    with pytest.raises(AssertionError):
        assert_alike(case.sparse_ranks(), others, case.targets.tolist())


@pytest.mark.parametrize("similarity", ["cosine", "euclidean"])
def test_ranks_by_vectors_with_ties(similarity: str) -> None:
    """300 songs at few places, all of a length that is a whole number: equal scores are exact."""
    rng = np.random.default_rng(1)
    places = [(0, 0), (3, 4), (4, -3), (-5, 0), (0, 5), (6, 8), (-8, 6), (10, 0), (0, -10)]
    vectors = np.array(places, np.float32)[rng.integers(len(places), size=300)]
    queries = np.array(places, np.float64)[rng.integers(len(places), size=200)]
    products = queries @ vectors.T.astype(np.float64)
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    scores = {
        "cosine": np.divide(products, norms, out=np.zeros_like(products), where=norms > 0).round(9),
        "euclidean": -((queries[:, None] - vectors) ** 2).sum(axis=2),
    }[similarity]
    excluded = rng.integers(300, size=(200, 3)).tolist()
    case = Case(scores, rng.integers(300, size=200), excluded)
    candidates = candidates_for(similarity, vectors)
    ranks = rank_targets(queries, candidates, case.targets, case.exclusions)
    assert_alike(ranks, case.lists(), case.targets.tolist())


def test_the_challenges_scores_of_tracks() -> None:
    """Several right songs a list: R-precision of tracks, and NDCG with its ideal list cut off."""
    rng = np.random.default_rng(1)
    lists = [rng.permutation(60)[: rng.integers(1, 21)].tolist() for _ in range(200)]
    truth = [rng.permutation(60)[: rng.integers(1, 41)].tolist() for _ in lists]
    theirs = by_trec_eval(lists, truth, {"r_precision": Rprec, "ndcg": nDCG @ 20})
    suggested, held = lists_of(lists, 20), truth_of(*truth)
    precisions, gained = r_precision_tracks(suggested, held), challenge_ndcg(suggested, held)
    np.testing.assert_allclose(precisions, theirs["r_precision"], rtol=1e-12)
    np.testing.assert_allclose(gained, theirs["ndcg"], rtol=1e-12)
