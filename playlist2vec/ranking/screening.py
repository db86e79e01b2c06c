"""Screening in float32: the matrices of queries and candidates, and the error of their product."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.ranking.candidates import Candidates


def screen_of(candidates: Candidates, first: int, end: int) -> NDArray[np.float32]:
    """Return candidates `first` to before `end` as float32 (songs, vector_size + 1), bias last."""
    here = slice(first, end)
    vectors = candidates.vectors[here]
    screen = np.empty((len(vectors), vectors.shape[1] + 1), np.float32)
    np.multiply(vectors, candidates.scale[here, None], out=screen[:, :-1], casting="same_kind")
    screen[:, -1] = candidates.bias[here]
    screen[~candidates.finite[here]] = np.nan
    return screen


def whole_screen(candidates: Candidates) -> NDArray[np.float32]:
    """Return all candidates as in `screen_of`, or their vectors alone, without a copy.

    The vectors are enough if all are finite and no bias or scale has an effect.
    """
    if candidates.finite.all() and not candidates.bias.any() and (candidates.scale == 1).all():
        return candidates.vectors
    return screen_of(candidates, 0, len(candidates))


@dataclass(frozen=True)
class Reach:
    """Limits of the scores of candidates: longest vector, largest bias, and size of vectors."""

    longest: float
    bias: float
    size: int

    def bound(self, queries: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return upper bounds of absolute scores by Cauchy-Schwarz: float64 (queries,)."""
        bound: NDArray[np.float64] = np.sqrt(np.sum(queries**2, axis=1)) * self.longest + self.bias
        return bound

    def tolerance(self, bound: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the maximum errors of float32 scores: float64 (queries,).

        The scores are products of `screen_of` and `single_of`. A float32 product of n terms is off
        by at most about n * 2**-24 times the sum of their sizes; four times that is allowed, and
        never less than 1e-5 of the bound.
        """
        tolerance: NDArray[np.float64] = np.maximum(bound, 1.0) * max(
            1e-5, 4 * (self.size + 2) * 2.0**-24
        )
        return tolerance


def reach_of(candidates: Candidates) -> Reach:
    """Return the limits of the scores of candidates."""
    largest = float(np.max(np.abs(candidates.bias[candidates.finite]), initial=0.0))
    return Reach(candidates.longest, largest, candidates.vectors.shape[1])


def tolerance_of(queries: NDArray[np.float64], candidates: Candidates) -> NDArray[np.float64]:
    """Return the maximum errors of float32 scores, as in `Reach.tolerance`: float64 (queries,)."""
    reach = reach_of(candidates)
    return reach.tolerance(reach.bound(queries))


def single_of(queries: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return queries as float32 (queries, vector_size + 1), with a 1 as factor of the bias."""
    single = np.ones((len(queries), queries.shape[1] + 1), np.float32)
    single[:, :-1] = queries
    return single
