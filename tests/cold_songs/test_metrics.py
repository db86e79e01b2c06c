"""Scores with several right answers, by hand, by scikit-learn and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score, roc_auc_score

from playlist2vec.cold_songs.scoring.metrics import auc, expected, hit, ndcg


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=30))
def test_auc_is_scikit_learns_with_ties(drawn: list[tuple[int, bool]]) -> None:
    scores = np.array([[score for score, _ in drawn]], np.float64)
    relevant = np.array([[right for _, right in drawn]])
    found = auc(scores, relevant)
    if relevant.all() or not relevant.any():
        assert np.isnan(found).all()
    else:
        assert found[0] == pytest.approx(roc_auc_score(relevant[0], scores[0]))


def test_ndcg_by_hand() -> None:
    gains = np.array([[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]], np.float64)
    right = np.array([2, 1, 3])
    found = ndcg(gains, right, 3)
    ideal = 1 + 1 / np.log2(3)
    assert found.tolist() == pytest.approx([(1 / np.log2(3) + 1 / 2) / ideal, 1.0, 0.0])
    assert hit(gains, right, 3).tolist() == [1, 1, 0]
    assert np.isnan(ndcg(gains[:1], np.array([0]), 3)).all()
    assert np.isnan(hit(gains[:1], np.array([0]), 3)).all()


@given(
    st.permutations(range(12)),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.integers(1, 15),
)
def test_ndcg_is_scikit_learns(order: list[int], right: list[bool], k: int) -> None:
    relevant = np.array([right])
    if not relevant.any():
        return
    scores = -np.array([order], np.float64)
    gains = np.take_along_axis(relevant, np.argsort(-scores, axis=1), axis=1).astype(np.float64)
    assert ndcg(gains, relevant.sum(axis=1), k)[0] == pytest.approx(
        ndcg_score(relevant.astype(float), scores, k=k)
    )


def test_what_is_expected_of_ties_is_the_mean_over_their_orders() -> None:
    rng = np.random.default_rng(1)
    levels = rng.integers(0, 3, (4, 12))
    relevant = rng.random((4, 12)) < 0.3
    relevant[0] = False
    found = expected(levels, relevant, 5)
    number = relevant.sum(axis=1)
    sums = np.zeros((2, 4))
    for _ in range(4_000):
        order = np.argsort(-(levels + 0.5 * rng.random(levels.shape)), axis=1)
        gains = np.take_along_axis(relevant, order, axis=1).astype(np.float64)
        sums += [ndcg(gains, number, 5), hit(gains, number, 5)]
    np.testing.assert_allclose(found["ndcg@5"][1:], sums[0, 1:] / 4_000, atol=0.02)
    np.testing.assert_allclose(found["hit@5"][1:], sums[1, 1:] / 4_000, atol=0.03)
    assert all(np.isnan(each[0]) for each in found.values())
