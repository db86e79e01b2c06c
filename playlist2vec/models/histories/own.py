"""Scores by a listener's own past: most played, last played, base level, own followers.

A song of the query has a score above 0. All other songs have no score and follow in the order of
the rows, by training count.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer

DAY = 86_400


def summed(queries: Queries, values: NDArray[np.float64], songs: int) -> csr_array:
    """Return the sum of values by query and song: float64 (queries, songs).

    `values`: float64 (total,), a value above 0 for every song of the queries; values are added in
    playing order.
    """
    query = np.repeat(np.arange(len(queries)), queries.lengths)
    return table(query, queries.songs, values, (len(queries), songs))


def table(
    query: NDArray[np.int64],
    song: NDArray[np.int64],
    values: NDArray[np.float64],
    shape: tuple[int, int],
) -> csr_array:
    """Return the sum of values by query and song, added in the given order: float64 of `shape`."""
    keys = query * shape[1] + song
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    sums = np.add.reduceat(values[order], first) if len(first) else np.zeros(0)
    rows = keys[first] // shape[1]
    offsets = offsets_of(np.bincount(rows, minlength=shape[0]).astype(np.int64))
    return csr_array((sums, keys[first] % shape[1], offsets), shape=shape)


def latest(
    query: NDArray[np.int64],
    song: NDArray[np.int64],
    values: NDArray[np.float64],
    shape: tuple[int, int],
) -> csr_array:
    """Return the last value by query and song, in the given order: float64 of `shape`."""
    keys = query * shape[1] + song
    order = np.argsort(keys, kind="stable")
    kept = order[np.flatnonzero(np.diff(keys[order], append=-1))]
    offsets = offsets_of(np.bincount(query[kept], minlength=shape[0]).astype(np.int64))
    return csr_array((values[kept], song[kept], offsets), shape=shape)


def most_played(songs: int, half_life: float = 0) -> Scorer:
    """Return the scorer score(c) = number of the listener's plays of c.

    A play counts half after `half_life` days; 0 = plays keep their full weight.
    """

    def scores(queries: Queries) -> csr_array:
        weights = np.ones(len(queries.songs))
        if half_life:
            times = queries.listened
            days = (np.repeat(times.now, queries.lengths) - times.seconds) / DAY
            # Never 0, since 0 means no score.
            weights = np.exp2(np.maximum(-days / half_life, -1_000.0))
        return summed(queries, weights, songs)

    return scores


def last_played(songs: int) -> Scorer:
    """Return the scorer score(c) = 1 / n, the listener's last play of c being n listens ago."""

    def scores(queries: Queries) -> csr_array:
        query = np.repeat(np.arange(len(queries)), queries.lengths)
        return latest(query, queries.songs, 1 / queries.listened.ages, (len(queries), songs))

    return scores


def base_level(songs: int, decay: float = 1.0) -> Scorer:
    """Return the scorer score(c) = sum of n^-decay over the plays of c, n listens ago.

    The base-level activation of Anderson, Schooler, Reflections of the environment in memory,
    Psychol. Sci. 2 (1991), without its logarithm, which changes no order.
    """

    def scores(queries: Queries) -> csr_array:
        return summed(queries, queries.listened.ages.astype(np.float64) ** -decay, songs)

    return scores


def own_followers(songs: int) -> Scorer:
    """Return the scorer of songs heard by the listener right after earlier plays of the last song.

    score(c) is the share of c among these songs.
    """

    def scores(queries: Queries) -> csr_array:
        ages, total = queries.listened.ages, len(queries.songs)
        query = np.repeat(np.arange(len(queries)), queries.lengths)
        last = np.full(len(queries), -1, np.int64)
        some = queries.lengths > 0
        ends = queries.offsets[1:][some] - 1
        last[some] = np.where(ages[ends] == 1, queries.songs[ends], -1)
        place = np.arange(total - 1)
        after = (
            (query[:-1] == query[1:])
            & (ages[:-1] == ages[1:] + 1)
            & (queries.songs[:-1] == last[query[:-1]])
        )
        chosen = place[after] + 1
        found = table(
            query[chosen], queries.songs[chosen], np.ones(len(chosen)), (len(queries), songs)
        )
        totals = np.bincount(query[chosen], minlength=len(queries))
        found.data /= np.repeat(totals, np.diff(found.indptr))
        return found

    return scores


Parts = tuple[tuple[float, Callable[[Queries], csr_array]], ...]


def weighted(parts: Parts) -> Scorer:
    """Return the scorer score(c) = sum of weight * score over parts with a weight above 0.

    A weight of 0 leaves a part out.
    """
    used = [(weight, scorer) for weight, scorer in parts if weight]

    def scores(queries: Queries) -> csr_array:
        (weight, scorer), *rest = used
        total = scorer(queries) * weight
        for weight, scorer in rest:
            total = total + scorer(queries) * weight
        return total.tocsr()

    return scores
