"""ListenBrainz's dumps as they are published: which files there are, whether they are whole, the listens in them."""

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from playlist2vec.archives import ARCHIVES, CHUNK, opened_archive
from playlist2vec.errors import DataError
from playlist2vec.files import whole_file

LINES, PARQUET = ".listens", ".parquet"
SUFFIXES = (LINES, PARQUET, *ARCHIVES)
LONGEST_LINE = 1 << 20
"""Bytes of a line, above which a file is not taken for listens: ListenBrainz takes listens of some 10,000 bytes."""
LARGEST_PARQUET = 1 << 28
"""Bytes of a Parquet file in a packed archive, which is held in memory; the published ones are half as large."""
HEADER = "file\tbytes\tsha256\tpublished"

Listen = tuple[Any, Any, Any, Any, Any]
"""User (number or name), time, recording, artist's name, title, each as it stands in the dump, of any type."""


class Dump(NamedTuple):
    """A file of listens: `name` below the folder of the dumps, with slashes; `size` in bytes; `sha256` of its content.

    `published`: whether that hash lay beside it.
    """

    name: str
    size: int
    sha256: str
    published: bool


def find_dumps(place: str | Path, suffixes: tuple[str, ...] = SUFFIXES, what: str = "listens") -> list[Dump]:
    """The files of listens in a folder, at any depth, or the one file `place`, by name; so with other suffixes too.

    Where `<name>.sha256` lies beside a file, as it is published, it must agree. Files with other suffixes are passed
    over. Raises DataError when there is none, and when a file and its hash differ.
    """
    top = Path(place)
    paths = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
    found = {_name(path, top): path for path in paths if path.name.lower().endswith(suffixes)}
    if not found:
        raise DataError(f"{place}: no {what}: expected a folder or file with names that end in {', '.join(suffixes)}")
    return [_checked(name, found[name]) for name in sorted(found)]


def _name(path: Path, top: Path) -> str:
    return path.name if path == top else path.relative_to(top).as_posix()


def path_of(place: str | Path, dump: Dump) -> Path:
    """Where a dump lies that `find_dumps` found in `place`. Raises DataError unless it is there in the size it had."""
    path = Path(place) if Path(place).is_file() else Path(place) / dump.name
    size = path.stat().st_size if path.is_file() else None
    if size != dump.size:
        found = "nothing" if size is None else f"{size} bytes"
        raise DataError(
            f"{path}: {found}: expected the {dump.size} bytes that were listed; `dvc repro source` lists anew"
        )
    return path


def _checked(name: str, path: Path) -> Dump:
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    published = path.with_name(f"{path.name}.sha256")
    if not published.is_file():
        return Dump(name, size, found, published=False)
    with open(published, "rb") as file:
        words = file.read(CHUNK).split()
    if not words or not re.fullmatch(rb"[0-9a-fA-F]{64}", words[0]):
        raise DataError(f"{published}: expected a SHA-256 hash, 64 digits from 0 to f, then the name of the file")
    wanted = words[0].decode().lower()
    if found != wanted:
        raise DataError(f"{path}: its SHA-256 is {found}, expected {wanted} as in {published}: download it again")
    return Dump(name, size, found, published=True)


def save_list(dumps: list[Dump], path: str | Path) -> None:
    """Write a TSV file with a row a dump, in the order given. Raises DataError for a name with a control character."""
    for dump in dumps:
        if not dump.name.isprintable():
            raise DataError(f"{dump.name!a}: expected a file name of printable characters")
    with whole_file(path) as unfinished, open(unfinished, "w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER + "\n")
        file.writelines(
            f"{dump.name}\t{dump.size}\t{dump.sha256}\t{'yes' if dump.published else 'no'}\n" for dump in dumps
        )


def load_list(path: str | Path) -> list[Dump]:
    """Read what `save_list` wrote."""
    rows = (line.split("\t") for line in Path(path).read_text("utf-8").splitlines()[1:])
    return [Dump(name, int(size), sha256, published == "yes") for name, size, sha256, published in rows]


def read_dump(path: str | Path, *, by_mbid: bool) -> Iterator[Listen]:
    """The listens of a file, in its order: JSON lines, Parquet, or an archive of these.

    `by_mbid`: a listen's recording is its recording_mbid, or where it has none its recording_msid; else always the
    latter. Raises DataError, naming file, member and line, for what is damaged, no JSON object, or a column of another
    type; and for what a sound archive does not hold (see `opened_archive`).
    """
    if str(path).endswith(ARCHIVES):
        yield from _archived(path, by_mbid)
        return
    with open(path, "rb") as file:
        yield from _listens(file, f"{path}", by_mbid)


def _archived(path: str | Path, by_mbid: bool) -> Iterator[Listen]:
    others = read = 0
    with opened_archive(path) as members:
        for member in members:
            if not member.name.endswith((LINES, PARQUET)):
                others += 1
                continue
            read += 1
            place = f"{path}: {ascii(member.name)[1:-1]}"
            file = member.file
            if member.name.endswith(PARQUET) and not member.seekable:
                if member.size > LARGEST_PARQUET:
                    raise DataError(
                        f"{place}: {member.size} bytes: expected at most {LARGEST_PARQUET} bytes of Parquet in a "
                        "packed archive, and any number in a plain .tar"
                    )
                file = io.BytesIO(file.read())
            yield from _listens(file, place, by_mbid)
    if not read:
        raise DataError(
            f"{path}: {others} members, none with listens: expected listens/<year>/<month>.listens or Parquet"
        )


def _listens(file: IO[bytes], place: str, by_mbid: bool) -> Iterator[Listen]:
    if place.endswith(PARQUET):
        from playlist2vec.parquet_listens import read_parquet

        yield from read_parquet(file, place, by_mbid=by_mbid)
        return
    for number, line in enumerate(_lines(file, place), start=1):
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if not line.strip():
                continue
            raise DataError(f"{place}: line {number} is not JSON ({error}): expected a listen") from None
        if type(found) is not dict:
            raise DataError(f"{place}: line {number} is {line[:40]!r}: expected a listen, {{...}}")
        yield _listen(found, by_mbid)


def _lines(file: IO[bytes], place: str) -> Iterator[bytes]:
    """The lines of a file without their line breaks, those between an unfinished last one and the end included."""
    rest, number = b"", 0
    while chunk := file.read(CHUNK):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        number += len(lines)
        if len(rest) > LONGEST_LINE:
            raise DataError(
                f"{place}: line {number + 1} is longer than {LONGEST_LINE} bytes: expected lines of listens"
            )
        yield from lines
    if rest:
        yield rest


def _listen(found: dict[str, Any], by_mbid: bool) -> Listen:
    user, time = found.get("user_id"), found.get("timestamp")
    track = _inside(found, "track_metadata")
    info = _inside(track, "additional_info")
    recording = None
    if by_mbid:
        # That of ListenBrainz's own mapping, which the Parquet dumps have, goes before what a client sent.
        recording = (
            _inside(track, "mbid_mapping").get("recording_mbid")
            or found.get("recording_mbid")
            or info.get("recording_mbid")
        )
    return (
        found.get("user_name") if user is None else user,
        found.get("listened_at") if time is None else time,
        recording or found.get("recording_msid") or info.get("recording_msid"),
        track.get("artist_name"),
        track.get("track_name"),
    )


def _inside(found: dict[str, Any], key: str) -> dict[str, Any]:
    inner = found.get(key)
    return inner if type(inner) is dict else {}
