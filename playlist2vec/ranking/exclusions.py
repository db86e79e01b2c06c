"""Songs that must not be suggested."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import places_of
from playlist2vec.corpus.songs import Rows


@dataclass(frozen=True, eq=False)
class Exclusions:
    """Songs that must not be suggested for query i: `songs[offsets[i]:offsets[i + 1]]`, int64;
    repeats are harmless.

    `allowed`: bool (all songs,), the songs that may be suggested for any query; None for all of
    them.
    """

    songs: Rows
    offsets: NDArray[np.int64]
    allowed: NDArray[np.bool_] | None = None

    @staticmethod
    def none(queries: int) -> "Exclusions":
        """Return exclusions of so many queries that exclude nothing."""
        return Exclusions(Rows(np.zeros(0, np.int64)), np.zeros(queries + 1, np.int64))

    @staticmethod
    def of_each(songs: NDArray[np.integer]) -> "Exclusions":
        """One song for each query: integers (queries,)."""
        return Exclusions(Rows(songs.astype(np.int64)), np.arange(len(songs) + 1))

    def of_block(self, start: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For the queries from `start` to before `end`: pairs of (query - start, song); `allowed`
        is left aside.
        """
        songs = self.songs[self.offsets[start] : self.offsets[end]]
        return np.repeat(np.arange(end - start), np.diff(self.offsets[start : end + 1])), songs

    def choose(self, queries: NDArray[np.int64]) -> "Exclusions":
        """The exclusions of these queries only, in this order."""
        places, offsets = places_of(self.offsets, queries)
        return Exclusions(Rows(self.songs[places]), offsets, self.allowed)


def filled_up(best: NDArray[np.int64], excluded: Exclusions, songs: int) -> NDArray[np.int64]:
    """The lists, int64 (queries, k), with each -1 at their ends replaced by the next song in the
    order of the rows.

    A song that is in the list or excluded is passed over; what still is -1 then has no song left,
    of `songs` in all.
    """
    filled = best.copy()
    possible = np.arange(songs) if excluded.allowed is None else np.flatnonzero(excluded.allowed)
    for query in np.flatnonzero(best[:, -1] < 0):
        there = best[query, best[query] >= 0]
        taken = np.concatenate(
            [there, excluded.songs[excluded.offsets[query] : excluded.offsets[query + 1]]]
        )
        free = np.setdiff1d(possible[: best.shape[1] + len(taken)], taken)[
            : best.shape[1] - len(there)
        ]
        filled[query, len(there) : len(there) + len(free)] = free
    return filled
