"""Files of playlists, read whole or in blocks, and written in batches."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Header, Kind, members_of, opened, read_header
from playlist2vec.base.files import reading, whole_file
from playlist2vec.corpus.playlists import EXPECTED, KINDS, Playlists, offsets_of

BLOCK = 1 << 22
"""Songs read at a time from a file of playlists."""
PART = 1 << 18
"""Songs read at a time for work with much memory per song, such as training."""


class Block(NamedTuple):
    """A range of playlists in a file: from number `start` to before `end`."""

    path: str
    start: int
    end: int

    def load(self) -> Playlists:
        """Read the playlists of the block alone."""
        return PlaylistsFile(self.path).read(self.start, self.end)


class Parts:
    """Playlists of a file in batches, read on demand, and read again in every iteration."""

    def __init__(self, path: str | Path, plays: int = PART) -> None:
        self.blocks = PlaylistsFile(path).blocks(plays)

    def __iter__(self) -> Iterator[Playlists]:
        return (block.load() for block in self.blocks)

    @property
    def playlists(self) -> int:
        """Number of playlists in all batches."""
        return self.blocks[-1].end if self.blocks else 0


class PlaylistsFile:
    """A file written by `Playlists.save`, with arrays that are read on demand."""

    def __init__(self, path: str | Path) -> None:
        """Read the list of arrays. Raises DataError for unknown arrays and for wrong sizes."""
        self.path = str(path)
        kinds = KINDS | {"places": Kind(np.int64, needed=False)}
        with reading(path, EXPECTED), open(path, "rb") as file, opened(file) as archive:
            self._members = members_of(archive, kinds, os.fstat(file.fileno()).st_size)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Offsets as in `Playlists`: int64 (playlists + 1,)."""
        found: NDArray[np.int64] = self._part("offsets")
        with reading(self.path, EXPECTED):
            _check_offsets(found, self._elements("tracks"))
            if not len(found) or found[0] != 0 or found[-1] != self._elements("tracks"):
                raise ValueError("offsets that do not rise from 0 to the number of plays")
        return found

    @property
    def plays(self) -> int:
        """Number of songs in all playlists."""
        return int(self.offsets[-1])

    def column(self, name: str) -> Any:
        """Read a whole array with an element per playlist, such as `keys`; None if missing."""
        return self._part(name) if name in self._members else None

    def mapped(self, name: str) -> Any:
        """Return an array of `Playlists` as a memory map."""
        with reading(self.path, EXPECTED), open(self.path, "rb") as file:
            header, begin = self._header(file, name)
        return (
            np.memmap(self.path, header.dtype, "r", begin, header.shape)
            if header.shape[0]
            else self._part(name)
        )

    def blocks(self, plays: int = BLOCK) -> list[Block]:
        """Return all playlists in blocks of about `plays` songs; no block is empty."""
        ends = (
            np.searchsorted(self.offsets, np.arange(plays, self.plays + plays, plays), side="right")
            - 1
        )
        edges = np.unique(np.concatenate([[0], np.maximum(ends, 0), [len(self)]])).tolist()
        return [Block(self.path, start, end) for start, end in pairwise(edges)]

    def read(self, start: int, end: int) -> Playlists:
        """Read the playlists from number `start` to before `end`; the offsets begin at 0."""
        offsets = (
            self.offsets[start : end + 1]
            if "offsets" in vars(self)
            else self._part("offsets", start, end + 1)
        )
        with reading(self.path, EXPECTED):
            _check_offsets(offsets, self._elements("tracks"))
        first, last = int(offsets[0]), int(offsets[-1])
        return Playlists(
            tracks=self._part("tracks", first, last),
            offsets=offsets - first,
            keys=self._part("keys", start, end),
            rows=self._part("rows", start, end),
            times=self._part("times", start, end) if "times" in self._members else None,
            closed=self._part("closed", start, end) if "closed" in self._members else None,
        )

    def _part(self, name: str, start: int = 0, end: int | None = None) -> Any:
        """Read the elements of an array from `start` to before `end`."""
        with reading(self.path, EXPECTED), open(self.path, "rb") as file:
            header, begin = self._header(file, name)
            count = (header.shape[0] if end is None else end) - start
            if not 0 <= start <= start + count <= header.shape[0]:
                raise ValueError(f"{name} for {header.shape[0]} of {start + count}")
            file.seek(begin + start * header.dtype.itemsize)
            return np.fromfile(file, header.dtype, count)

    def _elements(self, name: str) -> int:
        """Return the number of elements of an array."""
        with open(self.path, "rb") as file:
            return self._header(file, name)[0].shape[0]

    def _header(self, file: IO[bytes], name: str) -> tuple[Header, int]:
        """Return the header of an array, and the offset of the first element in the file."""
        info = self._members[name]
        # A local header of a zip file has 30 bytes, the last four of them the lengths of the name
        # and of the extra fields that follow.
        file.seek(info.header_offset)
        header = file.read(30)
        file.seek(
            int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1
        )
        found = read_header(file, info.file_size)
        kind = KINDS.get(name, Kind(np.int64))
        if len(found.shape) != kind.dimensions or found.dtype != np.dtype(kind.dtype):
            raise ValueError(f"{name} is {found.dtype} of shape {str(found.shape)[:40]}")
        return found, file.tell()


def _check_offsets(offsets: NDArray[np.int64], plays: int) -> None:
    """Raise ValueError for offsets that fall, or that exceed the number of plays."""
    if (
        not len(offsets)
        or offsets[0] < 0
        or offsets[-1] > plays
        or (offsets[1:] < offsets[:-1]).any()
    ):
        raise ValueError("offsets that fall, or that lead out of the plays")


@contextmanager
def writing_parts(path: str | Path) -> Iterator[Callable[[Playlists], None]]:
    """Yield a function that writes playlists in batches, with a single batch in memory.

    The file has the bytes of `Playlists.save`. It appears when the block ends well, and not at all
    when the block raises. Memory also holds 32 bytes a playlist; the songs go through a temporary
    file beside `path`.
    """
    columns: dict[str, list[NDArray[Any]]] = {
        "lengths": [np.empty(0, np.int64)],
        "keys": [np.empty(0, np.uint64)],
        "rows": [np.empty(0, np.int64)],
    }
    with whole_file(path) as unfinished, TemporaryFile(dir=unfinished.parent) as plays:

        def write(part: Playlists) -> None:
            # Not `tofile`, whose error does not say why writing failed.
            plays.write(np.ascontiguousarray(part.tracks).data)
            for name in ("keys", "rows", "times", "closed"):
                if (column := getattr(part, name)) is not None:
                    columns.setdefault(name, []).append(column)
            columns["lengths"].append(part.lengths)

        yield write
        plays.flush()
        whole = {name: np.concatenate(column) for name, column in columns.items()}
        offsets = offsets_of(whole.pop("lengths"))
        empty = np.empty(0, np.int32)
        tracks = np.memmap(plays, np.int32, "r") if offsets[-1] else empty
        with open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, tracks=tracks, offsets=offsets, **whole)


def save_parts(path: str | Path, parts: Iterable[Playlists]) -> None:
    """Write batches of playlists in the order given, as `writing_parts` does."""
    with writing_parts(path) as write:
        for part in parts:
            write(part)
