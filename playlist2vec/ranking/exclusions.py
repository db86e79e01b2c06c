"""Songs that must not be suggested."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import places_of
from playlist2vec.corpus.songs import Rows


@dataclass(frozen=True, eq=False)
class Exclusions:
    """Songs that must not be suggested for query i: `songs[offsets[i]:offsets[i + 1]]`, int64.

    Repeats are harmless. `allowed`: bool (all songs,), the songs that may be suggested for any
    query; None for all songs.
    """

    songs: Rows
    offsets: NDArray[np.int64]
    allowed: NDArray[np.bool_] | None = None

    @staticmethod
    def none(queries: int) -> "Exclusions":
        """Return exclusions of `queries` queries that exclude nothing."""
        return Exclusions(Rows(np.zeros(0, np.int64)), np.zeros(queries + 1, np.int64))

    @staticmethod
    def of_each(songs: NDArray[np.integer]) -> "Exclusions":
        """Return exclusions of a single song for every query; `songs`: integers (queries,)."""
        return Exclusions(Rows(songs.astype(np.int64)), np.arange(len(songs) + 1))

    def of_block(self, start: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of (query - start, song), for queries from `start` to before `end`.

        `allowed` is not regarded.
        """
        songs = self.songs[self.offsets[start] : self.offsets[end]]
        return np.repeat(np.arange(end - start), np.diff(self.offsets[start : end + 1])), songs

    def choose(self, queries: NDArray[np.int64]) -> "Exclusions":
        """Return the exclusions of the given queries, in the given order."""
        places, offsets = places_of(self.offsets, queries)
        return Exclusions(Rows(self.songs[places]), offsets, self.allowed)


def filled_up(best: NDArray[np.int64], excluded: Exclusions, songs: int) -> NDArray[np.int64]:
    """Return lists with every -1 at the end replaced by the next song in the order of the rows.

    `best`: int64 (queries, k). Songs that are in the list or excluded are passed over. A -1 remains
    if no song is left, of `songs` in all.
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
