"""Listens in partitions on disk: a partition holds all listens of a user, or all names of a track.

So a step that needs all listens of a user, or all names of a track, has one partition in memory and
no more.
"""

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.ids import is_id
from playlist2vec.corpus.tracks import one_line
from playlist2vec.sources.listenbrainz.columns import LATEST, LONGEST_ID, Listens, Texts
from playlist2vec.sources.listenbrainz.dumps import WithoutListensError
from playlist2vec.sources.listenbrainz.parts import Part, read_part

EARLIEST = 1033430400
"""2002-10-01, in seconds since 1970. Nothing recorded listens before, so an earlier time is an
import without a true time.
"""
PIECES = 128
"""The number of partitions; the first seven bits of a key are the partition."""
HELD = 1 << 19
"""Listens in memory before they go to the partitions; of names, a quarter as many."""
REMEMBERED = 1 << 18
"""Ids of tracks whose keys are cached; all other keys are computed anew."""
NOTED = 23
"""The bits of a track's key that are the slot of the track in the table of earliest times; a later
track with the same bits takes the slot over.
"""
COARSE = 9
"""The low bits that times in the table lack: the rest of a time and the rest of a key have 64 bits
together.
"""
LONGEST_NAME = 500
"""The most characters of a name; a longer name is cut."""
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PLAY = np.dtype([("user", "<u8"), ("time", "<i8"), ("track", "<u8")])
"""A listen: the key of its user, its time in seconds since 1970, the key of its track."""


@dataclass
class Rejected:
    """The numbers of read and of rejected listens, the latter by the first reason that applies.

    `read`: all listens. `user`, `time`, `recording`, `names`: listens without a valid value.
    `early`: listens before EARLIEST.
    """

    read: int = 0
    user: int = 0
    time: int = 0
    recording: int = 0
    names: int = 0
    early: int = 0

    def __add__(self, other: "Rejected") -> "Rejected":
        return Rejected(
            *(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True))
        )


class Sorted(NamedTuple):
    """A folder with partitions, and the counts of rejected listens. `without`: the error of an
    archive without listens.
    """

    folder: str
    rejected: Rejected
    without: str = ""


def sort_part(scratch: str, by_mbid: bool, part: Part) -> Sorted:
    """Write the listens of a part of the dumps to partitions, in a new folder in `scratch`; see
    `read_part`.
    """
    pieces = Pieces(Path(mkdtemp(prefix="part-", dir=scratch)))
    without = ""
    try:
        pieces.add(read_part(part, by_mbid=by_mbid))
    except WithoutListensError as error:
        without = str(error)
    pieces.finish()
    return Sorted(str(pieces.folder), pieces.rejected, without)


class _Keys(dict[str, int]):
    """The keys of tracks by the recordings of a dump: `key_of_name` of `id_of`; 0 for an invalid
    id.
    """

    def __missing__(self, recording: str) -> int:
        if len(recording) > LONGEST_ID:
            return 0
        found = id_of(recording)
        key = self[recording] = key_of_name(found) or 1 if is_id(found) else 0
        return key


