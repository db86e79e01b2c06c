"""Counts of the occurrences of tracks."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Block


def count_tracks(playlists: Playlists, unit: str, tracks: int) -> NDArray[np.int64]:
    """Count the occurrences of every track code below `tracks`: int64 (tracks,).

    `unit`: `occurrences` counts every play, `playlists` the playlists that hold the track.
    """
    if unit == "occurrences":
        return np.bincount(playlists.tracks, minlength=tracks)
    holder = np.repeat(np.arange(len(playlists), dtype=np.int64), playlists.lengths)
    held = np.unique(holder * tracks + playlists.tracks)
    return np.bincount(held % max(tracks, 1), minlength=tracks)


def count_block(block: Block, unit: str) -> NDArray[np.int64]:
    """Count the occurrences of every track code in a block, up to the largest code: int64.

    `unit`: as in `count_tracks`.
    """
    playlists = block.load()
    return count_tracks(playlists, unit, int(playlists.tracks.max(initial=-1)) + 1)


def sum_counts(parts: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the sums of counts by code: int64 (codes,).

    The arrays in `parts` begin with code 0 and may have any length.
    """
    total = np.zeros(0, np.int64)
    for counts in parts:
        longer, shorter = (total, counts) if len(total) >= len(counts) else (counts, total)
        longer[: len(shorter)] += shorter
        total = longer
    return total
