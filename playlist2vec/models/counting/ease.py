"""EASE: a linear model of the songs that share playlists, in closed form, for few songs."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.sparse import csr_array

from playlist2vec.base.errors import DataError
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer

MAX_SONGS = 10_000
"""Maximum number of songs: the model is songs**2 numbers of 8 bytes, here 0.8 GB."""
GRAIN = 2.0**-24
"""Weights are rounded to multiples of GRAIN: the last bits of an inverse differ between CPUs."""
BLOCK = 1024
"""Rows of the model that are finished at once."""


def why_no_ease(songs: int) -> str | None:
    """Return the reason against EASE, as `134,019 songs, at most 10,000`, or None."""
    return f"{songs:,} songs, at most {MAX_SONGS:,}" if songs > MAX_SONGS else None


def ease(index: PlayIndex, penalty: float) -> Scorer:
    """Return the scorer EASE: score(c) = sum of weight(s) * B[s, c] over the songs s of a query.

    B minimises ||X - X B||**2 + `penalty` * ||B||**2 with a diagonal of zeros, where X, playlists
    by songs, is 1 where the playlist holds the song, else 0, and norms are Frobenius norms.
    With P = inverse of (X' X + penalty * I), B[s, c] is -P[s, c] / P[c, c]. `penalty`: above 0.
    Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019.

    A weight of B below 0 says that s speaks against c. The smallest score of a query is subtracted
    from all its scores: no score is below 0 then, and order and differences stay the same.

    Raises ValueError if `why_no_ease` gives a reason, and, with the first query, DataError if the
    penalty is lost in rounding. Time grows with songs**3: 6 CPU s for 5,000 songs, 39 for 10,000
    (1.4 GB).
    """
    if reason := why_no_ease(index.songs):
        raise ValueError(f"EASE: {reason}")
    weights = cache(lambda: ease_weights(index, penalty))

    def scores(queries: Queries) -> csr_array:
        shape = (len(queries), index.songs)
        held = csr_array((queries.weights, queries.songs, queries.offsets), shape=shape)
        total = held @ weights()
        return csr_array(total - total.min(axis=1, keepdims=True, initial=np.inf))

    return scores


def ease_weights(index: PlayIndex, penalty: float) -> NDArray[np.float64]:
    """Return B of `ease`: float64 (songs, songs), multiples of GRAIN, in row s the weights of s."""
    matrix = np.zeros((index.songs, index.songs))
    for songs, both in index.count_together(np.arange(index.songs)):
        matrix[songs] = both.toarray()
    matrix[np.diag_indices(index.songs)] += penalty
    # LAPACK works in place, on one triangle of the transpose, which has Fortran's order.
    triangle, failed = dpotrf(matrix.T, lower=True, overwrite_a=True)
    if failed:
        raise DataError(f"EASE: the penalty {penalty} is too small for these playlists")
    inverse, _ = dpotri(triangle, lower=True, overwrite_c=True)
    weights: NDArray[np.float64] = inverse.T
    diagonal = weights.diagonal().copy()
    for start in range(0, index.songs, BLOCK):
        end = min(start + BLOCK, index.songs)
        square = weights[start:end, start:end]
        square[:] = np.triu(square) + np.triu(square, 1).T
        weights[end:, start:end] = weights[start:end, end:].T
        weights[start:end] = np.rint(weights[start:end] / -diagonal / GRAIN) * GRAIN
    np.fill_diagonal(weights, 0.0)
    return weights
