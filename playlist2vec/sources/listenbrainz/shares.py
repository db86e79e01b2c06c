"""Limits on how often one user counts, so that no user makes up more than a share of what a track
is listened to.
"""

import numpy as np
from numpy.typing import NDArray

COUNT = np.dtype([("track", "<u8"), ("listens", "<i8")])
"""The key of a track, and how often one user listened to it."""
SLACK = 1 + 1e-12
"""A share that gives a whole number but for rounding gives that number."""


def most_listens(counts: NDArray[np.void], share: float) -> NDArray[np.void]:
    """The tracks of which some user has too large a share, and how many listens of each a user may
    have.

    With n_u listens of a track by user u, that is the largest c with c <= share * sum over u of
    min(n_u, c): what then stays of a user is at most that share of what stays of the track. It is 0
    for a track of one user alone.

    `counts`: COUNT (users and tracks,), all users' counts, above 0, of any tracks. `share`: above
    0, below 1. Returns COUNT (tracks,), ascending by track.
    """
    by_track = counts[np.argsort(counts["track"], kind="stable")]
    starts = _starts(by_track["track"])
    largest = (
        np.maximum.reduceat(by_track["listens"], starts) if len(starts) else np.empty(0, np.int64)
    )
    totals = np.add.reduceat(by_track["listens"], starts) if len(starts) else largest
    exceeded = largest > share * SLACK * totals
    if not np.any(exceeded):
        return np.empty(0, COUNT)
    of_count = np.cumsum(_is_first(by_track["track"])) - 1
    by_track = by_track[exceeded[of_count]]
    starts = _starts(by_track["track"])
    limits: NDArray[np.void] = by_track[starts]
    limits["listens"] = _largest_limits(by_track["listens"], starts, largest[exceeded], share)
    return limits


def _largest_limits(
    listens: NDArray[np.int64], starts: NDArray[np.int64], too_many: NDArray[np.int64], share: float
) -> NDArray[np.int64]:
    """Find by halves the largest limits that hold; those that hold are all numbers from 0 to it.

    share * sum of min(n_u, c) - c is concave in c and 0 at c = 0, so that it is negative from some
    c on.
    """
    lengths = np.diff(starts, append=len(listens))
    held, too_many = np.zeros_like(too_many), too_many.copy()
    while np.any(too_many - held > 1):
        middle = (held + too_many) // 2
        stays = np.add.reduceat(np.minimum(listens, np.repeat(middle, lengths)), starts)
        holds = middle <= share * SLACK * stays
        held, too_many = np.where(holds, middle, held), np.where(holds, too_many, middle)
    return held


def _is_first(tracks: NDArray[np.uint64]) -> NDArray[np.bool_]:
    first = np.ones(len(tracks), bool)
    first[1:] = tracks[1:] != tracks[:-1]
    return first


def _starts(tracks: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.flatnonzero(_is_first(tracks))