class Pieces:
    """A writer of listens into partitions in `folder`, an empty folder.

    `plays-<n>` holds the PLAY records of users whose keys begin with n. `names-<n>` has lines with
    key, time, id, artist and title, separated by tabs, of tracks whose keys begin with n: at least
    the line of each track's earliest listen. In memory are about 200 MB, however many listens there
    are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.rejected = folder, Rejected()
        self._keys = _Keys()
        self._noted = np.zeros(1 << NOTED, np.uint64)
        self._plays: list[NDArray[np.void]] = []
        self._names: list[list[str]] = [[] for _ in range(PIECES)]
        self._held = self._learned = 0

    def add(self, blocks: Iterable[Listens]) -> None:
        """Add listens; `finish` writes the last of them."""
        for block in blocks:
            self._add(block)
            if self._held >= HELD:
                self._write_plays()
            if self._learned >= HELD // 4:
                self._write_names()

    def finish(self) -> None:
        """Write everything that is still in memory to the partitions."""
        self._write_plays()
        self._write_names()

    def _add(self, block: Listens) -> None:
        tracks = self._tracks(block.recordings)
        named = _says_something(block.artists) & _says_something(block.titles)
        rows = np.arange(len(block.times))
        self.rejected.read += len(rows)
        for reason, fits in (
            ("user", block.has_user),
            ("time", block.times < LATEST),
            ("recording", tracks != 0),
            ("names", named),
            ("early", block.times >= EARLIEST),
        ):
            fit = rows[fits[rows]]
            setattr(self.rejected, reason, getattr(self.rejected, reason) + len(rows) - len(fit))
            rows = fit
        plays = np.empty(len(rows), PLAY)
        plays["user"], plays["time"], plays["track"] = (
            block.users[rows],
            block.times[rows],
            tracks[rows],
        )
        self._plays.append(plays)
        self._held += len(plays)
        self._learn(block, tracks, rows)

    def _tracks(self, recordings: Texts) -> NDArray[np.uint64]:
        """Return the keys of the tracks: uint64 (rows,), 0 for an invalid id."""
        if len(self._keys) > REMEMBERED:
            self._keys.clear()
        different = recordings.different
        keys = np.zeros(len(different), np.uint64)
        texts = cast(list[str], different[1:])  # the first alone is None
        keys[1:] = np.fromiter(map(self._keys.__getitem__, texts), np.uint64, len(texts))
        return keys[recordings.codes]

    def _learn(self, block: Listens, tracks: NDArray[np.uint64], rows: NDArray[np.int64]) -> None:
        """Hold the names of listens in `rows` that may be the earliest of a track."""
        key, time = tracks[rows], (block.times[rows] >> COARSE).astype(np.uint64)
        found = self._noted[key >> np.uint64(64 - NOTED)]
        of_key = found >> np.uint64(NOTED) == key & np.uint64((1 << 64 - NOTED) - 1)
        rows = rows[~of_key | (time <= found & np.uint64((1 << NOTED) - 1))]
        rows = rows[np.lexsort((block.times[rows], tracks[rows]))]
        first = begins(tracks[rows])
        earliest = block.times[rows][first][np.cumsum(first) - 1]
        rows = rows[block.times[rows] == earliest]
        found, time = tracks[rows], (block.times[rows] >> COARSE).astype(np.uint64)
        self._noted[found >> np.uint64(64 - NOTED)] = found << np.uint64(NOTED) | time
        ids, artists, titles = (
            [column.different[code] or "" for code in column.codes[rows].tolist()]
            for column in (block.recordings, block.artists, block.titles)
        )
        for key, time, recording, artist, title in zip(
            found.tolist(), block.times[rows].tolist(), ids, artists, titles, strict=True
        ):
            self._names[key >> 57].append(
                f"{key}\t{time}\t{id_of(recording)}\t{_name(artist)}\t{_name(title)}\n"
            )
        self._learned += len(rows)

    def _write_plays(self) -> None:
        write_pieces(
            self.folder, "plays", np.concatenate([np.empty(0, PLAY), *self._plays]), "user"
        )
        self._plays.clear()
        self._held = 0

    def _write_names(self) -> None:
        for number, lines in enumerate(self._names):
            if lines:
                with open(self.folder / f"names-{number}", "ab") as file:
                    file.write("".join(lines).encode())
                lines.clear()
        self._learned = 0


def id_of(recording: str) -> str:
    """Return the id of a recording: a UUID in lower case; any other text without blanks around."""
    return recording.lower() if UUID.fullmatch(recording) else recording.strip()


def _name(text: str) -> str:
    stripped = text.strip()
    return (stripped if stripped.isprintable() else one_line(stripped).strip())[:LONGEST_NAME]


def _says_something(texts: Texts) -> NDArray[np.bool_]:
    """Return whether a text has more than blanks: bool (rows,)."""
    return np.array([text is not None and text.strip() != "" for text in texts.different])[
        texts.codes
    ]


def begins(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return whether a value differs from the previous value: bool of the same shape."""
    first = np.ones(len(values), bool)
    first[1:] = values[1:] != values[:-1]
    return first


def write_pieces(folder: Path, kind: str, records: NDArray[np.void], key: str) -> None:
    """Append records to the files `<kind>-<n>` in `folder`, n the partition of the field `key`.

    A partition keeps the order of the records.
    """
    order, ends = by_piece(records[key])
    start = 0
    for number, end in enumerate(ends.tolist()):
        if end > start:
            with open(folder / f"{kind}-{number}", "ab") as file:
                file.write(records[order[start:end]].data)
        start = end


def by_piece(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of keys by partition, int64 (keys,), and the end of every partition among
    the places, int64 (PIECES,).
    """
    piece = (keys >> np.uint64(57)).astype(np.uint8)
    return np.argsort(piece, kind="stable"), np.cumsum(np.bincount(piece, minlength=PIECES))
