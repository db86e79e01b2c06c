"""Shares: what each way of counting takes for the probability of the next song."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.models.counting.floor import LISTED
from playlist2vec.models.counting.rankers import RANKERS, CountingRanker, Settings, Training
from playlist2vec.models.counting.transitions import closing_counts
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.reweighted import reweighted
from playlist2vec.ranking.sparse import Scorer

TEMPERATURES = (0.4, 0.8)
"""How far the evidence of distances is trusted: two parts, between which the weights choose."""
HISTORY = 0.8
"""The decay of the histories that Markov and co-occurrence are asked with, beside the last song
alone.
"""

TWICE, ONCE = ("markov", "cooccurrence"), ("kneser_ney", "item_knn", "session_knn")
"""Baselines that are parts of a mixture, asked in two ways or in one; `distances` is another, in
two temperatures.
"""


@dataclass(frozen=True, eq=False)
class Shares:
    """Probabilities of all songs for some queries: `sparse` + `rest` * popularity; each row sums up
    to 1.

    `sparse`: float64 (queries, songs). `rest`: float64 (queries,), 1 where a part has nothing to
    say of a query.
    """

    sparse: csr_array
    rest: NDArray[np.float64]


Part = Callable[[Queries], Shares]


def counting_parts(training: Training, chosen: Mapping[str, Settings]) -> dict[str, Part]:
    """Return the parts of a mixture of counts; each query holds a whole history.

    `chosen`: the settings of each baseline. Markov and co-occurrence are there twice: asked with
    the last song, and with a history. Of other baselines the scores of a query are divided by their
    sum.
    """
    parts: dict[str, Part] = {}
    for name in TWICE:
        parts[f"{name}_last"] = _normalised(_scorer(name, training, chosen[name]), 0)
        parts[f"{name}_history"] = _normalised(_scorer(name, training, chosen[name]), HISTORY)
    for name in ONCE:
        parts[name] = _normalised(
            _scorer(name, training, chosen[name]), chosen[name].get("decay", 1)
        )
    return parts | distance_parts(training, chosen["distances"])


def distance_parts(training: Training, settings: Settings) -> dict[str, Part]:
    """Return the parts that soften log-odds by distance: p(c | q) ~ P(c) * exp(t * evidence(c)),
    for t in TEMPERATURES.

    The evidence is that of `distances`, its sum of log-odds. Sums over several songs count the same
    evidence more than once, as naive Bayes does, so that t = 1 is too sure of itself. Songs below
    the floor of `distances` have none.
    """
    scorer = _scorer("distances", training, settings)
    shares = training.index.shares
    logs = np.log(shares)
    floor = float(logs[:LISTED].min(initial=0.0))
    decay = settings.get("decay", 1.0)
    kept: list[tuple[Queries, csr_array]] = []

    def evidence(queries: Queries) -> csr_array:
        # The temperatures are asked one after the other about the same queries.
        if not kept or kept[0][0] is not queries:
            scores = _in_order(scorer(reweighted(queries, decay)))
            scores.data -= logs[scores.indices] - floor
            kept[:] = [(queries, scores)]
        return kept[0][1]

    def part(temperature: float) -> Part:
        def softened(queries: Queries) -> Shares:
            found = evidence(queries)
            more = np.expm1(temperature * np.maximum(found.data, 0)) * shares[found.indices]
            sparse = csr_array((more, found.indices, found.indptr), shape=found.shape)
            totals = 1 + _sums(sparse)
            sparse.data /= np.repeat(totals, np.diff(sparse.indptr))
            return Shares(sparse, 1 / totals)

        return softened

    return {f"distances_{temperature:g}": part(temperature) for temperature in TEMPERATURES}


def priors(training: Training) -> dict[str, NDArray[np.float64]]:
    """Return the shares that no query changes: of plays, and of the ends of playlists, float64
    (songs,) each.
    """
    ends = closing_counts(training.index)
    return {"popularity": training.index.shares, "closing": ends / max(float(ends.sum()), 1)}


def stored(
    matrix: csr_array, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the entries of a sparse matrix at pairs of row and column, 0 where none is stored:
    float64 (pairs,).

    The columns of each row rise, each of them once.
    """
    if not matrix.nnz:
        return np.zeros(len(rows))
    keys = _row_starts(matrix) + matrix.indices
    wanted = rows * matrix.shape[1] + columns
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, matrix.data[place], 0.0)


def _scorer(name: str, training: Training, settings: Settings) -> Scorer:
    ranker = RANKERS[name].make(training, settings)
    if not isinstance(ranker, CountingRanker):
        raise TypeError(f"{name} has no scorer: expected a ranker that counts")
    return ranker.scorer


def _in_order(matrix: csr_array) -> csr_array:
    """The matrix with the columns of each row rising; it is changed, as it was made for this query
    alone.

    One number holds row, column and place; to sort all of these takes half the time of
    `sort_indices`.
    """
    if matrix.has_sorted_indices:
        return matrix
    bits = matrix.nnz.bit_length()
    keys = _row_starts(matrix) + matrix.indices
    keys <<= bits
    keys |= np.arange(matrix.nnz)
    keys.sort()
    keys &= (1 << bits) - 1
    matrix.data, matrix.indices = matrix.data[keys], matrix.indices[keys]
    matrix.has_sorted_indices = True
    return matrix


def _row_starts(matrix: csr_array) -> NDArray[np.int64]:
    """For each entry its row * the number of columns: int64 (entries,)."""
    return np.repeat(np.arange(matrix.shape[0]) * matrix.shape[1], np.diff(matrix.indptr))


def _sums(scores: csr_array) -> NDArray[np.float64]:
    """The sum of each row, whose columns are sorted, added in their order, so that any block gives
    the same sums.
    """
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    return np.bincount(rows, weights=scores.data, minlength=scores.shape[0]).astype(np.float64)


def _normalised(scorer: Scorer, decay: float) -> Part:
    def shares(queries: Queries) -> Shares:
        scores = _in_order(scorer(reweighted(queries, decay)))
        sums = _sums(scores)
        rest = (sums <= 0).astype(np.float64)
        scores.data = scores.data / np.repeat(np.where(sums > 0, sums, 1.0), np.diff(scores.indptr))
        return Shares(scores, rest)

    return shares
