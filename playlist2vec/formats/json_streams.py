"""JSON that may be larger than memory: lines of JSON, or a single value read in small parts."""

import re
from collections.abc import Iterator
from typing import Any, Protocol

import orjson

from playlist2vec.base.errors import DataError

CHUNK = 1 << 18
"""Bytes read at once."""
LARGEST = 1 << 24
"""Maximum bytes of a value, a string or a line held in memory."""
NESTED = 1024
"""Maximum depth of nested objects and lists, as in orjson."""
MARK = b"\xef\xbb\xbf"
"""Byte order mark, which some programs write before UTF-8."""
_BLANKS = re.compile(rb"[ \t\r\n]*+")
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^ \t\r\n,:{}\[\]\"]*+")
# Up to the next bracket, whole texts in between; to a quote where a text is not whole yet, else to
# the end.
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]"])?', re.DOTALL)
_OPENING = (b"{", b"[")


class Readable(Protocol):
    """A file open for reading."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


def json_lines(file: Readable, place: str) -> Iterator[tuple[int, Any]]:
    """Yield the number and the value of every line of a file with a JSON value a line; skip blank
    lines.

    Raises DataError, naming `place` and line, for invalid JSON or UTF-8, and for a line longer than
    LARGEST.
    """
    for number, line in enumerate(_lines(file, place), start=1):
        text = line.removeprefix(MARK) if number == 1 else line
        if not text.strip():
            continue
        try:
            yield number, orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise DataError(
                f"{place}: line {number} is not JSON ({error}): expected a JSON value a line"
            ) from None


def _lines(file: Readable, place: str) -> Iterator[bytes]:
    rest, number = [b""], 0
    size = 0
    while chunk := file.read(CHUNK):
        lines = chunk.split(b"\n")
        rest.append(lines[0])
        size += len(lines[0])
        if size > LARGEST:
            raise DataError(
                f"{place}: line {number + 1} is longer than {LARGEST} bytes: expected lines of JSON"
            )
        if len(lines) > 1:
            yield b"".join(rest)
            yield from lines[1:-1]
            number += len(lines) - 1
            rest, size = [lines[-1]], len(lines[-1])
    yield b"".join(rest)


class JsonStream:
    """Reader of a single JSON value, from start to end; only small parts are held in memory.

    At each value call one of `small`, `members`, `elements` and `skip`, chosen by the first
    character, which `sign` returns; `members` and `elements` pause at every value inside, for which
    one of the four is called as well. Raises DataError, naming `place` and byte, for invalid JSON;
    inside skipped values only brackets and strings are checked.
    """

    def __init__(self, file: Readable, place: str) -> None:
        self._file, self._place = file, place
        self._data, self._at = b"", 0
        self._before = 0
        self._more()
        self._at = len(MARK) if self._data.startswith(MARK) else 0

    def sign(self) -> str:
        """Return the first character of the next value; empty at the end of the file."""
        self._skip_blanks()
        return chr(self._data[self._at]) if self._at < len(self._data) else ""

    def begins(self, text: str) -> bool:
        """Return True if the next value begins with an ASCII text."""
        self._skip_blanks()
        while len(self._data) - self._at < len(text) and self._more():
            pass
        return self._data.startswith(text.encode(), self._at)

    def small(self) -> tuple[bool, Any]:
        """Return True and the next value if it has at most LARGEST bytes, else False; only then
        read past it.
        """
        end = self._end()
        if end is None:
            return False, None
        found, self._at = self._loaded(end), end
        return True, found

    def members(self) -> Iterator[str]:
        """Yield the keys of the next object; after each key, the key's value is the next value."""
        for number in self._parts("{", "}"):
            if self.sign() != '"':
                raise self.error("expected a key in quotes" + (" or }" if number == 0 else ""))
            end = self._end_of(_TEXT)
            key, self._at = self._loaded(end), end
            self._take(":")
            yield key

    def elements(self) -> Iterator[None]:
        """Pause at each element of the next list."""
        for _ in self._parts("[", "]"):
            yield

    def skip(self) -> None:
        """Skip the next value, whatever its size."""
        if self.sign() in ("{", "["):
            self._at = self._end_of_brackets(keep=False) or 0
        else:
            self._at = self._end() or self._at

    def end(self) -> None:
        """Raise DataError unless the file ends here."""
        if self.sign():
            raise self.error("expected the end of the file after one JSON value")

    def _parts(self, opening: str, closing: str) -> Iterator[int]:
        self._take(opening)
        number = 0
        while self.sign() != closing:
            if number:
                self._take(",")
            yield number
            number += 1
            if self.sign() not in (",", closing):
                raise self.error(f"expected a comma or {closing}")
        self._take(closing)

    def _take(self, sign: str) -> None:
        if self.sign() != sign:
            raise self.error(f"expected {sign}")
        self._at += 1

    def _skip_blanks(self) -> None:
        while True:
            found = _BLANKS.match(self._data, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._data) or not self._more():
                return

    def _end(self) -> int | None:
        """Return the end of the next value; None if longer than LARGEST."""
        sign = self.sign()
        if sign in ("{", "["):
            end = self._end_of_brackets(keep=True)
            return end if end is None or end - self._at <= LARGEST else None
        return self._end_of(_TEXT if sign == '"' else _SCALAR)

    def _end_of(self, pattern: re.Pattern[bytes]) -> int:
        while True:
            found = pattern.match(self._data, self._at)
            # A number may go on in what is not read yet.
            if found and (found.end() < len(self._data) or pattern is _TEXT):
                break
            if len(self._data) - self._at > LARGEST:
                raise self.error(f"expected texts and numbers of at most {LARGEST} bytes")
            if not self._more():
                break
        if found is None or found.end() == self._at:
            raise self.error("expected a JSON value")
        return found.end()

    def _end_of_brackets(self, *, keep: bool) -> int | None:
        """Return the end of the next object or list; None if longer than LARGEST.

        Without `keep` any length is accepted, and only the end is kept in memory.
        """
        depth, at = 0, self._at
        while True:
            while (found := _BRACKET.match(self._data, at)) and found[1] not in (None, b'"'):
                at = found.end()
                depth += 1 if found[1] in _OPENING else -1
                if depth == 0:
                    return at
                if depth > NESTED:
                    raise self.error(
                        f"expected at most {NESTED} objects and lists inside each other"
                    )
            at = found.start(1) if found and found[1] else len(self._data)
            if not keep:
                self._at = at
            if len(self._data) - self._at > LARGEST:
                if keep:
                    return None
                raise self.error(f"expected texts of at most {LARGEST} bytes")
            at -= self._at
            if not self._more():
                raise self.error("expected its end")

    def _more(self) -> bool:
        """Read as many bytes as are kept, or CHUNK, so that long values are scanned few times;
        return False at the end.
        """
        self._before += self._at
        self._data = self._data[self._at :]
        self._at = 0
        read = self._file.read(max(CHUNK, len(self._data)))
        self._data += read
        return bool(read)

    def _loaded(self, end: int) -> Any:
        try:
            return orjson.loads(memoryview(self._data)[self._at : end])
        except orjson.JSONDecodeError as error:
            raise self.error(f"not JSON ({error})") from None

    def error(self, reason: str) -> DataError:
        """Return the error for an unexpected value at the current position."""
        found = self._data[self._at : self._at + 20]
        shown = repr(found)[1:] if found else "the end of the file"
        return DataError(f"{self._place}: byte {self._before + self._at}: {shown}: {reason}")
