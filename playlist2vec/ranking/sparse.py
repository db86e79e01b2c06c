"""Ranks and lists from sparse scores: most songs have no score, and only scores are stored."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.base.progress import watched
from playlist2vec.ranking.exclusions import Exclusions, filled_up
from playlist2vec.ranking.queries import Queries

QUERY_BLOCK = 64
SCORES = 1 << 25
"""Approximate maximum of queries times songs in a block; the number of queries is reduced to it."""

# Scores for a block of queries: float64 (queries, songs), none below 0; a song that is not stored
# has score 0.
Scorer = Callable[[Queries], csr_array]


def rank_by_scores(
    scorer: Scorer,
    queries: Queries,
    targets: NDArray[np.int64],
    excluded: Exclusions,
    songs: int,
    *,
    query_block: int = QUERY_BLOCK,
) -> NDArray[np.float64]:
    """Return the ranks of targets, best score first, ties by the smaller row.

    `targets`: int64 (queries,), rows of songs below `songs`. Returns float64 (queries,), as
    `dense.rank_targets` does: 1 + the number of songs scored above the target or equal with a
    smaller row; infinity where the target is excluded. So a target without a score ranks behind all
    songs with a score and behind smaller rows without a score. The block size changes only speed
    and memory.
    """
    ranks = np.empty(len(targets))
    query_block = max(1, min(query_block, SCORES // max(songs, 1)))
    for start in watched(range(0, len(targets), query_block), "ranking", unit="blocks"):
        end = min(start + query_block, len(targets))
        scores = scorer(queries.block(start, end))
        ranks[start:end] = _rank_block(
            scores, targets[start:end], _hidden(excluded, start, end, songs)
        )
    return ranks


def best_by_scores(
    scorer: Scorer,
    queries: Queries,
    excluded: Exclusions,
    songs: int,
    k: int,
    *,
    query_block: int = QUERY_BLOCK,
) -> NDArray[np.int64]:
    """Return the k best songs of queries, in the order of `rank_by_scores`.

    Songs without a score follow in the order of the rows. Returns int64 (queries, k), padded with
    -1 if fewer than k songs may be suggested. The block size changes only speed and memory.
    """
    best = np.full((len(queries), k), -1, np.int64)
    query_block = max(1, min(query_block, SCORES // max(songs, 1)))
    for start in range(0, len(queries), query_block):
        end = min(start + query_block, len(queries))
        scores = scorer(queries.block(start, end))
        query, song = excluded.of_block(start, end)
        row = np.repeat(np.arange(end - start), np.diff(scores.indptr))
        out = np.isin(row * songs + scores.indices, query * songs + song)
        if excluded.allowed is not None:
            out |= ~excluded.allowed[scores.indices]
        listed = keep_largest(_keep(scores, (scores.data > 0) & ~out), k)
        row = np.repeat(np.arange(end - start), np.diff(listed.indptr))
        order = np.lexsort((listed.indices, -listed.data, row))
        best[start + row[order], np.arange(len(order)) - listed.indptr[row[order]]] = (
            listed.indices[order]
        )
    return filled_up(best, excluded, songs)


def scores_of(
    scorer: Scorer,
    queries: Queries,
    listed: NDArray[np.int64],
    songs: int,
    *,
    query_block: int = QUERY_BLOCK,
) -> NDArray[np.float64]:
    """Return the scores of listed songs: float64 of the shape of `listed`, NaN for -1.

    `listed`: int64 (queries, k), rows.
    """
    found = np.full(listed.shape, np.nan)
    query_block = max(1, min(query_block, SCORES // max(songs, 1)))
    for start in range(0, len(listed), query_block):
        end = min(start + query_block, len(listed))
        scores = scorer(queries.block(start, end))
        for number, row in enumerate(listed[start:end]):
            there = row >= 0
            found[start + number, there] = scores[[number]].toarray()[0, row[there]]
    return found


def weighted_rows(rows: Callable[[NDArray[np.int64]], csr_array]) -> Scorer:
    """Return the scorer score(c | query) = sum of weight(s) * row(s)[c] over query songs s.

    Products are added in playing order. `rows`: a function from songs, int64 (asked,), rising, to
    float64 (asked, songs), no value below 0.
    """

    def scores(queries: Queries) -> csr_array:
        asked, place = np.unique(queries.songs, return_inverse=True)
        weights = csr_array(
            (queries.weights, place, queries.offsets), shape=(len(queries), len(asked))
        )
        return weights @ rows(asked)

    return scores


def keep_largest(matrix: csr_array, k: int) -> csr_array:
    """Return the k largest values of every row, ties by the smaller column, in column order.

    All values are above 0.
    """
    lengths = np.diff(matrix.indptr)
    bars = np.zeros(matrix.shape[0])
    for row in np.flatnonzero(lengths > k):
        values = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        bars[row] = np.partition(values, len(values) - k)[len(values) - k]
    near = _keep(matrix, matrix.data >= np.repeat(bars, lengths))
    near.sort_indices()
    lengths = np.diff(near.indptr)
    above = near.data > np.repeat(bars, lengths)
    room = k - _row_sums(above, near.indptr)
    ties = np.cumsum(~above)
    ties_before = np.concatenate([[0], ties])[near.indptr[:-1]]
    return _keep(near, above | (ties - np.repeat(ties_before, lengths) <= np.repeat(room, lengths)))


def _hidden(excluded: Exclusions, start: int, end: int, songs: int) -> NDArray[np.bool_]:
    """Return True for excluded songs: bool (queries, songs).

    The queries are those from `start` to before `end`.
    """
    out = np.zeros((end - start, songs), bool)
    out[excluded.of_block(start, end)] = True
    if excluded.allowed is not None:
        out |= ~excluded.allowed
    return out


def _rank_block(
    scores: csr_array, targets: NDArray[np.int64], out: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the ranks for a block of queries; `out`: bool (queries, songs), excluded songs."""
    lengths = np.diff(scores.indptr)
    query = np.repeat(np.arange(len(targets)), lengths)
    listed = ~out[query, scores.indices]
    before = scores.indices < targets[query]
    bars = np.zeros(len(targets))
    hit = listed & (scores.indices == targets[query])
    bars[query[hit]] = scores.data[hit]
    bar = bars[query]
    ahead = listed & ((scores.data > bar) | ((scores.data == bar) & before))
    ranks = np.ones(len(targets)) + _row_sums(ahead, scores.indptr)
    lower_out = np.array(
        [np.count_nonzero(row[:target]) for row, target in zip(out, targets, strict=True)]
    )
    unlisted_before = targets - _row_sums(listed & before, scores.indptr) - lower_out
    ranks[bars == 0] += unlisted_before[bars == 0]
    ranks[out[np.arange(len(targets)), targets]] = np.inf
    return ranks


def _row_sums(chosen: NDArray[np.bool_], offsets: NDArray[np.integer]) -> NDArray[np.int64]:
    """Count the chosen entries of rows: int64 (rows,)."""
    before = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(chosen, out=before[1:])
    sums: NDArray[np.int64] = np.diff(before[offsets])
    return sums


def _keep(matrix: csr_array, kept: NDArray[np.bool_]) -> csr_array:
    """Return the matrix with only the stored values where `kept`, bool (values,), is true."""
    offsets = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=offsets[1:])
    return csr_array(
        (matrix.data[kept], matrix.indices[kept], offsets[matrix.indptr]), shape=matrix.shape
    )
