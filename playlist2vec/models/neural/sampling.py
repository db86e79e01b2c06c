"""Batches of songs with playlists that hold the songs; a song is encoded once per batch."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import Playlists


class Batch(NamedTuple):
    """Songs, and pairs of a playlist and its song among the songs of the batch.

    `songs`: int64 (songs,), distinct. `playlists`: int64 (pairs,). `right`: int64 (pairs,), places
    in `songs`. `wrong`: int64 (pairs, negatives), places in `songs` of wrong answers; `there`:
    bool, true for wrong answers that count.
    """

    songs: NDArray[np.int64]
    playlists: NDArray[np.int64]
    right: NDArray[np.int64]
    wrong: NDArray[np.int64]
    there: NDArray[np.bool_]


class Membership:
    """Membership of songs in playlists; `songs`: the number of songs."""

    def __init__(self, playlists: Playlists, songs: int) -> None:
        number = np.repeat(np.arange(len(playlists)), playlists.lengths)
        ones = np.ones(len(number), np.int8)
        held = csr_array((ones, (playlists.tracks, number)), shape=(songs, len(playlists)))
        held.sum_duplicates()
        held.sort_indices()
        self.held = held

    def of_song(self, song: int) -> NDArray[np.int64]:
        """Return the playlists that hold a song, rising."""
        found: NDArray[np.int64] = self.held.indices[
            self.held.indptr[song] : self.held.indptr[song + 1]
        ]
        return found.astype(np.int64)

    def of(self, songs: NDArray[np.int64], playlists: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return True where a playlist holds a song: bool (playlists, songs)."""
        found: NDArray[np.bool_] = self.held[songs][:, playlists].toarray().T > 0
        return found


def batches(
    membership: Membership,
    songs: NDArray[np.int64],
    size: int,
    each: int,
    negatives: int,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    """Yield batches of `size` songs in random order, with up to `each` random playlists per song.

    The wrong answers of a pair are up to `negatives` random songs of the batch that the playlist
    does not hold. A batch of a single song has no wrong answers and is left out.
    """
    order = rng.permutation(songs)
    for first in range(0, len(order), size):
        chosen = order[first : first + size]
        if len(chosen) > 1:
            yield _batch(membership, chosen, each, negatives, rng)


def _batch(
    membership: Membership,
    songs: NDArray[np.int64],
    each: int,
    negatives: int,
    rng: np.random.Generator,
) -> Batch:
    playlists, right = [], []
    for place, song in enumerate(songs.tolist()):
        holding = membership.of_song(song)
        drawn = rng.permutation(holding)[:each]
        playlists.append(drawn)
        right.append(np.full(len(drawn), place))
    asked = np.concatenate(playlists)
    possible = ~membership.of(songs, asked)
    keys = np.where(possible, rng.random(possible.shape), 2.0)
    wrong = np.argsort(keys, axis=1, kind="stable")[:, :negatives]
    there = np.take_along_axis(possible, wrong, axis=1)
    return Batch(songs, asked, np.concatenate(right), wrong.astype(np.int64), there)
