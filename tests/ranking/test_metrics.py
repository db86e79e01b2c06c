import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.ranking.metrics import gains, hit_rate, mean_reciprocal_rank, ndcg, score

RANKS = np.array([1, 2, 10, 11, np.inf])


def test_hits_by_hand() -> None:
    assert hit_rate(RANKS, 1) == 1 / 5
    assert hit_rate(RANKS, 10) == 3 / 5
    assert hit_rate(RANKS, 11) == 4 / 5


def test_ndcg_by_hand() -> None:
    assert ndcg(np.array([1.0]), 10) == 1
    assert ndcg(np.array([2.0]), 10) == 1 / np.log2(3)
    assert ndcg(np.array([3.0]), 10) == 1 / 2
    assert ndcg(RANKS, 10) == pytest.approx((1 + 1 / np.log2(3) + 1 / np.log2(11)) / 5)


def test_reciprocal_ranks_by_hand() -> None:
    assert mean_reciprocal_rank(RANKS) == pytest.approx((1 + 1 / 2 + 1 / 10 + 1 / 11) / 5)


def test_what_each_pair_adds_by_hand() -> None:
    each = {name: values.tolist() for name, values in gains(RANKS, (1, 10)).items()}
    assert list(each) == ["hit@1", "hit@10", "ndcg@1", "ndcg@10", "mrr"]
    assert (each["hit@1"], each["hit@10"]) == ([1, 0, 0, 0, 0], [1, 1, 1, 0, 0])
    assert each["ndcg@1"] == [1, 0, 0, 0, 0]
    assert each["ndcg@10"] == pytest.approx([1, 1 / np.log2(3), 1 / np.log2(11), 0, 0])
    assert each["mrr"] == [1, 1 / 2, 1 / 10, 1 / 11, 0]


def test_scores_have_six_digits() -> None:
    assert score(np.array([3.0]), (3,)) == {"hit@3": 1, "ndcg@3": 0.5, "mrr": 0.333333}


def test_nothing_but_misses_scores_nothing() -> None:
    assert score(np.full(3, np.inf), (1, 10)) == {
        "hit@1": 0,
        "hit@10": 0,
        "ndcg@1": 0,
        "ndcg@10": 0,
        "mrr": 0,
    }


@given(
    st.lists(st.one_of(st.integers(1, 100).map(float), st.just(float("inf"))), min_size=1),
    st.randoms(),
)
def test_scores_do_not_depend_on_the_order_and_rise_with_k(
    ranks: list[float], random: object
) -> None:
    shuffled = list(ranks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    scores = score(np.array(ranks), (1, 5, 10))
    assert scores == score(np.array(shuffled), (1, 5, 10))
    assert scores["hit@1"] == scores["ndcg@1"]
    assert scores["hit@1"] <= scores["hit@5"] <= scores["hit@10"] <= 1
    assert scores["ndcg@10"] <= scores["hit@10"]
