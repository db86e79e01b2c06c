"""Histories in memory, of any number of listens and songs, for timing a training."""

import numpy as np

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.two_tower.training import ListenData

SESSION, SECONDS, PAUSE = 12, 200, 40_000
"""Listens of a session, seconds between two listens, and seconds between two sessions."""
START = 600_000_000
"""The second of the first listen, since 2002-10-01."""
ALBUM = 12
"""Songs of an artist."""


def invented(users: int, songs: int, listens: int, seed: int = 1) -> ListenData:
    """Return `listens` of `users`, the same number per user, to `songs` of unequal popularity.

    A listener has as many favourites as listens, and hears the first of them most often: of 100
    listens in a row about 50 are to different songs, as in the data set `listens`. Training uses
    all listens. A song's count is the number of its listens, at least 1.
    """
    each = listens // users
    number = np.arange(users * each)
    turn = number % each
    favourite = (
        np.floor(each ** (mix(number.astype(np.uint64), seed) / 2.0**64)).astype(np.int64) - 1
    )
    drawn = mix((number - turn + favourite).astype(np.uint64), seed + 1) / 2.0**64
    tracks = np.minimum(songs * drawn**3, songs - 1).astype(np.int32)
    seconds = (START + turn * SECONDS + turn // SESSION * PAUSE).astype(np.uint32)
    counts = np.maximum(np.bincount(tracks, minlength=songs), 1)
    order = np.argsort(-counts, kind="stable")
    rows = np.empty(songs, np.int32)
    rows[order] = np.arange(songs, dtype=np.int32)
    vocabulary = Vocabulary(
        [f"song{song:08}" for song in range(songs)], counts[order].astype(np.int64)
    )
    artists = (rows // ALBUM).astype(np.int32)
    histories = Histories(rows[tracks], seconds, np.arange(users + 1, dtype=np.int64) * each)
    return ListenData(histories, vocabulary, artists, int(seconds.min()), int(seconds.max()) + 1)
