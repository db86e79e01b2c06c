import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.evaluation.comparison import as_text, compare_ranks


def test_differences_and_wins_by_hand() -> None:
    found = compare_ranks(np.array([1.0, 11, np.inf, 5]), np.array([1.0, 2, 3, 6]))
    a, b, difference = found.scores["hit@10"]
    assert (a.estimate, b.estimate, difference.estimate) == (2 / 4, 4 / 4, 2 / 4)
    ndcg = found.scores["ndcg@10"][2].estimate
    assert ndcg == pytest.approx(
        (1 / np.log2(3) + 1 / np.log2(4) + 1 / np.log2(7) - 1 / np.log2(6)) / 4
    )
    assert found.wins == (1, 2, 1)


def test_any_score_of_a_rank_can_be_compared() -> None:
    found = compare_ranks(np.array([1.0, 2]), np.array([2.0, 2]), ("mrr", "hit@1", "ndcg@50"))
    assert found.scores["mrr"][2].estimate == (1 / 2 - 1) / 2
    assert found.scores["hit@1"][2].estimate == -1 / 2
    assert found.scores["ndcg@50"][2].estimate == pytest.approx((1 / np.log2(3) - 1) / 2)
    for name in ("r_precision", "hit@0", "hit", "mrr@5"):
        with pytest.raises(
            DataError,
            match=f"^{name}: unknown score: expected hit@k, ndcg@k or mrr",
        ):
            compare_ranks(np.array([1.0]), np.array([2.0]), (name,))


def test_a_clear_difference_is_found_and_none_is_not() -> None:
    rng = np.random.default_rng(1)
    ranks = rng.integers(1, 30, 500).astype(float)
    text = as_text(compare_ranks(ranks, np.maximum(ranks - 3, 1)), "old", "new", markdown=False)
    assert text.count("  differs") == 2
    same = as_text(compare_ranks(ranks, rng.permutation(ranks)), "old", "new", markdown=True)
    assert same.count("| no difference shown |") == 2
    assert same.splitlines()[1] == "| --- | --- | --- | --- | --- |"
