"""An index for counting: places of songs in playlists, and playlists that hold songs.

Both take four bytes a play.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, vstack

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, offsets_of, places_of

WORK = 1 << 22
"""Approximate number of values that are looked up and counted at once; some 50 bytes each."""
FEW = 1 << 12
"""Number of values from which on lists are counted without sorting."""


@dataclass(frozen=True, eq=False)
class Lists:
    """Lists of numbers in an array; list n is `values[offsets[n]:offsets[n + 1]]`.

    `values`: int32, or int64 for 2**31 plays or more. `offsets`: int64 (lists + 1,), from 0 on,
    never falling.
    """

    values: NDArray[np.integer]
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The lengths of the lists: int64 (lists,)."""
        return np.diff(self.offsets)

    def choose(self, numbers: NDArray[np.integer]) -> "Lists":
        """Return the lists of the given numbers, in the given order."""
        places, offsets = places_of(self.offsets, numbers.astype(np.int64, copy=False))
        return Lists(self.values[places], offsets)


class PlayIndex:
    """Training playlists, with songs as rows below `songs`, by song and by playlist.

    The parts of the index are made when needed.
    """

    def __init__(self, train: Playlists, songs: int) -> None:
        self.train = train
        self.songs = songs

    @cached_property
    def places(self) -> Lists:
        """Places in `train.tracks` by song, rising."""
        plays = len(self.train.tracks)
        at = np.arange(plays, dtype=np.int32 if plays < 2**31 else np.int64)
        one_row = csr_array((at, self.train.tracks, np.array([0, plays])), shape=(1, self.songs))
        by_song = one_row.tocsc()
        return Lists(by_song.data, by_song.indptr.astype(np.int64))

    @cached_property
    def playlists(self) -> NDArray[np.integer]:
        """The place in `train` of every play's playlist: int32 (plays,)."""
        return np.repeat(np.arange(len(self.train), dtype=np.int32), self.train.lengths)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """The shares of songs among all plays: float64 (songs,), above 0.

        A song that was never played counts as played once.
        """
        plays = np.maximum(self.places.lengths, 1).astype(np.float64)
        shares: NDArray[np.float64] = plays / plays.sum()
        return shares

    @cached_property
    def by_hash(self) -> NDArray[np.int64]:
        """The playlists in the order of a hash of playlist ids: int64 (playlists,)."""
        return np.argsort(mix(self.train.keys), kind="stable")

    @cached_property
    def held(self) -> Lists:
        """The distinct songs of playlists, rising; playlists in the order of `by_hash`."""
        values, lengths = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
        for some in in_groups(self.train.lengths[self.by_hash]):
            places, offsets = places_of(self.train.offsets, self.by_hash[some])
            plays = (np.ones(len(places), np.int8), self.train.tracks[places], offsets)
            block = csr_array(plays, shape=(len(offsets) - 1, self.songs))
            block.sum_duplicates()
            values.append(block.indices)
            lengths.append(np.diff(block.indptr).astype(np.int64))
        return Lists(np.concatenate(values), offsets_of(np.concatenate(lengths)))

    @cached_property
    def holders(self) -> Lists:
        """The playlists that hold a song, by song, as numbers in `held`, rising."""
        ones = np.ones(len(self.held.values), np.int8)
        by_song = csr_array(
            (ones, self.held.values, self.held.offsets), shape=(len(self.train), self.songs)
        ).tocsc()
        return Lists(by_song.indices, by_song.indptr.astype(np.int64))

    def count_near(self, songs: NDArray[np.int64], distances: NDArray[np.int64]) -> csr_array:
        """Return counts of songs at given distances from a song in playlists.

        `songs`: int64 (asked,). `distances`: int64, -1 is the place before the song. Returns
        float64 (asked, songs): in row n the counts for `songs[n]`.
        """

        def near(some: NDArray[np.int64]) -> Lists:
            chosen = self.places.choose(some)
            playlist = self.playlists[chosen.values]
            first, end = self.train.offsets[playlist], self.train.offsets[playlist + 1]
            other = chosen.values[:, None].astype(np.int64) + distances
            inside = (other >= first[:, None]) & (other < end[:, None])
            offsets = offsets_of(np.count_nonzero(inside, axis=1))
            return Lists(self.train.tracks[other[inside]], offsets[chosen.offsets])

        sizes = self.places.lengths[songs] * len(distances)
        counted = [self._counted(near(songs[some])) for some in in_groups(sizes)]
        if len(counted) == 1:
            return counted[0]
        return vstack([csr_array((0, self.songs)), *counted], format="csr")

    def count_together(
        self, songs: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], csr_array]]:
        """Yield numbers of playlists that hold both songs of a pair, for some songs at a time.

        `songs`: int64 (asked,). Yields songs s, int64 (some,), and float64 (some, songs): in row n
        the numbers for pairs of the n-th of these songs and any song.
        """
        sizes = self.held.lengths
        # The total length of the playlists that hold a song.
        work = np.array(
            [int(sizes[self._holders_of(song)].sum()) for song in songs.tolist()], np.int64
        )
        for some in in_groups(work):
            holders = self.holders.choose(songs[some])
            held = self.held.choose(holders.values)
            yield songs[some], self._counted(Lists(held.values, held.offsets[holders.offsets]))

    def _holders_of(self, song: int) -> NDArray[np.integer]:
        return self.holders.values[self.holders.offsets[song] : self.holders.offsets[song + 1]]

    def _counted(self, bags: Lists) -> csr_array:
        """Return the counts of songs in lists: float64 (lists, songs)."""
        shape = (len(bags.offsets) - 1, self.songs)
        if len(bags.values) < FEW:
            # For few values, as for one query, sorting is faster than a matrix product.
            keys = np.repeat(np.arange(shape[0]) * self.songs, bags.lengths) + bags.values
            keys.sort()
            first = np.flatnonzero(np.diff(keys, prepend=-1))
            counts = np.diff(first, append=len(keys)).astype(np.float64)
            offsets = np.searchsorted(keys[first], np.arange(shape[0] + 1) * self.songs)
            return csr_array((counts, keys[first] % self.songs, offsets), shape=shape)
        bag = csr_array((np.ones(len(bags.values)), bags.values, bags.offsets), shape=shape)
        # A product adds up repeated entries of a row, without sorting.
        return (eye_array(shape[0], format="csr") @ bag).tocsr()


def in_groups(sizes: NDArray[np.int64]) -> list[slice]:
    """Return slices of consecutive elements whose sizes add up to about WORK.

    A larger element has a slice of its own.
    """
    group = np.cumsum(sizes) // WORK
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(sizes)]
    return [slice(start, end) for start, end in pairwise(edges) if start < end]
