"""Lines of text files in any encoding that users' files have."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes

LONGEST_LINE = 100_000
"""Characters of a line, above which a file is not accepted as text."""
BLOCK = 1 << 20
"""Bytes that are read at once."""
CHARACTERS = 1 << 16
"""Characters that are decoded at once."""
UNDECODED = "\ufffd"
"""The replacement character for bytes that cannot be decoded."""
CONTROL = "control characters: a blank stands for each"
UNKNOWN = "characters that cannot be decoded"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLANKS = dict.fromkeys((*range(32), 127, *range(128, 160), 0x2028, 0x2029, 0xFEFF), " ")
del _BLANKS[ord("\t")]
_CONTROLS = bytes(sign for sign in (*range(32), 127) if sign not in b"\t\n\r")
_BYTES = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))


def lines_of(
    path: str | Path, notes: Notes, longest: int = LONGEST_LINE
) -> Iterator[tuple[int, str]]:
    """Yield the numbers, from 1, and the lines of a text file, without line ends (CR, LF or both).

    The encoding is taken from the byte order mark, else it is UTF-8, else Windows-1252, which is
    noted; the whole file is checked first. Control characters become spaces and are counted. A file
    whose name ends in .gz is decompressed. Memory is bounded for any file. Raises DataError for a
    missing or damaged file and for a line of more than `longest` characters.
    """
    encoding = encoding_of(path, notes)
    with _readable(path) as file, io.TextIOWrapper(file, encoding, errors="replace") as text:
        number, rest = 0, ""
        while block := text.read(CHARACTERS):
            lines = (rest + block).split("\n")
            rest = lines.pop()
            _check_length(lines, number, path, longest)
            yield from _numbered(lines, number, notes)
            number += len(lines)
            _check_length([rest], number, path, longest)
        if rest:
            yield from _numbered([rest], number, notes)


def _numbered(lines: list[str], before: int, notes: Notes) -> Iterator[tuple[int, str]]:
    """Yield numbered, cleaned lines; `before`: the number of lines that precede `lines`."""
    together = "".join(lines)
    if together.isprintable() and UNDECODED not in together:
        yield from enumerate(lines, start=before + 1)
    else:
        for number, line in enumerate(lines, start=before + 1):
            yield number, cleaned(line, f"line {number}", notes)


def _check_length(lines: list[str], before: int, path: str | Path, longest: int) -> None:
    if len(max(lines, key=len, default="")) > longest:
        number = before + next(
            place for place, line in enumerate(lines, start=1) if len(line) > longest
        )
        raise DataError(
            f"{path}: line {number} is longer than {longest:,} characters: expected text"
        )


def cleaned(text: str, place: str, notes: Notes) -> str:
    """Return the text with a space for every control character and line separator; count them."""
    if UNDECODED in text:
        notes.count(UNKNOWN, place, text.count(UNDECODED))
    if text.isprintable():
        return text
    clean = text.translate(_BLANKS)
    if clean != text:
        notes.count(CONTROL, place, sum(a != b for a, b in zip(text, clean, strict=True)))
    return clean


def blanked(content: bytes, notes: Notes) -> bytes:
    """Return UTF-8 without a byte order mark and with spaces for control characters.

    Tabs and line ends are kept. The control characters are counted in `notes`.
    """
    clean = content.removeprefix(codecs.BOM_UTF8).translate(_BYTES)
    number = len(content) - len(content.translate(None, _CONTROLS))
    if number:
        notes.count(CONTROL, number=number)
    return clean


def printable(text: str) -> str:
    """Return the text in one line: spaces replace control characters and direction marks."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def encoding_of(path: str | Path, notes: Notes) -> str:
    """Return the name of a file's encoding, by the rules of `lines_of`.

    Raises DataError for a missing or damaged file.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _readable(path) as file:
        block = file.read(BLOCK)
        for mark, name in _MARKS:
            if block.startswith(mark):
                return name
        if name := _utf16_without_mark(block):
            notes.say(f"it is read as {name.upper()}, as every second byte is zero")
            return name
        try:
            while block:
                decoder.decode(block)
                block = file.read(BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            notes.say("it is not UTF-8, and is read as Windows-1252")
            return "cp1252"
    return "utf-8"


def bytes_of(path: str | Path, size: int) -> Iterator[bytes]:
    """Yield the bytes of a file in blocks of `size` bytes, decompressed if the name ends in .gz."""
    with _readable(path) as file:
        while block := file.read(size):
            yield block


def read_document(path: str | Path, limit: int) -> bytes:
    """Return the bytes of a file, decompressed if the name ends in .gz.

    Raises DataError for a file of more than `limit` bytes.
    """
    content = bytearray()
    for block in bytes_of(path, BLOCK):
        content += block
        if len(content) > limit:
            raise DataError(
                f"{path}: it is larger than {limit:,} bytes: expected a smaller file, or a table"
            )
    return bytes(content)


def document_of(path: str | Path, limit: int, notes: Notes) -> bytes:
    """Return a file as UTF-8 without a byte order mark, with spaces for control characters.

    Limit and errors are those of `read_document`.
    """
    encoding = encoding_of(path, notes)
    content = read_document(path, limit)
    if encoding != "utf-8":
        content = content.decode(encoding, "replace").encode()
    return blanked(content, notes)


def _utf16_without_mark(block: bytes) -> str:
    """Return the UTF-16 variant of Latin text without a byte order mark; empty for other text."""
    head = block[:4096]
    if len(head) < 4:
        return ""
    zeros = [head[start::2].count(0) / len(head[start::2]) for start in (0, 1)]
    if zeros[1] > 0.5 > 0.1 > zeros[0]:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > 0.5 > 0.1 > zeros[1] else ""


@contextmanager
def _readable(path: str | Path) -> Iterator[io.BufferedReader]:
    packed = str(path).lower().endswith(".gz")
    try:
        with open(path, "rb") as raw:
            yield (
                cast(io.BufferedReader, io.BufferedReader(gzip.GzipFile(fileobj=raw)))
                if packed
                else raw
            )
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"{path}: cannot be unpacked ({error}): expected a whole .gz file"
        ) from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
