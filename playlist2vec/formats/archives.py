"""Archives and packed files from elsewhere, read in a stream: nothing of them is ever written to
disk.
"""

import gzip
import io
import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, NoReturn, Protocol

import zstandard

from playlist2vec.base.errors import DataError

ARCHIVES = (".tar", ".tar.xz", ".tar.zst")
"""The endings of the names of archives."""
CHUNK = 1 << 18
"""Bytes that are unpacked at once."""
RATIO = 1000
GZ_RATIO = 200
ALLOWANCE = 1 << 26
"""What unpacks to more than `RATIO` times its size, GZ_RATIO for .gz, and these bytes is a bomb;
dumps have 30 times.

All that .gz can do is 1032 times.
"""
PIECE = 1 << 10
"""Bytes of a packed file that are unpacked at once: no more than 32 MiB come out of so few."""
WINDOW = 1 << 27
"""Bytes that unpacking may look back: what `zstd` itself allows, and twice what `xz -9` needs."""
LONGEST_HEADER = 1 << 20
"""Bytes that a member's long name and other attributes may take."""
OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:|(.*[/\\])?\.\.([/\\]|$)", re.DOTALL)
"""Names that lead out of the folder of an archive."""
LONG_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class Member(NamedTuple):
    """A file in an archive, to be read before the next member is asked for.

    `size`: its bytes. `offset`: where in the unpacked archive they begin. `file` can seek in a
    plain .tar alone.
    """

    name: str
    size: int
    offset: int
    file: IO[bytes]


class _RefusedError(Exception):
    """An archive that is refused; the text says what was found, and what would be accepted."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextmanager
def opened_archive(path: str | Path) -> Iterator[Iterator[Member]]:
    """The regular files of an archive whose name ends in one of ARCHIVES, in its order.

    Raises DataError in one line, where the members are asked for or read inside the `with` block:
    for an archive that is damaged, cut off, goes on after its end or is a bomb; and for a member
    with an absolute or climbing path, with holes, or that is neither file nor folder.
    """
    try:
        with open(path, "rb") as packed:
            if str(path).endswith(".tar"):
                with tarfile.open(fileobj=packed, mode="r:", tarinfo=_Header) as archive:
                    yield _members(archive)
                    packed.seek(archive.offset)
                    _check_end(_Unpacked(packed, packed), archive.offset, archive.offset)
            else:
                stream = _Unpacked(packed, _unpacker(path, packed))
                with tarfile.open(
                    fileobj=stream, mode="r|", bufsize=CHUNK, tarinfo=_Header
                ) as archive:  # type: ignore[call-overload]
                    yield _members(archive)
                    _check_end(stream, 0, archive.offset)
    except _RefusedError as refused:
        raise DataError(f"{path}: it holds {refused}") from None
    except (tarfile.TarError, lzma.LZMAError, zstandard.ZstdError, EOFError) as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"{path}: cannot be unpacked ({reason}): expected a whole archive"
        ) from None


@contextmanager
def unpacked_file(path: str | Path) -> Iterator[_Readable]:
    """A file that is read in a stream, unpacked if its name ends in .gz or .zst.

    Raises DataError in one line, where it is read inside the `with` block, for a packed file that
    is damaged, cut off or a bomb.
    """
    ending = Path(path).suffix.lower()
    try:
        with open(path, "rb") as packed:
            if ending == ".gz":
                yield _Unpacked(packed, gzip.GzipFile(fileobj=packed), GZ_RATIO)
            elif ending == ".zst":
                yield _Unpacked(packed, _Zst(packed))
            else:
                yield packed
    except _RefusedError as refused:
        raise DataError(f"{path}: it holds {refused}") from None
    except (gzip.BadGzipFile, zlib.error, zstandard.ZstdError, EOFError) as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"{path}: cannot be unpacked ({reason}): expected a whole {ending} file"
        ) from None


def _unpacker(path: str | Path, packed: IO[bytes]) -> _Readable:
    if str(path).endswith(".xz"):
        return _Xz(packed)
    return zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(
        packed, read_across_frames=True
    )


class _Unpacked:
    """The file that tarfile reads: an unpacked archive whose bytes are counted.

    `size`: bytes that were read. `zeros`: how many of them, at their end, are zero.
    """

    def __init__(self, packed: IO[bytes], unpacked: _Readable, ratio: int = RATIO) -> None:
        self._packed, self._unpacked, self._ratio = packed, unpacked, ratio
        self.size = self.zeros = 0

    def read(self, size: int) -> bytes:
        data = self._unpacked.read(size)
        rest = len(data.rstrip(b"\0"))
        self.zeros = len(data) - rest if rest else self.zeros + len(data)
        self.size += len(data)
        if self.size > self._ratio * self._packed.tell() + ALLOWANCE:
            raise _RefusedError(
                f"more than {self._ratio} times its size: expected a dump and no bomb"
            )
        return data


class _Xz:
    """Unpacks .xz, several streams in a row as well, and refuses one that needs much memory."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=WINDOW)

    def read(self, size: int) -> bytes:
        data = b""
        while not data:
            given = b""
            if self._stream.eof:
                given = self._after_stream()
                if not given:
                    return b""
                self._stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=WINDOW)
            elif self._stream.needs_input:
                given = self._packed.read(CHUNK)
                if not given:
                    raise EOFError("the file ends too early")
            data = self._stream.decompress(given, size)
        return data

    def _after_stream(self) -> bytes:
        """Return what follows the zero bytes that may stand after a stream; nothing at the end of
        the file.
        """
        rest = self._stream.unused_data.lstrip(b"\0")
        while not rest and (chunk := self._packed.read(CHUNK)):
            rest = chunk.lstrip(b"\0")
        return rest


