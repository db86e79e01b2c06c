"""Thinning of listens: without duplicates, users with too few listens, and listens beyond a user's
share of a track.
"""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.sources.listenbrainz.pieces import PLAY, begins, by_piece
from playlist2vec.sources.listenbrainz.shares import COUNT, most_listens
from playlist2vec.sources.listenbrainz.work import Plays, Work, delete, write_array

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine


class Thinned(NamedTuple):
    """The counts of duplicates and of listens of users with too few in a span.

    `ends`: where in the file `counts-<n>` the tracks of every span end, int64 (spans,).
    """

    duplicates: int
    few: int
    ends: NDArray[np.int64]


def thin_all(work: Work, engine: "Engine") -> tuple[int, int]:
    """Make `kept-<n>` of every span and, where shares are limited, `limited.npy` and `limits.npy`,
    for all tracks.

    Returns how many listens are duplicates, and how many are of users with too few.
    """
    duplicates = few = 0
    ends = []
    for number, thinned in zip(
        work.numbers, engine.map(partial(thin, work), work.numbers), strict=True
    ):
        duplicates += thinned.duplicates
        few += thinned.few
        ends.append(thinned.ends)
        delete(work.pieces("plays", number))
    if work.params.max_share < 1:
        limits = np.concatenate(
            list(engine.map(partial(limit, work, np.array(ends)), work.numbers))
        )
        np.save(work.path("limited.npy"), limits["track"])
        np.save(work.path("limits.npy"), limits["listens"])
        delete(work.path(f"counts-{number}") for number in work.numbers)
    return duplicates, few


def thin(work: Work, number: int) -> Thinned:
    """Write `kept-<n>`, the kept listens of a span; where shares are limited, `counts-<n>`, COUNT,
    ascending by track.
    """
    plays = np.concatenate(
        [np.empty(0, PLAY), *(np.fromfile(path, PLAY) for path in work.pieces("plays", number))]
    )
    once = distinct(plays)
    kept = of_users_with(once, work.params.min_listens)
    write_array(work.path(f"kept-{number}"), kept)
    ends = np.zeros(len(work.spans), np.int64)
    if work.params.max_share < 1:
        grouped = kept[np.lexsort((kept["user"], kept["track"]))]
        starts = np.flatnonzero(begins(grouped["user"]) | begins(grouped["track"]))
        counts = np.empty(len(starts), COUNT)
        counts["track"] = grouped["track"][starts]
        counts["listens"] = np.diff(starts, append=len(grouped))
        write_array(work.path(f"counts-{number}"), counts)
        ends = by_piece(counts["track"])[1][[span.stop - 1 for span in work.spans]]
    return Thinned(len(plays) - len(once), len(once) - len(kept), ends)


def limit(work: Work, ends: NDArray[np.int64], number: int) -> NDArray[np.void]:
    """Return `most_listens` of the tracks of a span. `ends`: the arrays of all `Thinned`, int64
    (spans, spans).
    """
    starts = ends[:, number - 1] if number else np.zeros(len(ends), np.int64)
    counts = [
        np.fromfile(work.path(f"counts-{other}"), COUNT, end - start, offset=start * COUNT.itemsize)
        for other, (start, end) in enumerate(
            zip(starts.tolist(), ends[:, number].tolist(), strict=True)
        )
    ]
    return most_listens(np.concatenate(counts), work.params.max_share)


def distinct(plays: Plays) -> Plays:
    """Return plays in any order by user, time and track, equal plays once."""
    ordered = plays[np.lexsort((plays["track"], plays["time"], plays["user"]))]
    again = np.zeros(len(ordered), bool)
    again[1:] = ordered[1:] == ordered[:-1]
    return ordered[~again]


def of_users_with(plays: Plays, least: int) -> Plays:
    """Return the plays of users with at least `least` plays."""
    lengths = np.diff(np.flatnonzero(begins(plays["user"])), append=len(plays))
    return plays[np.repeat(lengths >= least, lengths)]


def within_limits(plays: Plays, tracks: NDArray[np.uint64], limits: NDArray[np.int64]) -> Plays:
    """Return the plays up to the limits: of a user and a track the earliest, as many as the track's
    limit.

    `tracks`: the keys of the tracks with a limit, ascending, uint64 (limited,); `limits`: the
    limits of those tracks, int64 (limited,).
    """
    if not len(limits):
        return plays
    grouped = np.lexsort((plays["track"], plays["user"]))
    user, track = plays["user"][grouped], plays["track"][grouped]
    starts = np.flatnonzero(begins(user) | begins(track))
    place = np.minimum(np.searchsorted(tracks, track[starts]), len(limits) - 1)
    limit = np.where(tracks[place] == track[starts], limits[place], len(plays))
    lengths = np.diff(starts, append=len(plays))
    number = np.arange(len(plays)) - np.repeat(starts, lengths)
    kept = np.zeros(len(plays), bool)
    kept[grouped] = number < np.repeat(limit, lengths)
    return plays[kept]
