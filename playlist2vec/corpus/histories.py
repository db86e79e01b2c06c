"""What people listened to, in order of time, in the songs of a vocabulary."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, offsets_of


@dataclass(frozen=True, eq=False)
class Histories:
    """Listens, one listener after the other, each in order of time; listener u's are `users[u]` to
    `users[u + 1]`.

    `tracks`: int32 (listens,), rows of the training vocabulary, below 0 for a track without one,
    each with a number of its own. `seconds`: uint32 (listens,), when each began, since 2002-10-01.
    `users`: int64 (users + 1,), from 0 to listens, never falling. The arrays may be memory-mapped.
    """

    tracks: NDArray[np.int32]
    seconds: NDArray[np.uint32]
    users: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.tracks)

    def user_of(self, listens: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the listener of each listen: int64 (listens,)."""
        found: NDArray[np.int64] = np.searchsorted(self.users, listens, side="right") - 1
        return found

    def starts(self, gap: int) -> NDArray[np.bool_]:
        """Return which listens begin a session: bool (listens,); after a pause of more than `gap`
        minutes one does.
        """
        begins = np.ones(len(self), bool)
        begins[1:] = np.diff(self.seconds.astype(np.int64)) > 60 * gap
        begins[self.users[:-1][self.users[:-1] < len(self)]] = True
        return begins

    def sessions(self, gap: int) -> Playlists:
        """Return the sessions as playlists of rows; listens to tracks without a row are left out of
        them.
        """
        known = self.tracks >= 0
        session = np.cumsum(self.starts(gap)) - 1
        count = int(session[-1]) + 1 if len(session) else 0
        lengths = np.bincount(session[known], minlength=count).astype(np.int64)
        numbers = np.arange(count)
        return Playlists(
            self.tracks[known], offsets_of(lengths), numbers.astype(np.uint64), numbers
        )

    def between(self, first: int, end: int) -> "Histories":
        """Return the listens that began from second `first` to before `end`, of the same listeners."""
        kept = (self.seconds >= first) & (self.seconds < end)
        before = offsets_of(kept.astype(np.int64))
        return Histories(self.tracks[kept], self.seconds[kept], before[self.users])