class _Zst:
    """Unpacks .zst, several frames in a row as well; a stream of the library does not tell a frame
    that is cut off.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._library = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        self._frame = self._library.decompressobj()
        self._begun = False
        self._rest = b""
        self._out = io.BytesIO()

    def read(self, size: int) -> bytes:
        while not (found := self._out.read(size)):
            given = self._rest or self._packed.read(PIECE)
            self._rest = b""
            if not given:
                if self._begun and not self._frame.eof:
                    raise EOFError("the file ends too early")
                return b""
            if self._frame.eof:
                self._frame = self._library.decompressobj()
            self._begun = True
            self._out = io.BytesIO(self._frame.decompress(given))
            self._rest = self._frame.unused_data if self._frame.eof else b""
        return found


class _Header(tarfile.TarInfo):
    """A member's header, for which tarfile is never led to hold more than a little in memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        # tarfile calls this for every header, and says that it may be overridden.
        if self.type in LONG_HEADERS and self.size > LONGEST_HEADER:
            raise _RefusedError(f"a header of {self.size} bytes: expected at most {LONGEST_HEADER}")
        if self.type == tarfile.GNUTYPE_SPARSE:
            self._proc_gnusparse_10()
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]

    def _proc_gnusparse_10(self, *_: object) -> NoReturn:
        raise _RefusedError("a file with holes: expected plain files")


def _members(archive: tarfile.TarFile) -> Iterator[Member]:
    while (found := _next(archive)) is not None:
        name = ascii(found.name)[:80]
        if OUTSIDE.match(found.name):
            raise _RefusedError(f"the path {name}: expected paths that stay inside the archive")
        if not (found.isfile() or found.isdir()) or found.issparse():
            kind = "a link" if found.issym() or found.islnk() else "no plain file"
            raise _RefusedError(f"{name}, which is {kind}: expected plain files and folders")
        file = archive.extractfile(found)
        if file is not None:
            yield Member(found.name, found.size, found.offset_data, file)


def _next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    # tarfile keeps every header that it has seen.
    archive.members.clear()  # type: ignore[attr-defined]
    try:
        return archive.next()
    except (
        ValueError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:  # tarfile's own on headers without sense
        raise tarfile.ReadError(f"a header without sense, {error}") from None


def _check_end(stream: _Unpacked, start: int, end: int) -> None:
    """Read a stream that began at byte `start` to its end: from `end` on, two blocks or more of
    zeros, nothing else.
    """
    while stream.read(CHUNK):
        pass
    after = start + stream.size - end
    if after < 2 * tarfile.BLOCKSIZE:
        raise EOFError("its end is missing")
    if stream.zeros < after:
        raise tarfile.ReadError(f"no member begins at byte {end}, and it does not end there")
