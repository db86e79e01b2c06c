"""Users and times of the plays in a file of playlists."""

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
"""Name of the file, beside playlists.npz."""
EPOCH = 1033430400
"""Origin of `Listens.seconds`: 2002-10-01 00:00 UTC, in seconds since 1970.

Nothing recorded listens before.
"""
LATEST = EPOCH + (1 << 32) - 1
"""The last second in the range of `Listens.seconds`, in the year 2138, in seconds since 1970."""
EXPECTED = "listens as `dvc repro` writes them"
KINDS = {
    "users": Kind(np.int64),
    "seconds": Kind(np.uint32),
    "keys": Kind(np.uint64, needed=False),
}
"""Arrays in a file of listens."""


@dataclass(frozen=True, eq=False)
class Listens:
    """Users and times of the plays of `Playlists`, from sources that record users and times.

    `users`: int64 (users + 1,), offsets into `Playlists.tracks`, never falling: user u listened to
    the plays `users[u]` to before `users[u + 1]`, in order of time. The plays before `users[0]` and
    from `users[-1]` on have no user: they are of playlists that a person made.

    `seconds`: uint32 (listens,), listens = users[-1] - users[0]: the start of every play from
    `users[0]` on, in seconds since EPOCH; never falling within a user.

    `keys`: uint64 (users,), a hash of every user's name, which can be guessed from a list of names;
    None where no hash is kept.
    """

    users: NDArray[np.int64]
    seconds: NDArray[np.uint32]
    keys: NDArray[np.uint64] | None = None

    def __len__(self) -> int:
        return len(self.users) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of listens per user: int64 (users,)."""
        return np.diff(self.users)

    def save(self, path: str | Path) -> None:
        """Write the arrays as an uncompressed .npz file; equal listens give equal bytes."""
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            arrays = {name: array for name, array in vars(self).items() if array is not None}
            np.savez(file, allow_pickle=False, **arrays)

    @staticmethod
    def load(path: str | Path, plays: int | None = None) -> "Listens":
        """Read a file written by `save`. `plays`: the length of `Playlists.tracks`, where known.

        Raises DataError for a damaged file, for arrays that do not fit together, and for offsets
        beyond the plays.
        """
        columns = read_arrays(path, KINDS, EXPECTED)
        with reading(path, EXPECTED):
            return Listens(**columns).checked(plays)

    def checked(self, plays: int | None = None) -> "Listens":
        """Return the listens unchanged, after a check. `plays`: as in `load`.

        Raises ValueError for arrays that do not fit together, and for offsets beyond the plays.
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
    """Convert seconds since 1970 to seconds since EPOCH: int64 (n,) to uint32 (n,).

    A time before EPOCH becomes EPOCH, a time after LATEST becomes LATEST.
    """
    return (np.clip(times, EPOCH, LATEST) - EPOCH).astype(np.uint32)


@contextmanager
def writing_listens(path: str | Path, first: int = 0) -> Iterator[Callable[[Listens], None]]:
    """Yield a function that writes listens in batches of users, with a single batch in memory.

    `first`: the number of the first user's first play; the offsets of a batch may begin anywhere.
    The file has the bytes of `Listens.save`. It appears when the block ends well, and not at all
    when the block raises. Memory also holds 16 bytes a user; the seconds go through a temporary
    file beside `path`.
    """
    lengths, keys = [np.empty(0, np.int64)], list[NDArray[np.uint64]]()
    with whole_file(path) as unfinished, TemporaryFile(dir=unfinished.parent) as seconds:

        def write(part: Listens) -> None:
            # Not `tofile`, whose error does not say why writing failed.
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
    """Write listens in batches of users, as `writing_listens` does."""
    with writing_listens(path, first) as write:
        for part in parts:
            write(part)
