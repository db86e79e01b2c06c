"""Playlists in their canonical form: flat arrays that load in milliseconds, or are read and written in blocks."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import whole_file

BLOCK = 1 << 22
"""Songs that are read at once, where playlists are read in blocks."""
PART = 1 << 18
"""The same where much more is made of each song than a number, as for training."""


class RawPlaylist(NamedTuple):
    """One playlist as a reader found it.

    `key`: 0 <= key < 2**64, made from the playlist's id in the raw data alone (see `hashing`).
    `tracks`: track ids in the order they are played. `artists`: an artist id beside each track, or empty if unknown.
    """

    key: int
    tracks: list[str]
    artists: list[str]


@dataclass(frozen=True, eq=False)
class Playlists:
    """Playlists one after the other; playlist p is `tracks[offsets[p]:offsets[p + 1]]`.

    `tracks`: int32 (plays,), codes of tracks. `offsets`: int64 (playlists + 1,), from 0 to plays, never falling.
    `keys`: uint64 (playlists,), the hash of each playlist's id in the raw data.
    `rows`: int64 (playlists,), the number of each playlist in the raw data, from 0.
    `times`: int64 (playlists,), when the last song of each was played in the raw data, in seconds since 1970; None
    where the data set does not say it.
    """

    tracks: NDArray[np.int32]
    offsets: NDArray[np.int64]
    keys: NDArray[np.uint64]
    rows: NDArray[np.int64]
    times: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        return (self.tracks[start:end] for start, end in pairwise(self.offsets.tolist()))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Songs in each playlist: int64 (playlists,)."""
        return np.diff(self.offsets)

    def save(self, path: str | Path) -> None:
        """Write the arrays as one uncompressed .npz file; equal playlists give equal bytes."""
        arrays = {name: array for name, array in vars(self).items() if array is not None}
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, **arrays)

    @staticmethod
    def load(path: str | Path) -> "Playlists":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return Playlists(**arrays)


class Block(NamedTuple):
    """Some of the playlists in a file: those from number `start` to before `end`."""

    path: str
    start: int
    end: int

    def load(self) -> Playlists:
        """Read these playlists and no others."""
        return PlaylistsFile(self.path).read(self.start, self.end)


class Parts:
    """The playlists of a file in parts, each read when its turn comes, and anew whenever all are iterated over."""

    def __init__(self, path: str | Path, plays: int = PART) -> None:
        self.blocks = PlaylistsFile(path).blocks(plays)

    def __iter__(self) -> Iterator[Playlists]:
        return (block.load() for block in self.blocks)

    @property
    def playlists(self) -> int:
        """How many there are in all parts."""
        return self.blocks[-1].end if self.blocks else 0


class PlaylistsFile:
    """What `Playlists.save` wrote, of which only the offsets are read until more is asked for."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        with zipfile.ZipFile(path) as archive:
            self._members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """As in `Playlists`: int64 (playlists + 1,)."""
        found: NDArray[np.int64] = self._part("offsets")
        return found

    @property
    def plays(self) -> int:
        """Songs in all playlists."""
        return int(self.offsets[-1])

    def column(self, name: str) -> Any:
        """One array of `Playlists` with an element a playlist, `keys`, `rows` or `times`, whole; None for no times."""
        return self._part(name) if name in self._members else None

    def blocks(self, plays: int = BLOCK) -> list[Block]:
        """All playlists in blocks of about so many songs, at least one playlist each."""
        ends = np.searchsorted(self.offsets, np.arange(plays, self.plays + plays, plays), side="right") - 1
        edges = np.unique(np.concatenate([[0], np.maximum(ends, 0), [len(self)]])).tolist()
        return [Block(self.path, start, end) for start, end in pairwise(edges)]

    def read(self, start: int, end: int) -> Playlists:
        """The playlists from number `start` to before `end`; their offsets begin at 0."""
        offsets = self.offsets[start : end + 1] if "offsets" in vars(self) else self._part("offsets", start, end + 1)
        first, last = int(offsets[0]), int(offsets[-1])
        return Playlists(
            tracks=self._part("tracks", first, last),
            offsets=offsets - first,
            keys=self._part("keys", start, end),
            rows=self._part("rows", start, end),
            times=self._part("times", start, end) if "times" in self._members else None,
        )

    def _part(self, name: str, start: int = 0, end: int | None = None) -> Any:
        """The elements of an array from `start` to before `end`."""
        info = self._members[name]
        with open(self.path, "rb") as file:
            # A local header of a zip file has 30 bytes, then a name and extra fields, whose lengths are its last.
            file.seek(info.header_offset)
            header = file.read(30)
            file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
            (size,), dtype = _array_header(file)
            count = (size if end is None else end) - start
            file.seek(start * dtype.itemsize, 1)
            return np.fromfile(file, dtype, count)


def _array_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    major, _ = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    return shape, dtype


def join_playlists(parts: Sequence[Playlists]) -> Playlists:
    """Parts, one at least, as one."""
    lengths = np.concatenate([part.lengths for part in parts])
    times = [part.times for part in parts if part.times is not None]
    return Playlists(
        np.concatenate([part.tracks for part in parts]),
        offsets_of(lengths),
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate(times) if times else None,
    )


def save_parts(path: str | Path, parts: Iterable[Playlists]) -> None:
    """Write playlists that come in parts, in their order, with one part in memory: the bytes of `Playlists.save`.

    In memory are 32 bytes a playlist as well; the songs go through a file beside `path`.
    """
    columns: dict[str, list[NDArray[Any]]] = {
        "lengths": [np.empty(0, np.int64)],
        "keys": [np.empty(0, np.uint64)],
        "rows": [np.empty(0, np.int64)],
    }
    with whole_file(path) as unfinished, TemporaryFile(dir=unfinished.parent) as plays:
        for part in parts:
            # Not `tofile`, which does not say why it could not write.
            plays.write(np.ascontiguousarray(part.tracks).data)
            for name in ("keys", "rows", "times"):
                if (column := getattr(part, name)) is not None:
                    columns.setdefault(name, []).append(column)
            columns["lengths"].append(part.lengths)
        plays.flush()
        whole = {name: np.concatenate(column) for name, column in columns.items()}
        offsets = offsets_of(whole.pop("lengths"))
        empty = np.empty(0, np.int32)
        tracks = np.memmap(plays, np.int32, "r") if offsets[-1] else empty
        with open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, tracks=tracks, offsets=offsets, **whole)


def offsets_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offsets of playlists with these lengths: int64 (playlists,) to int64 (playlists + 1,)."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def places_of(offsets: NDArray[np.int64], chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the elements of the chosen parts stand, in the order of `chosen`, and the offsets of these parts alone.

    Part p of a flat array is `offsets[p]` to before `offsets[p + 1]`. Returns int64 (elements,), int64 (chosen + 1,).
    """
    lengths = np.diff(offsets)[chosen]
    new = offsets_of(lengths)
    return np.arange(new[-1]) + np.repeat(offsets[chosen] - new[:-1], lengths), new
