"""Shares: estimates of the probability of the next song by counting."""

from collections.abc import Callable, Iterator, Mapping
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
"""Factors of the log-odds of distances: two parts, between which the weights choose."""
HISTORY = 0.8
"""Decay of the history queries of Markov and co-occurrence, besides queries of the last song."""

TWICE, ONCE = ("markov", "cooccurrence"), ("kneser_ney", "item_knn", "session_knn")
"""Baselines in a mixture, with two kinds of queries or with one.

`distances` is a further baseline, with two temperatures.
"""


@dataclass(frozen=True, eq=False)
class Shares:
    """Probabilities of all songs for some queries: `sparse` + `rest` * popularity.

    Every row sums to 1. `sparse`: float64 (queries, songs). `rest`: float64 (queries,), 1 for a
    query to which the part gives no score.
    """

    sparse: csr_array
    rest: NDArray[np.float64]


Part = Callable[[Queries], Shares]


def counting_parts(training: Training, chosen: Mapping[str, Settings]) -> dict[str, Part]:
    """Return the parts of a mixture that count; queries hold whole histories.

    `chosen`: the settings of each baseline. Markov and co-occurrence are two parts each: asked with
    the last song, and asked with a history. The shares are the scores of a query divided by their
    sum; `distances` has its own, see `distance_parts`.
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
    """Return the parts p(c | q) ~ P(c) * exp(t * evidence(c)), for t in TEMPERATURES.

    The evidence is the sum of log-odds of `distances`. Sums over several songs count the same
    evidence more than once, as naive Bayes does, so that t = 1 is overconfident. Songs below the
    floor of `distances` have no evidence.
    """
    scorer = _scorer("distances", training, settings)
    shares = training.index.shares
    logs = np.log(shares)
    floor = float(logs[:LISTED].min(initial=0.0))
    decay = settings.get("decay", 1.0)
    kept: list[tuple[Queries, csr_array]] = []

    def evidence(queries: Queries) -> csr_array:
        # The parts of all temperatures get the same queries in turn, so the evidence is kept.
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
    """Return the shares that no query changes: of plays, and of playlist ends, float64 (songs,)."""
    ends = closing_counts(training.index)
    return {"popularity": training.index.shares, "closing": ends / max(float(ends.sum()), 1)}


def weighted_parts(
    parts: Mapping[str, Part], weights: Mapping[str, float]
) -> Iterator[tuple[str, Part]]:
    """Return the parts with a weight above 0, in order, by name."""
    return ((name, part) for name, part in parts.items() if weights.get(name, 0) > 0)


def mixed_shares(
    parts: Mapping[str, Part], weights: Mapping[str, float], queries: Queries, songs: int
) -> Shares:
    """Return the weighted sum of parts, including the popularity prior."""
    rest = np.full(len(queries), weights.get("popularity", 0.0))
    if len(queries) == 1:
        return _mixed_alone(parts, weights, queries, songs, rest)
    sparse = csr_array((len(queries), songs))
    for name, part in weighted_parts(parts, weights):
        shares = part(queries)
        sparse = (sparse + weights[name] * shares.sparse).tocsr()
        rest += weights[name] * shares.rest
    return Shares(sparse, rest)


def stored(
    matrix: csr_array, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the entries of a sparse matrix at (row, column), 0 if not stored: float64 (pairs,).

    The columns of each row rise, without repeats.
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


def _mixed_alone(
    parts: Mapping[str, Part],
    weights: Mapping[str, float],
    query: Queries,
    songs: int,
    rest: NDArray[np.float64],
) -> Shares:
    """Return the sum of `mixed_shares` for a single query, bit for bit, with fewer sparse matrices.

    For a single query, making a sparse matrix for each part would take longer than adding.
    """
    sums = np.zeros(songs)
    for name, part in weighted_parts(parts, weights):
        shares = part(query)
        sums[shares.sparse.indices] += weights[name] * shares.sparse.data
        rest = rest + weights[name] * shares.rest
    listed = np.flatnonzero(sums)
    return Shares(csr_array((sums[listed], listed, [0, len(listed)]), shape=(1, songs)), rest)


def _in_order(matrix: csr_array) -> csr_array:
    """Return the matrix with rising columns in every row; the matrix is changed in place.

    The change is safe because the matrix was made for this query alone. One number holds row,
    column and place; to sort these numbers takes half the time of `sort_indices`.
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
    """Return row * number of columns for every entry: int64 (entries,)."""
    return np.repeat(np.arange(matrix.shape[0]) * matrix.shape[1], np.diff(matrix.indptr))


def _sums(scores: csr_array) -> NDArray[np.float64]:
    """Return the sums of rows with sorted columns.

    Values are added in the order of the columns, so that any block gives the same sums.
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
