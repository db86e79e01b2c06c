"""Intervals of scores: bootstrap over pairs, Student's t over repeated runs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.ranking.metrics import gains


class Interval(NamedTuple):
    """A 95 % interval around an estimate."""

    estimate: float
    low: float
    high: float


def bootstrap(values: NDArray[np.float64], resamples: int, seed: int) -> list[Interval]:
    """Return the mean of every row of `values`, float64 (measures, pairs), with a 95 % interval.

    Percentile bootstrap: pairs are drawn anew with replacement, all measures on the same draws, and
    the interval runs from the 2.5th to the 97.5th percentile of the resampled means. Efron and
    Tibshirani, An introduction to the bootstrap, 1993, chapter 13. For the difference of two runs
    on the same pairs, give the differences.
    """
    return _resampled(values, values, np.ones(values.shape[1]), resamples, seed)


def score_intervals(
    ranks: NDArray[np.float64], cutoffs: tuple[int, ...], resamples: int, seed: int
) -> dict[str, Interval]:
    """Return every score of `metrics.score` with an interval over `ranks`, float64 (pairs,)."""
    each = gains(ranks, cutoffs)
    return dict(zip(each, bootstrap(np.array(list(each.values())), resamples, seed), strict=True))


def t_interval(values: list[float]) -> Interval:
    """Return the mean of repeated runs, two or more, with a 95 % interval from Student's t.

    The interval is mean -+ t(0.975, n - 1) * s / sqrt(n). It shows the effect of the training seed,
    not of the choice of pairs.
    """
    from scipy.special import stdtrit

    array = np.array(values)
    half = float(stdtrit(len(array) - 1, 0.975) * array.std(ddof=1) / np.sqrt(len(array)))
    mean = float(array.mean())
    return Interval(mean, mean - half, mean + half)


def bootstrap_by(
    values: NDArray[np.float64], groups: NDArray[np.int64], resamples: int, seed: int
) -> list[Interval]:
    """Return the mean of every row of `values` with a 95 % interval over groups of pairs.

    As `bootstrap`, but whole groups are drawn with replacement, such as all questions of a
    listener, which are alike. `values`: float64 (measures, pairs). `groups`: int64 (pairs,), the
    group of every pair.
    """
    different, place = np.unique(groups, return_inverse=True)
    sizes = np.bincount(place, minlength=len(different)).astype(np.float64)
    sums = np.array([np.bincount(place, weights=row) for row in values])
    return _resampled(values, sums, sizes, resamples, seed)


def _resampled(
    values: NDArray[np.float64],
    sums: NDArray[np.float64],
    sizes: NDArray[np.float64],
    resamples: int,
    seed: int,
) -> list[Interval]:
    """Return the mean of every row of `values`, with an interval from resampled columns of `sums`.

    `sums`: float64 (measures, drawn), the sums over a unit of resampling. `sizes`: float64
    (drawn,), the number of pairs in the unit.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = len(sizes)
    means = np.empty((resamples, len(values)))
    for resample in range(resamples):
        times = np.bincount(generator.integers(drawn, size=drawn), minlength=drawn)
        means[resample] = sums @ times / (sizes @ times)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return [
        Interval(*map(float, each)) for each in zip(values.mean(axis=1), low, high, strict=True)
    ]
