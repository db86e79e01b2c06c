"""Selection of playlists and plays."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, offsets_of, places_of


def keep_plays(playlists: Playlists, kept: NDArray[np.bool_]) -> Playlists:
    """Return the playlists with the plays where `kept`, bool (plays,), is True.

    Playlists may become empty.
    """
    before = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=before[1:])
    return replace(playlists, tracks=playlists.tracks[kept], offsets=before[playlists.offsets])


def keep_playlists(playlists: Playlists, kept: NDArray[np.bool_]) -> Playlists:
    """Return the playlists where `kept`, bool (playlists,), is True."""
    lengths = playlists.lengths
    tracks = playlists.tracks[np.repeat(kept, lengths)]
    return _with_columns_of(playlists, kept, tracks, offsets_of(lengths[kept]))


def select_playlists(playlists: Playlists, chosen: NDArray[np.int64]) -> Playlists:
    """Return the chosen playlists in the order of `chosen`."""
    plays, offsets = places_of(playlists.offsets, chosen)
    return _with_columns_of(playlists, chosen, playlists.tracks[plays], offsets)


def cut_playlists(
    playlists: Playlists, held_out: NDArray[np.bool_], starts: NDArray[np.bool_]
) -> Playlists:
    """Remove songs from playlists, and divide playlists at given songs; drop empty playlists.

    `held_out`, `starts`: bool (plays,), the songs to remove, and the songs that begin a new
    playlist. A new playlist has the key, row and time of the original. `closed` is True where the
    last song is the last of the original.
    """
    first, plays = np.zeros(len(held_out) + 1, bool), len(held_out)
    first[playlists.offsets[:-1]] = True
    first[:plays] |= starts
    piece = (np.cumsum(first) - 1)[:plays]
    whole = np.repeat(np.arange(len(playlists)), playlists.lengths)
    kept = np.flatnonzero(~held_out)
    begins = np.flatnonzero(np.diff(piece[kept], prepend=-1))
    lengths = np.diff(begins, append=len(kept))
    pieces = _with_columns_of(
        playlists, whole[kept[begins]], playlists.tracks[kept], offsets_of(lengths)
    )
    last = kept[begins + lengths - 1]
    return replace(pieces, closed=last == playlists.offsets[1:][whole[last]] - 1)


def _with_columns_of(
    playlists: Playlists,
    chosen: NDArray[np.generic],
    tracks: NDArray[np.int32],
    offsets: NDArray[np.int64],
) -> Playlists:
    """Return playlists of `tracks` with keys, rows, times and `closed` of the chosen playlists."""
    times = None if playlists.times is None else playlists.times[chosen]
    closed = None if playlists.closed is None else playlists.closed[chosen]
    return Playlists(tracks, offsets, playlists.keys[chosen], playlists.rows[chosen], times, closed)
