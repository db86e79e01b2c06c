"""Who listened when: the users and the times of the plays in a file of playlists."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, read_arrays
from playlist2vec.base.files import reading, whole_file
from playlist2vec.corpus.playlists import offsets_of

FILE = "listens.npz"
"""The name of the file, which lies beside playlists.npz."""
EPOCH = 1033430400
"""2002-10-01 00:00 UTC in seconds since 1970, from which `Listens.seconds` count.

Nothing recorded listens before.
"""
LATEST = EPOCH + (1 << 32) - 1
"""The last second that `Listens.seconds` can hold, in the year 2138, in seconds since 1970."""
EXPECTED = "listens as `dvc repro` writes them"
KINDS = {
    "users": Kind(np.int64),
    "seconds": Kind(np.uint32),
    "keys": Kind(np.uint64, needed=False),
}
"""The arrays of a file of listens."""


@dataclass(frozen=True, eq=False)
class Listens:
    """The users and times of the plays of `Playlists`, where a source knows them.

    `users`: int64 (users + 1,), offsets into `Playlists.tracks`, never falling: user u listened to
    the plays `users[u]` to before `users[u + 1]`, in order of time. The plays before `users[0]` and
    from `users[-1]` on are nobody's: they are of playlists that a person made.
    `seconds`: uint32 (listens,), listens = users[-1] - users[0]: when each play from `users[0]` on
    began, in seconds since EPOCH; never falling within a user.
    `keys`: uint64 (users,), a hash of each user's name, which can be guessed from a list of names;
    None where it is not kept.
    """

    users: NDArray[np.int64]
    seconds: NDArray[np.uint32]
    keys: NDArray[np.uint64] | None = None

    def __len__(self) -> int:
        return len(self.users) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Listens of each user: int64 (users,)."""
        return np.diff(self.users)

    def save(self, path: str | Path) -> None:
        """Write the arrays as one uncompressed .npz file; equal listens give equal bytes."""
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            arrays = {name: array for name, array in vars(self).items() if array is not None}
            np.savez(file, allow_pickle=False, **arrays)

    @staticmethod
    def load(path: str | Path, plays: int | None = None) -> "Listens":
        """Read what `save` wrote. `plays`: how many `Playlists.tracks` there are, where known.

        Raises DataError for a damaged file, and where the arrays do not fit together or lead out
        of the plays.
        """
        columns = read_arrays(path, KINDS, EXPECTED)
        with reading(path, EXPECTED):
            return Listens(**columns).checked(plays)

    def checked(self, plays: int | None = None) -> "Listens":
        """Return them as they are. `plays`: as in `load`.

        Raises ValueError where the arrays do not fit together or lead out of the plays.
        """
        users = self.users
        if not len(users) or users[0] < 0 or (users[1:] < users[:-1]).any():
            raise ValueError("users that fall, or that begin below 0")
        if plays is not None and users[-1] > plays:
            raise ValueError(f"users of {users[-1]} plays, where there are {plays}")
        if len(self.seconds) != users[-1] - users[0]:
            raise ValueError(f"seconds of {len(self.seconds)} listens of {users[-1] - users[0]}")
        if self.keys is not None and len(self.keys) != len(self):
            raise ValueError(f"keys of {len(self.keys)} users of {len(self)}")
        falls = np.flatnonzero(self.seconds[1:] < self.seconds[:-1]) + 1
        if not np.isin(falls, users - users[0]).all():
            raise ValueError("seconds that fall within a user")
        return self


def seconds_of(times: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return times in seconds since 1970 as seconds since EPOCH: int64 (n,) to uint32 (n,).

    A time before EPOCH or after LATEST becomes the nearer of the two.
    """
    return (np.clip(times, EPOCH, LATEST) - EPOCH).astype(np.uint32)


@contextmanager
def writing_listens(path: str | Path, first: int = 0) -> Iterator[Callable[[Listens], None]]:
    """Yield a function that writes the listens of some users after those of others.

    So one part is in memory. `first`: the number of the first user's first play; parts may begin at
    any. The file, with the bytes of `Listens.save`, is there when the block ends well, and not at
    all when the block raises. In memory are 16 bytes a user as well; the seconds go through a file
    beside `path`.
    """
    lengths, keys = [np.empty(0, np.int64)], list[NDArray[np.uint64]]()
    with whole_file(path) as unfinished, TemporaryFile(dir=unfinished.parent) as seconds:

        def write(part: Listens) -> None:
            # Not `tofile`, which does not say why it could not write.
            seconds.write(np.ascontiguousarray(part.seconds).data)
            lengths.append(part.lengths)
            if part.keys is not None:
                keys.append(part.keys)

        yield write
        seconds.flush()
        users = offsets_of(np.concatenate(lengths))
        whole = np.memmap(seconds, np.uint32, "r") if users[-1] else np.empty(0, np.uint32)
        more = {"keys": np.concatenate(keys)} if keys else {}
        with open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, users=first + users, seconds=whole, **more)


def save_listens(path: str | Path, parts: Iterable[Listens], first: int = 0) -> None:
    """Write listens that come in parts, each of its own users, as `writing_listens` does."""
    with writing_listens(path, first) as write:
        for part in parts:
            write(part)
