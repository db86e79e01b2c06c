"""Untrusted archives and compressed files, read as a stream; nothing is ever unpacked to disk."""

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
"""Endings of the names of archives."""
CHUNK = 1 << 18
"""Bytes unpacked at a time."""
RATIO = 1000
GZ_RATIO = 200
ALLOWANCE = 1 << 26
"""Threshold of a decompression bomb: RATIO (.gz: GZ_RATIO) times the file's size plus ALLOWANCE.

Dumps unpack to 30 times the size; .gz can reach 1032 times at most.
"""
PIECE = 1 << 10
"""Bytes of a compressed file unpacked at a time; at most 32 MiB come out."""
WINDOW = 1 << 27
"""Bytes that unpacking may look back: the limit of `zstd`, and twice the need of `xz -9`."""
LONGEST_HEADER = 1 << 20
"""Limit in bytes of a member's long name and further attributes."""
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
    """A file in an archive, to be read before the next member is requested.

    `size`: bytes. `offset`: the offset of the first byte in the unpacked archive. `file` can seek
    in a plain .tar alone.
    """

    name: str
    size: int
    offset: int
    file: IO[bytes]


class _RefusedError(Exception):
    """Rejection of an archive; the text names the content found and the content accepted."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextmanager
def opened_archive(path: str | Path) -> Iterator[Iterator[Member]]:
    """Open an archive with an ending in ARCHIVES, and yield the regular files in order.

    Raises DataError in a single line, as members are requested or read inside the `with` block: for
    an archive that is damaged, cut off, goes on after its end or is a bomb; and for a member with
    an absolute or climbing path, with holes, or that is neither file nor folder.
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
    """Open a file as a stream, unpacked if the name ends in .gz or .zst.

    Raises DataError in a single line, as the stream is read inside the `with` block, for a
    compressed file that is damaged, cut off or a bomb.
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
    """An unpacked archive as tarfile reads it, with a count of the bytes.

    `size`: bytes read. `zeros`: number of zeros at the end of the bytes read.
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
    """Decompressor of .xz, also of several streams in a row, with limited memory."""

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
        """Return the bytes after the zeros behind a stream; empty at the end of the file."""
        rest = self._stream.unused_data.lstrip(b"\0")
        while not rest and (chunk := self._packed.read(CHUNK)):
            rest = chunk.lstrip(b"\0")
        return rest


class _Zst:
    """Decompressor of .zst, also of several frames in a row.

    Unlike the stream reader of the library, the decompressor detects a frame that is cut off.
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
    """A member's header, with a limit on the memory that tarfile takes for long headers."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        # tarfile calls this method for every header, and documents that it may be overridden.
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
    # tarfile would keep every header in memory.
    archive.members.clear()  # type: ignore[attr-defined]
    try:
        return archive.next()
    except (ValueError, IndexError, OverflowError, RecursionError) as error:
        # tarfile lets these errors pass on invalid headers.
        raise tarfile.ReadError(f"an invalid header, {error}") from None


def _check_end(stream: _Unpacked, start: int, end: int) -> None:
    """Check that a stream ends with zeros alone, two blocks or more, from byte `end` on.

    `start`: the byte at which the stream began.
    """
    while stream.read(CHUNK):
        pass
    after = start + stream.size - end
    if after < 2 * tarfile.BLOCKSIZE:
        raise EOFError("its end is missing")
    if stream.zeros < after:
        raise tarfile.ReadError(f"no member begins at byte {end}, yet more bytes follow")
