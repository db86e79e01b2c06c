"""How often each track occurs."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Block


def count_tracks(playlists: Playlists, unit: str, tracks: int) -> NDArray[np.int64]:
    """How often each track code below `tracks` occurs: int64 (tracks,).

    `unit`: `occurrences` counts every play, `playlists` the playlists that hold the track.
    """
    if unit == "occurrences":
        return np.bincount(playlists.tracks, minlength=tracks)
    holder = np.repeat(np.arange(len(playlists), dtype=np.int64), playlists.lengths)
    held = np.unique(holder * tracks + playlists.tracks)
    return np.bincount(held % max(tracks, 1), minlength=tracks)


def count_block(block: Block, unit: str) -> NDArray[np.int64]:
    """How often each track code occurs in a block, up to its largest: int64. `unit`: as for
    `count_tracks`.
    """
    playlists = block.load()
    return count_tracks(playlists, unit, int(playlists.tracks.max(initial=-1)) + 1)


def sum_counts(parts: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The sums of counts by code, int64 (codes,); each part begins with code 0 and ends where it
    may.
    """
    total = np.zeros(0, np.int64)
    for counts in parts:
        longer, shorter = (total, counts) if len(total) >= len(counts) else (counts, total)
        longer[: len(shorter)] += shorter
        total = longer
    return total
