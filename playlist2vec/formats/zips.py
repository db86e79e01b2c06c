"""Untrusted zip files: the list of files, and the content of a file, never unpacked to disk."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.directories import directory_size
from playlist2vec.base.errors import DataError
from playlist2vec.formats.archives import OUTSIDE

RATIO = 200
ALLOWANCE = 1 << 20
"""Threshold of a decompression bomb: RATIO times a member's packed size, plus ALLOWANCE bytes.

Slices unpack to 10 times the size.
"""
LARGEST_DIRECTORY = 1 << 23
"""Limit in bytes of the list of members, held in memory; a thousand slices have 100,000."""
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1
"""The flag bit of encrypted members."""


class ZipMember(NamedTuple):
    """A file in a zip file: path, bytes when unpacked, and CRC-32, as in the list of members."""

    name: str
    size: int
    crc: int


def members_of(path: str | Path) -> list[ZipMember]:
    """Return the files in a zip file, in the order of the list of members.

    Raises DataError in a single line for a file that is damaged or no zip file, and for content not
    found in files of data: absolute or climbing paths, links and devices, two members with the same
    path, encrypted members, compression other than deflate, archives, and more bytes when unpacked
    than the packed size can hold.
    """
    with _opened(path) as archive:
        found = archive.infolist()
        if any(member.header_offset < 0 for member in found):
            raise zipfile.BadZipFile("a member before the beginning of the file")
    seen = set[str]()
    for member in found:
        _check(path, member, seen)
        seen.add(member.filename)
    # Members with shared packed bytes are a decompression bomb too.
    if sum(member.compress_size for member in found) > Path(path).stat().st_size:
        raise DataError(f"{path}: its members overlap: expected each with bytes of its own")
    return [
        ZipMember(member.filename, member.file_size, member.CRC)
        for member in found
        if not member.filename.endswith("/")
    ]


def is_of_macos(name: str) -> bool:
    """Return True for a file added by macOS: `._` and a name, or in a folder `__MACOSX`."""
    *folders, file = name.split("/")
    return file.startswith("._") or "__MACOSX" in folders


def place_of(path: str | Path, member: str) -> str:
    """Return the place of a member for a message: the file, then the member's name on a line."""
    return f"{path}: {ascii(member)[1:-1]}"


def read_member(path: str | Path, name: str, largest: int) -> bytes:
    """Return the content of a member listed by `members_of`.

    Raises DataError for more than `largest` bytes.
    """
    with _opened(path) as archive, archive.open(name) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise DataError(
            f"{place_of(path, name)}: more than {largest:,} bytes: expected at most so many"
        )
    return content


@contextmanager
def _opened(path: str | Path) -> Iterator[zipfile.ZipFile]:
    try:
        with open(path, "rb") as file:
            size = directory_size(file)
            if size > LARGEST_DIRECTORY:
                raise DataError(
                    f"{path}: a list of members of {size:,} bytes: "
                    f"expected at most {LARGEST_DIRECTORY:,} bytes"
                )
            with zipfile.ZipFile(file) as archive:
                yield archive
    # Exceptions of the library on damaged files, most of them undocumented.
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, struct.error),
        *(NotImplementedError, RuntimeError, ValueError, KeyError, IndexError, OverflowError),
    ) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(
            f"{path}: cannot be unpacked ({reason}): expected a whole zip file"
        ) from None


def _check(path: str | Path, member: zipfile.ZipInfo, seen: set[str]) -> None:
    """Raise DataError for a member not found in files of data."""
    shown = ascii(member.filename)[:80]
    kind = stat.S_IFMT(member.external_attr >> 16)
    if OUTSIDE.match(member.filename) or "\0" in member.orig_filename:
        raise DataError(
            f"{path}: it holds the path {shown}: expected paths that stay inside the archive"
        )
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "no plain file"
        raise DataError(
            f"{path}: it holds {shown}, which is {what}: expected plain files and folders"
        )
    if member.filename in seen:
        raise DataError(f"{path}: it holds {shown} twice: expected different paths")
    if member.flag_bits & ENCRYPTED:
        raise DataError(
            f"{path}: it holds {shown}, which is encrypted: expected members that need no password"
        )
    if member.compress_type not in PACKINGS:
        raise DataError(
            f"{path}: it holds {shown} in packing {member.compress_type}: "
            "expected stored or deflated ones"
        )
    if member.file_size > RATIO * member.compress_size + ALLOWANCE:
        raise DataError(
            f"{path}: it holds {shown}, more than {RATIO} times its size: expected data and no bomb"
        )
    if member.filename.lower().endswith(
        (".zip", ".tar", ".gz", ".xz", ".zst", ".bz2", ".7z", ".rar")
    ):
        raise DataError(
            f"{path}: it holds {shown}, an archive: expected files of data; unpack it first"
        )
