"""Who listened when: what a canonical form keeps beside its playlists, where the data set says it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, read_arrays
from playlist2vec.base.files import reading, whole_file

FILE = "listens.npz"
EPOCH = 1_033_430_400
"""2002-10-01 00:00 UTC, in seconds since 1970: nothing was recorded before."""
EXPECTED = "listens as `dvc repro` writes them"
KINDS = {"users": Kind(np.int64), "seconds": Kind(np.uint32), "keys": Kind(np.uint64, needed=False)}


@dataclass(frozen=True, eq=False)
class Listens:
    """The listeners of plays in playlists.npz; those of listener u are `users[u]` to before `users[u + 1]`.

    `users`: int64 (users + 1,), places in `Playlists.tracks`, never falling; plays before `users[0]` and from
    `users[-1]` on are of nobody, as in playlists that somebody made. `seconds`: uint32 (listens,), when each play from
    `users[0]` on began, since EPOCH; they never fall within a listener. `keys`: uint64 (users,), a hash of each
    listener's name, None where it was not to be kept.
    """

    users: NDArray[np.int64]
    seconds: NDArray[np.uint32]
    keys: NDArray[np.uint64] | None = None

    def save(self, path: str | Path) -> None:
        """Write the arrays as one uncompressed .npz file; equal listens give equal bytes."""
        with writing_listens(path) as file:
            file.write(self.seconds)
            file.users, file.keys = self.users, self.keys

    @staticmethod
    def load(path: str | Path) -> "Listens":
        """Read what `save` wrote. Raises DataError for a damaged file, and where the arrays do not fit together."""
        columns = read_arrays(path, KINDS, EXPECTED)
        found = Listens(**columns)
        with reading(path, EXPECTED):
            users, keys = found.users, found.keys
            if not len(users) or users[0] < 0 or (users[1:] < users[:-1]).any():
                raise ValueError("listeners whose plays do not follow each other")
            if users[-1] - users[0] != len(found.seconds):
                raise ValueError(f"{len(found.seconds)} seconds of {users[-1] - users[0]} plays")
            if keys is not None and len(keys) != len(users) - 1:
                raise ValueError(f"keys of {len(keys)} listeners of {len(users) - 1}")
            falls = found.seconds[1:] < found.seconds[:-1]
            begins = users[:-1] - users[0]
            falls[begins[(begins > 0) & (begins < len(found.seconds))] - 1] = False
            if falls.any():
                raise ValueError("seconds that fall")
        return found


class Writer:
    """Takes the seconds of listens part by part; `users` and `keys` are set before the block ends."""

    def __init__(self, seconds: IO[bytes]) -> None:
        self._seconds = seconds
        self.users: NDArray[np.int64] = np.zeros(1, np.int64)
        self.keys: NDArray[np.uint64] | None = None

    def write(self, seconds: NDArray[np.uint32]) -> None:
        """Take the seconds of the next listens."""
        self._seconds.write(np.ascontiguousarray(seconds).data)


@contextmanager
def writing_listens(path: str | Path) -> Iterator[Writer]:
    """Yield what takes seconds part by part, so that a part is in memory; they go through a file beside `path`."""
    with whole_file(path) as unfinished, TemporaryFile(dir=unfinished.parent) as seconds:
        writer = Writer(seconds)
        yield writer
        seconds.flush()
        listens = int(writer.users[-1] - writer.users[0])
        found = np.memmap(seconds, np.uint32, "r") if listens else np.zeros(0, np.uint32)
        keys: dict[str, NDArray[np.uint64]] = {} if writer.keys is None else {"keys": writer.keys}
        with open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, users=writer.users, seconds=found, **keys)
