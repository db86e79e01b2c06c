"""A data set of many files, each made into a part of the canonical form by itself, and the parts
made into one.

A part has codes of its own for its tracks; when all parts are there, the codes become those of the
canonical form, which do not depend on how many parts there were. So files can be read by several
processes at once, and neither they nor this one hold more in memory than a part, and every
different track once.
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
"""Characters of a track's id; what is longer is none."""
LONGEST_NAME = 500
"""Characters of a name; the rest is cut off."""
ROWS = 1 << 16
"""Tracks that are written at once."""


class Part(NamedTuple):
    """Some playlists of a data set, in their order; it travels between processes.

    `lengths`: int64 (playlists,). `keys`: uint64 (playlists,). `rows`: int64 (playlists,), as in
    `Playlists`. `codes`: int32 (plays,), places in `ids`. `ids`: the different ids of tracks,
    `names`: what `named` makes of each; both as lines of UTF-8, with a line break between two.
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
    """Return artist, artist's name and title of a track on one line, with tabs between, and `more`
    that is known of it.

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
    """Write the canonical form of all parts, as an `Assembly` does that is given each of them."""
    assembly = Assembly(scratch)
    for part in parts:
        assembly.add(part)
    return assembly.write(playlists, tracks)


class Assembly:
    """Takes parts in the order of the data set, and then writes the canonical form of all of them.

    Of a track that several parts have, the first one's names count. Track codes ascend with the
    UTF-8 bytes of the ids, as those of `canonical.encode` do. In memory are 250 bytes a track, 32 a
    playlist and a block of plays; `scratch`, a folder that is there, gets 4 bytes a play and the
    names.
    """

    def __init__(self, scratch: Path, more: Sequence[str] = ()) -> None:
        """`more`: the names of the columns for what `named` was given beside names."""
        self._more = tuple(more)
        self._plays, self._names = scratch / "plays", scratch / "names"
        for path in (self._plays, self._names):
            path.write_bytes(b"")
        self._seen = FirstSeen()
        self._name_ends = array("q", [0])
        self._columns: list[Part] = []

    def add(self, part: Part) -> None:
        """Take the next part."""
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
        """Write `playlists`, .npz, and the table of `tracks`; after that no part can be added."""
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


def _codes(part: Part, seen: FirstSeen) -> NDArray[np.int32]:
    """The number among all tracks of each of a part's: int32 (tracks of the part,)."""
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
    """Write the table of tracks in this order; the names of track t are the bytes from `ends[t]` to
    `ends[t + 1]`.
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
    """The playlists in blocks, with the codes of the canonical form in place of those in the file
    `plays`.
    """
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
