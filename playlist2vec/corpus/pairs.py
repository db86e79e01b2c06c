"""Held-out pairs: a playlist whose last song is asked for."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.selection import keep_playlists, without_last
from playlist2vec.corpus.songs import Codes


@dataclass(frozen=True, eq=False)
class Pairs:
    """Questions about the next song, one for each held-out playlist, which is kept whole.

    The last song is the target, the one before it the query, the songs before that the rest of its history.
    """

    playlists: Playlists

    def __len__(self) -> int:
        return len(self.playlists)

    @property
    def targets(self) -> Codes:
        """The held-out songs: int32 (pairs,)."""
        return Codes(self.playlists.tracks[self.playlists.offsets[1:] - 1])

    @property
    def queries(self) -> Codes:
        """The songs just before the held-out ones: int32 (pairs,)."""
        return Codes(self.playlists.tracks[self.playlists.offsets[1:] - 2])

    def histories(self) -> Playlists:
        """Each playlist without its target, so that its last song is the query."""
        return without_last(self.playlists, np.ones(len(self), bool))

    def first(self, pairs: int) -> "Pairs":
        """The first `pairs` of them; they stand in the order of the hash, so any beginning is a fair sample."""
        return Pairs(keep_playlists(self.playlists, np.arange(len(self)) < pairs))

    def save(self, path: str | Path) -> None:
        """Write the playlists as `Playlists.save` does."""
        self.playlists.save(path)

    @staticmethod
    def load(path: str | Path) -> "Pairs":
        """Read what `save` wrote."""
        return Pairs(Playlists.load(path))
