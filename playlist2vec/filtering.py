"""Which tracks and playlists stay."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.params import FilterParams
from playlist2vec.playlists import Playlists, offsets_of


@dataclass(frozen=True)
class Dropped:
    """What `filter_playlists` left out, each play counted under one reason, in this order.

    `rare`: plays of rare tracks. `repeats`: immediate repeats. `short`: plays in short playlists.
    `rare_tracks`: distinct tracks that were rare. `short_playlists`: playlists that were or became too short.
    """

    rare: int
    repeats: int
    short: int
    rare_tracks: int
    short_playlists: int


def count_tracks(playlists: Playlists, unit: str, tracks: int) -> NDArray[np.int64]:
    """How often each track code below `tracks` occurs: int64 (tracks,).

    `unit`: `occurrences` counts every play, `playlists` the playlists that hold the track.
    """
    if unit == "occurrences":
        return np.bincount(playlists.tracks, minlength=tracks)
    holder = np.repeat(np.arange(len(playlists), dtype=np.int64), playlists.lengths)
    held = np.unique(holder * tracks + playlists.tracks)
    return np.bincount(held % max(tracks, 1), minlength=tracks)


def filter_playlists(playlists: Playlists, params: FilterParams) -> tuple[Playlists, Dropped]:
    """Drop rare tracks, then immediate repeats unless they are kept, then short playlists; once, in this order.

    Counts are those of the data as they came, so a track may end up with fewer than `min_count` plays when short
    playlists go. Immediate repeats are looked for after the rare tracks went, so none is left. Order is kept.
    """
    size = int(playlists.tracks.max(initial=-1)) + 1
    counts = count_tracks(playlists, params.count, size)
    frequent = counts >= params.min_count
    kept = frequent[playlists.tracks]
    rare = len(kept) - int(np.count_nonzero(kept))
    thinned = keep_plays(playlists, kept) if rare else playlists
    repeats = 0
    if not params.keep_repeats:
        again = immediate_repeats(thinned)
        repeats = int(np.count_nonzero(again))
        thinned = keep_plays(thinned, ~again)
    long_enough = thinned.lengths >= params.min_length
    result = keep_playlists(thinned, long_enough)
    dropped = Dropped(
        rare=rare,
        repeats=repeats,
        short=len(thinned.tracks) - len(result.tracks),
        rare_tracks=int(np.count_nonzero((counts > 0) & ~frequent)),
        short_playlists=len(playlists) - len(result),
    )
    return result, dropped


def immediate_repeats(playlists: Playlists) -> NDArray[np.bool_]:
    """Whether each play repeats the play just before it in the same playlist: bool (plays,)."""
    tracks = playlists.tracks
    again = np.zeros(len(tracks), bool)
    again[1:] = tracks[1:] == tracks[:-1]
    starts = playlists.offsets[:-1]
    again[starts[starts < len(tracks)]] = False
    return again


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
