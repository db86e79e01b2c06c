"""Inputs of the query tower: songs heard before, pause, hour, listener, moment."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.ranking.queries import Queries

PAUSES = 20
"""Classes of the pause before a query.

Each class is twice as long as the class before. The last is for queries without an earlier listen.
"""
HOURS = 24
MOMENTS = 1_000
"""Equal intervals of the training time."""


class Inputs(NamedTuple):
    """The inputs of a batch of queries.

    `rows`: int64 (queries, songs_back), in column n the song heard n + 1 listens ago, -1 for none.
    `pauses`, `hours`: int64 (queries,), below PAUSES and HOURS. `users`: int64 (queries,), numbers
    of listeners. `now`: int64 (queries,), seconds since 2002-10-01.
    """

    rows: NDArray[np.int64]
    pauses: NDArray[np.int64]
    hours: NDArray[np.int64]
    users: NDArray[np.int64]
    now: NDArray[np.int64]


def inputs_of(queries: Queries, songs_back: int) -> Inputs:
    """Return the inputs of queries about listens; see `ranking.heard`."""
    times = queries.listened
    rows = np.full((len(queries), songs_back), -1, np.int64)
    query = np.repeat(np.arange(len(queries)), queries.lengths)
    near = times.ages <= songs_back
    rows[query[near], times.ages[near] - 1] = queries.songs[near]
    minutes = np.maximum(times.now - times.last, 0) / 60
    # The exponent of a float is the exact floor(log2) of whole minutes.
    pauses = np.minimum(np.frexp(np.floor(minutes) + 1)[1] - 1, PAUSES - 2).astype(np.int64)
    pauses[times.last < 0] = PAUSES - 1
    hours = times.now // 3_600 % HOURS
    return Inputs(rows, pauses, hours, queries.playlists, times.now)


def moments(
    now: NDArray[np.int64], first: int, last: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the interval of each moment, int64 (queries,), and the position, float32 (queries,).

    The time from `first` to `last` has MOMENTS equal intervals; positions run from 0 at `first` to
    1 at `last`. A moment outside counts as the nearer end.
    """
    place = np.clip((now - first) / max(last - first, 1), 0.0, 1.0)
    return np.minimum((place * MOMENTS).astype(np.int64), MOMENTS - 1), place.astype(np.float32)
