"""Held-out pairs: a playlist of which one song is asked for."""

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
    """Questions about the next song, each with its playlist, which is kept whole.

    The song at the playlist's place `places` is the target, the one before it the query, the songs
    before that the rest of its history. `places`: int64 (pairs,), from 1 to before the playlist's
    length. A playlist may stand there more than once, with another place each time.
    """

    playlists: Playlists
    places: NDArray[np.int64]

    @staticmethod
    def of_last(playlists: Playlists) -> "Pairs":
        """Return a question about the last song of each playlist; all have two songs or more."""
        return Pairs(playlists, playlists.lengths - 1)

    def __len__(self) -> int:
        return len(self.playlists)

    @property
    def targets(self) -> Codes:
        """The held-out songs: int32 (pairs,)."""
        return Codes(self.playlists.tracks[self.playlists.offsets[:-1] + self.places])

    @property
    def queries(self) -> Codes:
        """The songs just before the held-out ones: int32 (pairs,)."""
        return Codes(self.playlists.tracks[self.playlists.offsets[:-1] + self.places - 1])

    def histories(self) -> Playlists:
        """Return what each playlist holds before its target, so that its last song is the query."""
        lengths = self.playlists.lengths
        starts = np.repeat(self.playlists.offsets[:-1], lengths)
        return keep_plays(
            self.playlists, np.arange(len(starts)) - starts < np.repeat(self.places, lengths)
        )

    def choose(self, pairs: NDArray[np.int64]) -> "Pairs":
        """Return these pairs only, in this order."""
        return Pairs(select_playlists(self.playlists, pairs), self.places[pairs])

    def first(self, pairs: int) -> "Pairs":
        """Return the first `pairs` of them; the hash orders them, so that any beginning is a fair
        sample.
        """
        return self.choose(np.arange(min(pairs, len(self))))

    def save(self, path: str | Path) -> None:
        """Write the playlists as `Playlists.save` does, and the places beside them."""
        self.playlists.save(path, places=self.places)

    @staticmethod
    def load(path: str | Path) -> "Pairs":
        """Read what `save` wrote. Raises DataError for a damaged file, and for places outside the
        playlists.
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
