"""Removal of rare tracks, immediate repeats and short playlists."""

from dataclasses import astuple, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.selection import keep_playlists, keep_plays
from playlist2vec.corpus.storage import Block
from playlist2vec.preparation.counts.occurrences import count_tracks
from playlist2vec.preparation.filter.params import FilterParams


@dataclass(frozen=True)
class Dropped:
    """Counts of dropped plays, tracks and playlists; a play counts under the first reason to apply.

    `rare`: plays of rare tracks. `repeats`: immediate repeats. `short`: plays in short playlists.
    `rare_tracks`: distinct rare tracks. `short_playlists`: playlists too short at first, or after
    the other removals.
    """

    rare: int
    repeats: int
    short: int
    rare_tracks: int
    short_playlists: int

    def __add__(self, other: "Dropped") -> "Dropped":
        return Dropped(
            *(one + another for one, another in zip(astuple(self), astuple(other), strict=True))
        )


def filter_playlists(playlists: Playlists, params: FilterParams) -> tuple[Playlists, Dropped]:
    """Drop rare tracks, then immediate repeats unless kept, then short playlists, once.

    Counts are taken before any removal, so a track may end up with fewer than `min_count` plays
    when short playlists go. Immediate repeats are looked for after the removal of rare tracks, so
    none is left. The order of plays and playlists stays.
    """
    counts = count_tracks(playlists, params.count, int(playlists.tracks.max(initial=-1)) + 1)
    kept, dropped = thin(playlists, counts >= params.min_count, params)
    return kept, replace(dropped, rare_tracks=rare_tracks(counts, params))


def thin_block(
    block: Block, frequent: NDArray[np.bool_], params: FilterParams
) -> tuple[Playlists, Dropped]:
    """Read a block and apply `thin`."""
    return thin(block.load(), frequent, params)


def thin(
    playlists: Playlists, frequent: NDArray[np.bool_], params: FilterParams
) -> tuple[Playlists, Dropped]:
    """Drop tracks not in `frequent`, then repeats unless kept, then short playlists.

    `frequent`: bool by track code. `Dropped.rare_tracks` is 0, because distinct tracks need the
    counts of all playlists.
    """
    kept = frequent[playlists.tracks]
    rare = len(kept) - int(np.count_nonzero(kept))
    thinned = keep_plays(playlists, kept) if rare else playlists
    repeats = 0
    if not params.keep_repeats:
        again = immediate_repeats(thinned)
        repeats = int(np.count_nonzero(again))
        thinned = keep_plays(thinned, ~again)
    result = keep_playlists(thinned, thinned.lengths >= params.min_length)
    short = len(thinned.tracks) - len(result.tracks)
    return result, Dropped(rare, repeats, short, 0, len(playlists) - len(result))


def rare_tracks(counts: NDArray[np.int64], params: FilterParams) -> int:
    """Count the dropped tracks among all tracks that occur; `counts`: int64 by track code."""
    return int(np.count_nonzero((counts > 0) & (counts < params.min_count)))


def immediate_repeats(playlists: Playlists) -> NDArray[np.bool_]:
    """Mark the plays of the same track as the play before in the playlist: bool (plays,)."""
    tracks = playlists.tracks
    again = np.zeros(len(tracks), bool)
    again[1:] = tracks[1:] == tracks[:-1]
    starts = playlists.offsets[:-1]
    again[starts[starts < len(tracks)]] = False
    return again
