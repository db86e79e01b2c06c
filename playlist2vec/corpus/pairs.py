"""Held-out pairs: playlists, each with the place of a song to predict."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, read_arrays
from playlist2vec.base.files import reading
from playlist2vec.corpus.playlists import KINDS, Playlists
from playlist2vec.corpus.selection import keep_plays, select_playlists
from playlist2vec.corpus.songs import Codes


@dataclass(frozen=True, eq=False)
class Pairs:
    """Questions about the next song: whole playlists, with the place of the target in each.

    The song at the place in `places` is the target, the song before the target is the query, and
    all earlier songs are the rest of the history. `places`: int64 (pairs,), from 1 to before the
    length of the playlist. A playlist may occur more than once, with different places.
    """

    playlists: Playlists
    places: NDArray[np.int64]

    @staticmethod
    def of_last(playlists: Playlists) -> "Pairs":
        """Return a question about the last song of every playlist; all have two songs or more."""
        return Pairs(playlists, playlists.lengths - 1)

    def __len__(self) -> int:
        return len(self.playlists)

    @property
    def targets(self) -> Codes:
        """Codes of the held-out songs: int32 (pairs,)."""
        return Codes(self.playlists.tracks[self.playlists.offsets[:-1] + self.places])

    @property
    def queries(self) -> Codes:
        """Codes of the songs just before the held-out songs: int32 (pairs,)."""
        return Codes(self.playlists.tracks[self.playlists.offsets[:-1] + self.places - 1])

    def histories(self) -> Playlists:
        """Return the playlists cut before the target, so that the last song is the query."""
        lengths = self.playlists.lengths
        starts = np.repeat(self.playlists.offsets[:-1], lengths)
        return keep_plays(
            self.playlists, np.arange(len(starts)) - starts < np.repeat(self.places, lengths)
        )

    def choose(self, pairs: NDArray[np.int64]) -> "Pairs":
        """Return the pairs with the numbers in `pairs`, in the order given."""
        return Pairs(select_playlists(self.playlists, pairs), self.places[pairs])

    def first(self, pairs: int) -> "Pairs":
        """Return the first `pairs` pairs: a fair sample, because the order is by hash."""
        return self.choose(np.arange(min(pairs, len(self))))

    def save(self, path: str | Path) -> None:
        """Write the playlists as `Playlists.save` does, with the places as a further array."""
        self.playlists.save(path, places=self.places)

    @staticmethod
    def load(path: str | Path) -> "Pairs":
        """Read a file written by `save`.

        Raises DataError for a damaged file, and for places outside the playlists.
        """
        expected = "pairs as `dvc repro` writes them"
        columns = read_arrays(path, KINDS | {"places": Kind(np.int64)}, expected)
        places = columns.pop("places")
        with reading(path, expected):
            playlists = Playlists(**columns).checked()
            if (
                len(places) != len(playlists)
                or (places < 1).any()
                or (places >= playlists.lengths).any()
            ):
                raise ValueError("places outside the playlists")
        return Pairs(playlists, places)
