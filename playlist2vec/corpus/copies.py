"""Hashes to find playlists with the same songs in the same order, whole or in part."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists

BASE = np.uint64(0x9E3779B97F4A7C15)


def content_hashes(playlists: Playlists) -> NDArray[np.uint64]:
    """Hash the sequence of songs of every playlist: uint64 (playlists,).

    Identical playlists have equal hashes. Different playlists collide by chance, about once in
    2**64 pairs: the hash is a polynomial of mixed song codes, modulo 2**64.
    """
    lengths = playlists.lengths
    hashes = np.zeros(len(playlists), np.uint64)
    full = lengths > 0
    if not full.any():
        return hashes
    with np.errstate(over="ignore"):
        powers = np.cumprod(np.full(int(lengths.max()), BASE))
        place = np.arange(len(playlists.tracks)) - np.repeat(playlists.offsets[:-1], lengths)
        terms = mix(playlists.tracks.astype(np.uint64)) * powers[place]
        hashes[full] = np.add.reduceat(terms, playlists.offsets[:-1][full])
        return mix(hashes + lengths.astype(np.uint64))


def one_of_each(contents: NDArray[np.uint64], *order: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Mark a single playlist among all playlists with equal contents: bool (playlists,).

    `contents`: hashes, uint64 (playlists,). `order`: sort keys, the most important last; the first
    playlist in the sort order is marked.
    """
    by_content = np.lexsort((*order, contents))
    first = np.ones(len(contents), bool)
    first[1:] = np.diff(contents[by_content]) != 0
    marked = np.zeros(len(contents), bool)
    marked[by_content[first]] = True
    return marked


def run_hashes(playlists: Playlists, songs: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Hash every run of `songs` consecutive songs within a playlist.

    Returns int64 (runs,), the place in `playlists.tracks` of the last song of every run, rising,
    and uint64 (runs,), the hashes: equal for equal runs, and for different runs by chance alone.
    """
    tracks = mix(playlists.tracks.astype(np.uint64))
    ends = np.arange(songs - 1, len(tracks))
    with np.errstate(over="ignore"):
        hashes = np.zeros(len(ends), np.uint64)
        for back in range(songs):
            hashes = hashes * BASE + tracks[ends - (songs - 1 - back)]
    place = np.arange(len(tracks)) - np.repeat(playlists.offsets[:-1], playlists.lengths)
    within = place[ends] >= songs - 1
    return ends[within], hashes[within]
