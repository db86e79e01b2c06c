"""Playlists and plays chosen from others."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, offsets_of, places_of


def keep_plays(playlists: Playlists, kept: NDArray[np.bool_]) -> Playlists:
    """The playlists with only those plays where `kept`, bool (plays,), is true; playlists may become empty."""
    before = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=before[1:])
    return replace(playlists, tracks=playlists.tracks[kept], offsets=before[playlists.offsets])


def keep_playlists(playlists: Playlists, kept: NDArray[np.bool_]) -> Playlists:
    """Only those playlists where `kept`, bool (playlists,), is true."""
    lengths = playlists.lengths
    tracks = playlists.tracks[np.repeat(kept, lengths)]
    times = None if playlists.times is None else playlists.times[kept]
    return Playlists(tracks, offsets_of(lengths[kept]), playlists.keys[kept], playlists.rows[kept], times)


def without_last(playlists: Playlists, held_out: NDArray[np.bool_]) -> Playlists:
    """The playlists without the last song of those where `held_out`, bool (playlists,), is true."""
    kept = np.ones(len(playlists.tracks), bool)
    kept[playlists.offsets[1:][held_out] - 1] = False
    return keep_plays(playlists, kept)


def select_playlists(playlists: Playlists, chosen: NDArray[np.int64]) -> Playlists:
    """The chosen playlists in the order of `chosen`."""
    plays, offsets = places_of(playlists.offsets, chosen)
    times = None if playlists.times is None else playlists.times[chosen]
    return Playlists(playlists.tracks[plays], offsets, playlists.keys[chosen], playlists.rows[chosen], times)
