import numpy as np
import pytest

from playlist2vec.evaluation.intervals import bootstrap, bootstrap_by, score_intervals, t_interval


def test_every_pair_is_drawn_alike() -> None:
    """A measure to which one of 8 pairs adds 1: it is drawn Binomial(8, 1 / 8) times, from 0 to 3
    in 95 % of draws.
    """
    assert bootstrap(np.eye(8), 2000, seed=1) == [(1 / 8, 0, 3 / 8)] * 8


def test_the_interval_of_a_rate_is_that_of_the_normal_approximation() -> None:
    """For a rate p over n pairs the interval is p -+ 1.96 * sqrt(p * (1 - p) / n)."""
    hits = np.zeros((1, 1000))
    hits[0, :300] = 1
    (interval,) = bootstrap(hits, 4000, seed=1)
    half = 1.96 * np.sqrt(0.3 * 0.7 / 1000)
    assert interval.estimate == 0.3
    assert interval.low == pytest.approx(0.3 - half, abs=0.003)
    assert interval.high == pytest.approx(0.3 + half, abs=0.003)


def test_equal_runs_have_no_difference_and_equal_seeds_equal_intervals() -> None:
    values = np.random.default_rng(4).random((1, 50))
    assert bootstrap(values - values, 100, seed=1) == [(0, 0, 0)]
    assert bootstrap(values, 100, seed=1) == bootstrap(values, 100, seed=1)
    assert bootstrap(values, 100, seed=1) != bootstrap(values, 100, seed=2)


def test_groups_of_one_pair_are_pairs() -> None:
    values = np.random.default_rng(5).random((2, 60))
    grouped = bootstrap_by(values, np.arange(60)[::-1] * 7, 200, seed=1)
    np.testing.assert_allclose(grouped, bootstrap(values[:, ::-1], 200, seed=1))


def test_groups_are_drawn_whole() -> None:
    """A pair that is there ten times, always drawn with its copies, tells no more than once."""
    values = np.random.default_rng(6).random((1, 40))
    (often,) = bootstrap_by(
        np.repeat(values, 10, axis=1), np.repeat(np.arange(40), 10), 500, seed=1
    )
    (once,) = bootstrap(values, 500, seed=1)
    assert often == pytest.approx(once)


def test_of_groups_of_different_sizes_each_pair_counts_alike() -> None:
    """Groups of 1 and 3 pairs, which score 1 and 0: the two draws are 1, 1 / 4 or 0 per pair, the
    mean is 1 / 4.
    """
    (interval,) = bootstrap_by(np.array([[1.0, 0, 0, 0]]), np.array([5, 2, 2, 2]), 2000, seed=1)
    assert interval == (1 / 4, 0, 1)
    weights, groups = (
        np.random.default_rng(7).random((1, 90)),
        np.repeat(np.arange(30), [1, 2, 6] * 10),
    )
    generator = np.random.Generator(np.random.PCG64(3))
    means = []
    for _ in range(100):
        drawn = [weights[0, groups == group] for group in generator.integers(30, size=30)]
        means.append(np.concatenate(drawn).mean())
    (found,) = bootstrap_by(weights, groups, 100, seed=3)
    assert found == pytest.approx((weights.mean(), *np.quantile(means, [0.025, 0.975])))


def test_scores_have_their_intervals() -> None:
    intervals = score_intervals(np.array([1.0, 2.0, np.inf, 20.0]), (1, 10), 50, seed=1)
    assert intervals["hit@10"].estimate == 2 / 4
    assert intervals["ndcg@10"].estimate == (1 + 1 / np.log2(3)) / 4
    assert list(intervals) == ["hit@1", "hit@10", "ndcg@1", "ndcg@10", "mrr"]


def test_repeated_runs_by_hand() -> None:
    """Three runs: t(0.975, 2) = 4.3027; the standard deviation of 1, 2, 3 is 1."""
    interval = t_interval([0.1, 0.2, 0.3])
    assert interval.estimate == pytest.approx(0.2)
    assert interval.high - interval.low == pytest.approx(2 * 4.302653 * 0.1 / np.sqrt(3))


def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    """Draw 400 samples with a known rate: the share of intervals that hold it is .95, within three
    standard errors.
    """
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        (interval,) = bootstrap((rng.random((1, 300)) < 0.4).astype(float), 300, seed=3)
        held += interval.low <= 0.4 <= interval.high
    assert held / 400 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 400) + 0.01)
