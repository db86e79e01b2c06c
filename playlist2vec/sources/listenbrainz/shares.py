"""Limits on the listens of a user, so that no user makes up more than a share of a track's
listens.
"""

import numpy as np
from numpy.typing import NDArray

COUNT = np.dtype([("track", "<u8"), ("listens", "<i8")])
"""The key of a track, and the number of listens of a user."""
SLACK = 1 + 1e-12
"""A tolerance, so that a product below a whole number by rounding alone reaches the number."""


def most_listens(counts: NDArray[np.void], share: float) -> NDArray[np.void]:
    """Return the tracks with a user whose share is too large, and the most listens of a user.

    With n_u listens of a track by user u, the limit is the largest c with c <= share * sum over u
    of min(n_u, c): the kept listens of a user then are at most the share of the kept listens of the
    track. The limit is 0 for a track of a single user.

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
    """Find the largest valid limits by bisection; all numbers from 0 to the limit are valid.

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
