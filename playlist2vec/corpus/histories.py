"""Listening histories in order of time, as songs of a vocabulary."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, offsets_of


@dataclass(frozen=True, eq=False)
class Histories:
    """Listens by listener, then by time; listener u has `users[u]` to before `users[u + 1]`.

    `tracks`: int32 (listens,), rows of the training vocabulary; a track without a row has a number
    of its own below 0. `seconds`: uint32 (listens,), the start of every listen, since 2002-10-01.
    `users`: int64 (users + 1,), from 0 to listens, never falling. The arrays may be memory-mapped.
    """

    tracks: NDArray[np.int32]
    seconds: NDArray[np.uint32]
    users: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.tracks)

    def user_of(self, listens: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the listener of every listen: int64 (listens,)."""
        found: NDArray[np.int64] = np.searchsorted(self.users, listens, side="right") - 1
        return found

    def starts(self, gap: int) -> NDArray[np.bool_]:
        """Mark the listens that begin a session: bool (listens,).

        A session begins with a listener's first listen, and after a pause of more than `gap`
        minutes.
        """
        begins = np.ones(len(self), bool)
        begins[1:] = np.diff(self.seconds.astype(np.int64)) > 60 * gap
        begins[self.users[:-1][self.users[:-1] < len(self)]] = True
        return begins

    def sessions(self, gap: int) -> Playlists:
        """Return the sessions as playlists of rows, without listens to tracks that have no row."""
        known = self.tracks >= 0
        session = np.cumsum(self.starts(gap)) - 1
        count = int(session[-1]) + 1 if len(session) else 0
        lengths = np.bincount(session[known], minlength=count).astype(np.int64)
        numbers = np.arange(count)
        return Playlists(
            self.tracks[known], offsets_of(lengths), numbers.astype(np.uint64), numbers
        )

    def between(self, first: int, end: int) -> "Histories":
        """Return the listens of all listeners from second `first` to before second `end`."""
        kept = (self.seconds >= first) & (self.seconds < end)
        before = offsets_of(kept.astype(np.int64))
        return Histories(self.tracks[kept], self.seconds[kept], before[self.users])
