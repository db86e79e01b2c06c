"""The files of Spotify's Million Playlist Dataset: a JSON slice, a folder, or a zip file."""

import gzip
import io
import re
import zlib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.formats.zips import members_of, place_of, read_member

NAME = re.compile(r"mpd\.slice\.(\d{1,12})-(\d{1,12})\.json(\.gz)?")
LARGEST = 1 << 28
"""The most bytes of a slice; a slice is held in memory.

The published slices have 35 million bytes for 1,000 playlists.
"""
HEADER = "first\tlast\tbytes\tcrc32"


class Slice(NamedTuple):
    """A slice: the range of playlists in its name, and its location.

    `first`, `last`: numbers of playlists. `size`: bytes. `place`: for messages. `path`: absolute,
    of the file itself, or of the zip file with `member`. `crc`: CRC-32 of the bytes; None if not
    yet known.
    """

    first: int
    last: int
    size: int
    place: str
    path: str
    member: str = ""
    crc: int | None = None


def find_slices(place: str | Path) -> list[Slice]:
    """Return the slices in a folder, at any depth, in a zip file, or the slice `place`, sorted.

    A slice may end in .gz. Files with other names are skipped. Raises DataError without any slice,
    for two slices that may hold the same playlists, and for a zip file rejected by
    `zips.members_of`.
    """
    top = Path(place)
    if top.is_dir():
        found = _in_folder(top)
    elif NAME.fullmatch(top.name) and top.is_file():
        found = [_slice(top.name, top.stat().st_size, f"{top}", top)]
    elif top.is_file() and top.suffix.lower() == ".zip":
        found = _in_zip(top)
    else:
        there = "no slice and no zip file" if top.is_file() else "nothing is there"
        raise DataError(
            f"spotify_mpd.slices = {place}: {there}: "
            "expected a folder or a zip file with slices, or a slice, mpd.slice.<first>-<last>.json"
        )
    if not found:
        inside = sorted(path.name for path in top.rglob("*.zip"))
        hint = f"; spotify_mpd.slices may name the zip file {inside[0]!a} itself" if inside else ""
        wanted = "files mpd.slice.<first>-<last>.json, or with .gz added, in this folder or file"
        raise DataError(f"{place}: no slice: expected {wanted}{hint}")
    found.sort()
    for each in found:
        if each.first > each.last:
            raise DataError(
                f"{each.place}: a slice from {each.first} to {each.last}: "
                "expected the smaller number first"
            )
        if each.size > LARGEST:
            raise DataError(
                f"{each.place}: {each.size:,} bytes: expected slices of at most {LARGEST:,} bytes"
            )
    for before, after in pairwise(found):
        if after.first <= before.last:
            raise DataError(
                f"{after.place}: its name promises playlists of {before.place}: "
                "expected every playlist once"
            )
    return found


def _in_folder(top: Path) -> list[Slice]:
    paths = [
        path
        for path in top.rglob("mpd.slice.*.json*")
        if NAME.fullmatch(path.name) and path.is_file()
    ]
    return [_slice(path.name, path.stat().st_size, f"{path}", path) for path in paths]


def _in_zip(path: Path) -> list[Slice]:
    return [
        _slice(
            member.name.rpartition("/")[2],
            member.size,
            place_of(path, member.name),
            path,
            member.name,
            member.crc,
        )
        for member in members_of(path)
        if NAME.fullmatch(member.name.rpartition("/")[2])
    ]


def _slice(
    name: str, size: int, place: str, path: Path, member: str = "", crc: int | None = None
) -> Slice:
    first, last = map(int, name.split(".")[2].split("-"))
    return Slice(first, last, size, place, str(path.absolute()), member, crc)


def with_crc(found: Slice) -> Slice:
    """Return the slice with its CRC-32; the file is read unless a zip file states the CRC-32."""
    if found.crc is not None:
        return found
    crc = 0
    with open(found.path, "rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return found._replace(crc=crc)


def save_list(slices: Iterable[Slice], path: str | Path) -> None:
    """Write a TSV file with a row a slice: playlists, bytes and CRC-32, without the location."""
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as file,
    ):
        file.write(HEADER + "\n")
        file.writelines(
            f"{each.first}\t{each.last}\t{each.size}\t{each.crc:08x}\n" for each in slices
        )


def listed_slices(place: str | Path, path: str | Path) -> list[Slice]:
    """Return the slices in `place`, from `find_slices`, with the CRC-32 from the list `path`.

    Raises DataError unless number and bytes of the slices agree with the list, from `save_list`.
    """
    rows = [line.split("\t") for line in Path(path).read_text("utf-8").splitlines()[1:]]
    found = find_slices(place)
    if [row[:3] for row in rows] != [
        [str(each.first), str(each.last), str(each.size)] for each in found
    ]:
        raise DataError(
            f"{place}: other slices than the {len(rows)} that were listed; "
            "`dvc repro source` lists the files again"
        )
    return [each._replace(crc=int(row[3], 16)) for each, row in zip(found, rows, strict=True)]


def bytes_of(found: Slice) -> bytes:
    """Return the bytes of a slice, unpacked if the name ends in .gz.

    Raises DataError if size or CRC-32 differ from the list, and for a .gz file that is damaged or
    holds more than LARGEST bytes.
    """
    if found.member:
        content = read_member(found.path, found.member, LARGEST)
    else:
        with open(found.path, "rb") as file:
            content = file.read(found.size + 1)
    if len(content) != found.size or found.crc not in (None, zlib.crc32(content)):
        raise DataError(
            f"{found.place}: not the bytes that were listed; "
            "`dvc repro source` lists the files again"
        )
    return _unpacked(content, found.place) if found.path.endswith(".gz") else content


def _unpacked(content: bytes, place: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = file.read(LARGEST + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"{place}: cannot be unpacked ({error}): expected a whole .gz file"
        ) from None
    if len(unpacked) > LARGEST:
        raise DataError(
            f"{place}: more than {LARGEST:,} bytes unpacked: expected at most {LARGEST:,} bytes"
        )
    return unpacked
