"""Division of dumps into parts for parallel reading, and the listens of a part."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from playlist2vec.base.errors import DataError
from playlist2vec.formats.archives import ARCHIVES, opened_archive
from playlist2vec.formats.zips import place_of
from playlist2vec.sources.listenbrainz.columns import Listens
from playlist2vec.sources.listenbrainz.dumps import (
    EXPORT,
    EXPORTED,
    LINES,
    PARQUET,
    Source,
    without_listens,
)
from playlist2vec.sources.listenbrainz.exports import (
    NOBODY,
    listener_beside,
    read_export,
    zip_sources,
)
from playlist2vec.sources.listenbrainz.lines import read_lines

LARGEST_PARQUET = 1 << 28
"""The most bytes of a Parquet file in a packed archive; the file is held in memory.

The published files are half as large.
"""
PART = 1 << 26
"""The least bytes of a part, where there are more."""
PARTS = 64
"""The approximate largest number of parts, as every part sorts its listens into files of its own.
"""


class Part(NamedTuple):
    """Sources read by the same process, one after another.

    `turn`, `turns`: of a packed archive, only the lines of a turn are read; see `read_lines`.
    """

    sources: tuple[Source, ...]
    turn: int = 0
    turns: int = 1


def parts_of(dumps: Sequence[Path], turns: int) -> list[Part]:
    """Return the parts of dumps.

    A plain .tar is divided into its members. A .tar.zst has to be unpacked from the beginning: a
    large .tar.zst is unpacked `turns` times, every time for other lines. Raises DataError for a
    plain .tar rejected by `opened_archive`, and for a .zip rejected by `members_of`.
    """
    packed = [path for path in dumps if path.name.endswith(ARCHIVES) and path.suffix != ".tar"]
    parts: list[Part] = []
    for path in packed:
        source = Source(str(path), path.stat().st_size)
        # Unpacking .xz takes longer than reading the lines, so several turns gain nothing.
        several = turns if path.suffix == ".zst" and source.size >= PART else 1
        parts += [Part((source,), turn, several) for turn in range(several)]
    sources = [source for path in dumps if path not in packed for source in _sources(path)]
    named = {source.listener for source in sources} - {None, NOBODY}
    if len(named) == 1:
        (listener,) = named
        sources = [
            each._replace(listener=listener) if each.listener == NOBODY else each
            for each in sources
        ]
    empty = [
        source for source in sources if not source.member and source.path.endswith((".tar", EXPORT))
    ]
    parts += [Part((source,)) for source in empty]
    return parts + _grouped([source for source in sources if source not in empty])


def _sources(path: Path) -> list[Source]:
    if path.suffix == EXPORT:
        return zip_sources(path)
    if path.suffix == EXPORTED:
        return [Source(str(path), path.stat().st_size, listener=listener_beside(path))]
    if path.suffix != ".tar":
        return [Source(str(path), path.stat().st_size)]
    sources = list[Source]()
    with opened_archive(path) as members:
        for member in members:
            if member.name.endswith((LINES, PARQUET)):
                sources.append(Source(str(path), member.size, member.name, member.offset))
    return sources or [Source(str(path), path.stat().st_size)]


def _grouped(sources: list[Source]) -> list[Part]:
    wanted = max(PART, sum(source.size for source in sources) // PARTS)
    groups: list[list[Source]] = []
    size = wanted
    for source in sources:
        if size >= wanted:
            groups.append([])
            size = 0
        groups[-1].append(source)
        size += source.size
    return [Part(tuple(group)) for group in groups]


def read_part(part: Part, *, by_mbid: bool) -> Iterator[Listens]:
    """Yield the listens of a part in blocks: of JSON lines, Parquet, or an archive of such files.

    `by_mbid`: the recording of a listen is the recording_mbid, or without one the recording_msid;
    else always the recording_msid. Raises DataError, naming file, member and line, for damaged
    data, a line that is not a JSON object, or a column of another type, and for an archive rejected
    by `opened_archive`.
    """
    for source in part.sources:
        if source.path.endswith(EXPORT) and not source.member:
            raise without_listens(source.path, 0)
        if source.path.endswith((EXPORT, EXPORTED)):
            yield from read_export(source, by_mbid)
        elif source.member:
            with open(source.path, "rb") as file:
                yield from _read(
                    cast(IO[bytes], _Section(file, source.offset, source.size)),
                    place_of(source.path, source.member),
                    by_mbid,
                )
        elif source.path.endswith(ARCHIVES):
            yield from _archived(source.path, part, by_mbid)
        else:
            with open(source.path, "rb") as file:
                yield from _read(file, source.path, by_mbid)


class _Section(io.RawIOBase):
    """A seekable file: `size` bytes of another file, from `start` on."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size, self._place = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = max(0, offset + (0, self._place, self._size)[whence])
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._place)
        found = self._file.read(min(len(buffer), max(0, self._size - self._place)))
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)


def _archived(path: str, part: Part, by_mbid: bool) -> Iterator[Listens]:
    others = read = 0
    with opened_archive(path) as members:
        for member in members:
            if not member.name.endswith((LINES, PARQUET)):
                others += 1
                continue
            read += 1
            place = place_of(path, member.name)
            if not member.name.endswith(PARQUET):
                # Shift the turn with every member: else turn 0 would read all short members.
                turn = (part.turn + read) % part.turns
                yield from read_lines(
                    member.file, place, by_mbid=by_mbid, turn=turn, turns=part.turns
                )
            elif member.size > LARGEST_PARQUET:
                raise DataError(
                    f"{place}: {member.size} bytes: expected at most {LARGEST_PARQUET} bytes "
                    "of Parquet in a packed archive, and any number in a plain .tar"
                )
            elif read % part.turns == part.turn:
                yield from _read(io.BytesIO(member.file.read()), place, by_mbid)
    if not read:
        raise without_listens(path, others)


def _read(file: IO[bytes], place: str, by_mbid: bool) -> Iterator[Listens]:
    if place.endswith(PARQUET):
        from playlist2vec.sources.listenbrainz.parquet import read_parquet

        return read_parquet(file, place, by_mbid=by_mbid)
    return read_lines(file, place, by_mbid=by_mbid)
