"""The distance baseline: counts of the songs one, two, ... places after the songs of a query."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from playlist2vec.models.counting.floor import LISTED, above_floor
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer

GRAIN = 2.0**-32
"""Logarithms are rounded to whole multiples of GRAIN, so that sums do not depend on the order."""


def distances(
    index: PlayIndex,
    furthest: int,
    smoothing: float,
    before: float = 0.0,
) -> Scorer:
    """Return the scorer of smoothed log-odds by distance: naive Bayes for log P(c | query).

    For a query that ends with the songs s_D ... s_2 s_1, with weights w_D ... w_2 w_1:

        score(c) = log P(c) + sum over d = 1 .. D of w_d * log(P_d(c | s_d) / P(c))
        P_d(c | s) = (n_d(s, c) + a * P(c)) / (sum over all songs x of n_d(s, x) + a)

    D is at most `furthest`. P(c) is the share of c among all plays. n_d(s, c) counts the plays of c
    d places after s, plus `before` times the plays of c d places before s. a, `smoothing`, above 0,
    is the number of plays that the prior P counts for. Terms that are the same for all songs are
    left out: w_d * log(1 + n_d(s_d, c) / (a * P(c))) remains of each log-odds, 0 where nothing was
    counted. The result is the difference between the score and the floor of `above_floor`. A song
    that the query leaves out, because it has no row, does not count as a place.

    Skip-gram with a vector for each distance estimates the same log-odds: Levy, Goldberg, Neural
    word embedding as implicit matrix factorization, NIPS 2014. The smoothing is that of MacKay,
    Peto, A hierarchical Dirichlet language model, Nat. Lang. Eng. 1 (1995).
    """
    shares = index.shares
    prior = _rounded(np.log(shares / shares[:LISTED].min(initial=1.0)))

    def term(queries: Queries, distance: int) -> csr_array:
        asked = np.flatnonzero(queries.lengths >= distance)
        at = queries.offsets[asked + 1] - distance
        songs, place = np.unique(queries.songs[at], return_inverse=True)
        # With weight 1, songs before and after count alike, so a single count is enough.
        counts = index.count_near(
            songs, np.array([distance, -distance] if before == 1 else [distance])
        )
        if before not in (0, 1):
            counts = (counts + before * index.count_near(songs, np.array([-distance]))).tocsr()
        counts.data = np.log1p(counts.data / (smoothing * shares[counts.indices]))
        offsets = np.searchsorted(asked, np.arange(len(queries) + 1))
        shape = (len(queries), len(songs))
        found = (csr_array((queries.weights[at], place, offsets), shape=shape) @ counts).tocsr()
        found.data = _rounded(found.data)
        return found

    def scores(queries: Queries) -> csr_array:
        reached = min(furthest, int(queries.lengths.max(initial=0)))
        terms = [term(queries, distance) for distance in range(1, reached + 1)]
        return above_floor(_sum(terms, (len(queries), index.songs)), prior, np.ones(len(queries)))

    return scores


def _sum(matrices: list[csr_array], shape: tuple[int, int]) -> csr_array:
    """Return the sum of matrices of the given shape, made in a single product.

    To add them one by one would copy the partial sum every time.
    """
    if not matrices:
        return csr_array(shape)
    rows, number = shape[0], len(matrices)
    order = np.arange(rows * number).reshape(number, rows).T.ravel()
    picked = csr_array(
        (np.ones(len(order)), order, np.arange(rows + 1) * number), shape=(rows, len(order))
    )
    return (picked @ vstack(matrices, format="csr")).tocsr()


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nearest multiples of GRAIN."""
    return np.rint(values / GRAIN) * GRAIN
