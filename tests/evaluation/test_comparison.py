import numpy as np
import pytest

from playlist2vec.evaluation.comparison import as_text, compare_ranks


def test_differences_and_wins_by_hand() -> None:
    found = compare_ranks(np.array([1.0, 11, np.inf, 5]), np.array([1.0, 2, 3, 6]))
    a, b, difference = found.scores["hit@10"]
    assert (a.estimate, b.estimate, difference.estimate) == (2 / 4, 4 / 4, 2 / 4)
    ndcg = found.scores["ndcg@10"][2].estimate
    assert ndcg == pytest.approx((1 / np.log2(3) + 1 / np.log2(4) + 1 / np.log2(7) - 1 / np.log2(6)) / 4)
    assert found.wins == (1, 2, 1)


def test_a_clear_difference_is_found_and_none_is_not() -> None:
    rng = np.random.default_rng(1)
    ranks = rng.integers(1, 30, 500).astype(float)
    text = as_text(compare_ranks(ranks, np.maximum(ranks - 3, 1)), "old", "new", markdown=False)
    assert text.count("  differs") == 2
    same = as_text(compare_ranks(ranks, rng.permutation(ranks)), "old", "new", markdown=True)
    assert same.count("| no difference shown |") == 2
    assert same.splitlines()[1] == "| --- | --- | --- | --- | --- |"
