"""Queries about the next listen: the songs that a listener heard so far, and the times."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries, Times

NEVER = -1
"""The second of the last listen, for a listener without listens."""


def asked_at(histories: Histories, listens: NDArray[np.int64], back: int) -> Queries:
    """Return a query for every listen: the songs that the listener heard before.

    `listens`: int64 (queries,), places in `histories`. A query is asked when the listen began.
    `back`: the maximum number of listens before it.
    """
    users = histories.user_of(listens)
    return asked_after(histories, users, listens, histories.seconds[listens].astype(np.int64), back)


def asked_after(
    histories: Histories,
    users: NDArray[np.int64],
    ends: NDArray[np.int64],
    now: NDArray[np.int64],
    back: int,
) -> Queries:
    """Return queries of `users` at the moments `now`: their listens before the places `ends`.

    `users`, `ends`, `now`: int64 (queries,). A listen to a track without a row is left out, but
    counts for the ages of the other listens.
    """
    begins = np.maximum(histories.users[users], ends - back)
    lengths = ends - begins
    offsets = offsets_of(lengths)
    query = np.repeat(np.arange(len(users)), lengths)
    places = np.arange(offsets[-1]) - offsets[query] + begins[query]
    tracks = histories.tracks[places].astype(np.int64)
    kept = tracks >= 0
    last = np.full(len(users), NEVER, np.int64)
    some = lengths > 0
    last[some] = histories.seconds[ends[some] - 1]
    times = Times(
        histories.seconds[places[kept]].astype(np.int64), (ends[query] - places)[kept], now, last
    )
    songs = Rows(tracks[kept])
    return Queries(
        songs, np.ones(len(songs)), offsets_of(kept.astype(np.int64))[offsets], users, times
    )


def heard_songs(queries: Queries) -> Exclusions:
    """Return exclusions of all songs of the queries, for questions about songs not heard yet."""
    return Exclusions(queries.songs, queries.offsets)
