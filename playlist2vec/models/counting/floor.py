"""Scores of all songs, stored only for songs with a score above a floor."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

LISTED = 1000
"""Number of the most popular songs that are always stored; the prior of the last is the floor."""


def above_floor(
    evidence: csr_array,
    prior: NDArray[np.float64],
    factors: NDArray[np.float64],
) -> csr_array:
    """Return evidence(q, c) + factor(q) * prior(c) where the sum is above factor(q) * floor.

    `evidence`: float64 (queries, songs), no value below 0. `prior`: float64 (songs,), in the order
    of the rows, which is that of popularity, never rising. The floor, 0 or above, is the prior of
    the last of the LISTED first songs, or of all songs if there are fewer. `factors`: float64
    (queries,), above 0. Returns float64 (queries, songs), all stored values above 0.

    A song that is not stored has no score. It ranks behind the songs that have a score, in the
    order of the rows: that is its exact rank if there is no evidence for it. A song whose evidence
    leaves it at or below the floor may rank too low, but LISTED - 1 songs rank before it either
    way, so that ranks below LISTED are exact where no song is excluded.
    """
    queries, songs = evidence.shape
    listed = min(LISTED, songs)
    if queries == 1:
        return _of_one(evidence, prior, float(factors[0]), listed)
    offsets = np.arange(queries + 1) * listed
    first = np.outer(factors, prior[:listed]).ravel()
    head = csr_array((first, np.tile(np.arange(listed), queries), offsets), shape=evidence.shape)
    query = np.repeat(np.arange(queries), np.diff(evidence.indptr))
    later = np.where(evidence.indices < listed, 0.0, factors[query] * prior[evidence.indices])
    values = evidence.data + later
    rest = csr_array((values, evidence.indices, evidence.indptr), shape=evidence.shape)
    scores = (head + rest).tocsr()
    floors = factors * prior[:listed].min(initial=np.inf)
    scores.data[scores.data <= np.repeat(floors, np.diff(scores.indptr))] = 0
    scores.eliminate_zeros()
    return scores


def _of_one(
    evidence: csr_array, prior: NDArray[np.float64], factor: float, listed: int
) -> csr_array:
    """Return the result of `above_floor` for a single query, bit for bit.

    A row of all songs is faster to make than four matrices.
    """
    row = np.zeros(len(prior))
    row[:listed] = factor * prior[:listed]
    later = np.where(evidence.indices < listed, 0.0, factor * prior[evidence.indices])
    row[evidence.indices] += evidence.data + later
    songs = np.flatnonzero(row > factor * prior[:listed].min(initial=np.inf))
    return csr_array((row[songs], songs, [0, len(songs)]), shape=evidence.shape)
