"""Assembly of the canonical form from parts, for data sets of many files.

A process reads a file and makes a part, with track codes of its own. The assembly replaces these
codes by those of the canonical form, which do not depend on the division into parts. So several
processes can read at once, and no process holds more in memory than a part and the different
tracks.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.storage import BLOCK, save_parts
from playlist2vec.corpus.tracks import one_line, write_tracks
from playlist2vec.sources.canonical import FirstSeen, order_of

Number = TypeVar("Number", np.int64, np.uint64)

LONGEST_ID = 100
"""The most characters of a track id; a longer text is not an id."""
LONGEST_NAME = 500
"""The most characters of a name; the rest is cut off."""
ROWS = 1 << 16
"""Tracks written at once."""


class Part(NamedTuple):
    """Some playlists of a data set, in order; sent between processes.

    `lengths`: int64 (playlists,). `keys`: uint64 (playlists,). `rows`: int64 (playlists,), as in
    `Playlists`. `codes`: int32 (plays,), places in `ids`. `ids`: the different track ids, `names`:
    the result of `named` for every id; both are UTF-8, with a line break between two entries.
    """

    lengths: NDArray[np.int64]
    keys: NDArray[np.uint64]
    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    ids: bytes
    names: bytes


class Assembled(NamedTuple):
    """The counts of the canonical form."""

    playlists: int
    plays: int
    tracks: int


def named(artist: str, artist_name: str, title: str, *more: str) -> str:
    """Return artist, artist's name, title and `more` fields of a track on a line, tab-separated.

    Names that are too long are cut off.
    """
    fields = (artist, artist_name, title, *more)
    line = "\t".join(fields)
    if (
        len(line) > LONGEST_NAME
        or line.count("\t") >= len(fields)
        or not line.replace("\t", "").isprintable()
    ):
        line = "\t".join(one_line(each[:LONGEST_NAME]) for each in fields)
    return line


def assemble(parts: Iterable[Part], playlists: Path, tracks: Path, scratch: Path) -> Assembled:
    """Write the canonical form of all parts; see `Assembly`."""
    assembly = Assembly(scratch)
    for part in parts:
        assembly.add(part)
    return assembly.write(playlists, tracks)


class Assembly:
    """A writer of the canonical form, from parts added in the order of the data set.

    The names of a track come from the first part with the track. Track codes ascend with the UTF-8
    bytes of the ids, as in `canonical.encode`. Memory: 250 bytes a track, 32 a playlist, and a
    block of plays. `scratch`, an existing folder, gets 4 bytes a play and the names.
    """

    def __init__(self, scratch: Path, more: Sequence[str] = ()) -> None:
        """`more`: the names of the columns for the further fields given to `named`."""
        self._more = tuple(more)
        self._plays, self._names = scratch / "plays", scratch / "names"
        for path in (self._plays, self._names):
            path.write_bytes(b"")
        self._seen = FirstSeen[str]()
        self._name_ends = array("q", [0])
        self._columns: list[Part] = []

    def add(self, part: Part) -> None:
        """Add the next part."""
        known = len(self._seen)
        codes = _codes(part, self._seen)
        with open(self._plays, "ab") as plays:
            plays.write(codes[part.codes].data)
        new = np.flatnonzero(codes >= known)
        if len(new):
            lines = part.names.split(b"\n")
            with open(self._names, "ab") as names:
                names.writelines(lines[place] for place in new.tolist())
            sizes = np.array([len(lines[place]) for place in new.tolist()], np.int64)
            self._name_ends.frombytes((self._name_ends[-1] + np.cumsum(sizes)).tobytes())
        self._columns.append(part._replace(codes=codes[:0], ids=b"", names=b""))

    def write(self, playlists: Path, tracks: Path) -> Assembled:
        """Write `playlists`, .npz, and the table of `tracks`; afterwards no part can be added."""
        ids = list(self._seen)
        del self._seen
        order = order_of(ids)
        ends = np.frombuffer(self._name_ends, np.int64)
        _write_tracks(tracks, ids, order, self._names, ends, self._more)
        del ids
        code_of = np.empty(len(order), np.int32)
        code_of[order] = np.arange(len(order), dtype=np.int32)
        whole = Playlists(
            tracks=code_of[:0],
            offsets=offsets_of(_joined([part.lengths for part in self._columns], np.int64)),
            keys=_joined([part.keys for part in self._columns], np.uint64),
            rows=_joined([part.rows for part in self._columns], np.int64),
        )
        save_parts(playlists, _recoded(whole, self._plays, code_of))
        return Assembled(len(whole), int(whole.offsets[-1]), len(order))


def _codes(part: Part, seen: FirstSeen[str]) -> NDArray[np.int32]:
    """Return the code among all tracks for every track of a part: int32 (tracks of the part,)."""
    if not part.ids:
        return np.empty(0, np.int32)
    return np.array([seen[each] for each in part.ids.decode().split("\n")], np.int32)


def _write_tracks(
    path: Path,
    ids: list[str],
    order: NDArray[np.int64],
    names: Path,
    ends: NDArray[np.int64],
    more: tuple[str, ...],
) -> None:
    """Write the table of tracks in the given order.

    The names of track t are the bytes `ends[t]` to `ends[t + 1]` of the file `names`.
    """
    content: mmap | bytes = b""
    with open(names, "rb") as file:
        if ends[-1]:
            content = mmap(file.fileno(), 0, access=ACCESS_READ)

    def rows() -> Iterator[tuple[str, ...]]:
        for start in range(0, len(order), ROWS):
            block = order[start : start + ROWS]
            for place, begin, end in zip(
                block.tolist(), ends[block].tolist(), ends[block + 1].tolist(), strict=True
            ):
                fields = content[begin:end].decode().split("\t")
                yield (ids[place], *fields[:3], "", *fields[3:])

    write_tracks(path, rows(), more)


def _recoded(whole: Playlists, plays: Path, code_of: NDArray[np.int32]) -> Iterator[Playlists]:
    """Yield the playlists in blocks, with canonical codes in place of those in the file `plays`."""
    offsets = whole.offsets
    start = 0
    with open(plays, "rb") as file:
        while start < len(whole):
            end = int(np.searchsorted(offsets, offsets[start] + BLOCK, side="right")) - 1
            end = max(end, start + 1)
            tracks = code_of[np.fromfile(file, np.int32, int(offsets[end] - offsets[start]))]
            new = offsets[start : end + 1] - offsets[start]
            yield Playlists(tracks, new, whole.keys[start:end], whole.rows[start:end])
            start = end


def _joined(arrays: list[NDArray[Number]], dtype: type[Number]) -> NDArray[Number]:
    return np.concatenate([np.empty(0, dtype), *arrays])
