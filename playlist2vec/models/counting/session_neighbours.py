"""The baseline of session neighbours: songs of the playlists most similar to the query."""

from functools import cache
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.models.counting.play_index import Lists, PlayIndex
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer, keep_largest

GRAIN = 2.0**-32
"""Weights are rounded to whole multiples of GRAIN, so that sums do not depend on the order."""


def session_neighbours(index: PlayIndex, neighbours: int) -> Scorer:
    """Return the scorer V-SKNN, k-nearest neighbours of the session; k is `neighbours`.

    The query's songs are its session, at positions 1 to n, the last at n; a song counts at its last
    position, and weighs position / n. The neighbours are the k most similar playlists m, of |m|
    distinct songs, without the query's own playlist:

        similarity(m) = sum of the weights of the songs that m shares with the session / sqrt(|m|)
        match(m) = 1 / (1 + number of places from the last shared song to the last song)
        score(c) = (1 + log(M / M(c))) * sum of similarity(m) * match(m) over neighbours m with c

    where M counts the playlists and M(c) those that hold c. Ties for the last place among the
    neighbours are settled by a hash of the playlist's id, and all playlists are searched, not a
    sample of them. Ludewig, Jannach, Evaluation of session-based recommendation algorithms, User
    Model. User-Adapt. Interact. 28 (2018); match and rarity as in Ludewig et al., Empirical
    analysis of session-based recommendation algorithms, same journal 31 (2021).
    """
    playlists = len(index.train)

    @cache
    def looked_up() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return playlist rows in the raw data, by number in `held`, and the rarity of songs."""
        return index.train.rows[index.by_hash], _rarity(index.holders.lengths, playlists)

    def scores(queries: Queries) -> csr_array:
        rows, rarity = looked_up()
        weights = _neighbour_weights(queries, index, rows, neighbours)
        near, place = np.unique(weights.indices, return_inverse=True)
        chosen = index.held.choose(near)
        ones = csr_array(
            (np.ones(len(chosen.values)), chosen.values, chosen.offsets),
            shape=(len(near), index.songs),
        )
        found = (
            csr_array((weights.data, place, weights.indptr), shape=(len(queries), len(near))) @ ones
        )
        found.data *= rarity[found.indices]
        return found

    return scores


def _neighbour_weights(
    queries: Queries, index: PlayIndex, rows: NDArray[np.int64], neighbours: int
) -> csr_array:
    """Return similarity * match of the nearest playlists: csr (queries, playlists), in GRAINs.

    `rows`: int64 (playlists,), rows in the raw data, by number in `held`.
    """
    held, playlists = index.held, len(index.train)
    query, playlist, shared, last = _shared_positions(queries, index.holders, playlists)
    others = rows[playlist] != queries.playlists[query]
    query, playlist, shared, last = query[others], playlist[others], shared[others], last[others]
    length, different = queries.lengths[query], held.offsets[playlist + 1] - held.offsets[playlist]
    similarity = np.sqrt(shared**2 / different) / length
    offsets = np.searchsorted(query, np.arange(len(queries) + 1))
    shape = (len(queries), playlists)
    nearest = keep_largest(csr_array((similarity, playlist, offsets), shape=shape), neighbours)
    match = csr_array((1 / (1 + length - last), playlist, offsets), shape=shape)
    weights = nearest.multiply(match).tocsr()
    weights.data = np.rint(weights.data / GRAIN)
    return weights


def _shared_positions(
    queries: Queries, holders: Lists, playlists: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the pairs of a query and a playlist that share a song, in the order of both.

    Returns (query, playlist, sum of the positions of the shared songs, position of the last of
    them).
    """
    lengths = queries.lengths
    query = np.repeat(np.arange(len(queries)), lengths)
    position = np.arange(len(queries.songs)) - queries.offsets[query] + 1
    latest = _last_of_each(query * len(holders.offsets) + queries.songs)
    query, position, song = query[latest], position[latest], queries.songs[latest]
    found = holders.choose(song)
    counts = found.lengths
    # A single number that orders by query, playlist and position is faster to sort than three.
    base = int(lengths.max(initial=0)) + 1
    keys = (
        np.repeat(query * playlists * base + position, counts)
        + found.values.astype(np.int64) * base
    )
    keys.sort()
    group, position = keys // base, keys % base
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]])[: len(group)])
    sums = np.add.reduceat(position, first) if len(first) else position
    last = np.maximum.reduceat(position, first) if len(first) else position
    return group[first] // playlists, group[first] % playlists, sums.astype(np.float64), last


def _last_of_each(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the last places of distinct values, rising: int64 (distinct values,)."""
    _, from_the_end = np.unique(values[::-1], return_index=True)
    return np.sort(len(values) - 1 - from_the_end)


def _rarity(holders: NDArray[np.integer], playlists: int) -> NDArray[np.float64]:
    """Return 1 + log(playlists / holders): float64 (songs,)."""
    different, which = np.unique(np.maximum(holders, 1), return_inverse=True)
    # Rounded, because the last bits of a logarithm differ between CPUs.
    factors = np.array(
        [round((1 + log(playlists / count)) * 2**20) / 2**20 for count in different.tolist()]
    )
    rarity: NDArray[np.float64] = factors[which]
    return rarity
