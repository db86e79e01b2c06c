"""JSON that may be larger than memory: lines of it, or one value that is taken to pieces."""

import re
from collections.abc import Iterator
from typing import Any, Protocol

import orjson

from playlist2vec.base.errors import DataError

CHUNK = 1 << 18
"""Bytes that are read at once."""
LARGEST = 1 << 24
"""Bytes of a value, a text or a line that is held in memory."""
NESTED = 1024
"""Objects and lists inside each other, above which orjson takes none."""
MARK = b"\xef\xbb\xbf"
"""The byte order mark that some programs put in front of UTF-8."""
_BLANKS = re.compile(rb"[ \t\r\n]*+")
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^ \t\r\n,:{}\[\]\"]*+")
# Up to the next bracket, whole texts in between; to a quote where a text is not whole yet, else to
# the end.
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]"])?', re.DOTALL)
_OPENING = (b"{", b"[")


class Readable(Protocol):
    """A file that is read from."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end."""


def json_lines(file: Readable, place: str) -> Iterator[tuple[int, Any]]:
    """The values of a file with one a line, and the numbers of their lines; blank lines are passed
    over.

    Raises DataError, naming `place` and line, for what is not JSON in UTF-8, and for a line longer
    than LARGEST.
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
    """One JSON value, read from its beginning to its end and never held whole unless it is small.

    At the value that comes next, one of `small`, `members`, `elements` and `skip` is called, as its
    first sign says that `sign` gives; `members` and `elements` stop at each value in turn, with
    which the same is done before they go on. Raises DataError, naming `place` and byte, for what is
    not JSON; in what `skip` passes over, brackets and texts alone are looked at.
    """

    def __init__(self, file: Readable, place: str) -> None:
        self._file, self._place = file, place
        self._data, self._at = b"", 0
        self._before = 0
        self._more()
        self._at = len(MARK) if self._data.startswith(MARK) else 0

    def sign(self) -> str:
        """The first sign of the next value; empty at the end of the file."""
        self._skip_blanks()
        return chr(self._data[self._at]) if self._at < len(self._data) else ""

    def begins(self, text: str) -> bool:
        """Return whether the next value begins with this text of ASCII."""
        self._skip_blanks()
        while len(self._data) - self._at < len(text) and self._more():
            pass
        return self._data.startswith(text.encode(), self._at)

    def small(self) -> tuple[bool, Any]:
        """Return whether the next value takes at most LARGEST bytes; if so, the value, which is
        then behind us.
        """
        end = self._end()
        if end is None:
            return False, None
        found, self._at = self._loaded(end), end
        return True, found

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; the value of each comes next when it is given."""
        for number in self._parts("{", "}"):
            if self.sign() != '"':
                raise self.error("expected a key in quotes" + (" or }" if number == 0 else ""))
            end = self._end_of(_TEXT)
            key, self._at = self._loaded(end), end
            self._take(":")
            yield key

    def elements(self) -> Iterator[None]:
        """Stops at each element of the list that comes next."""
        for _ in self._parts("[", "]"):
            yield

    def skip(self) -> None:
        """Pass over the next value, whatever its size."""
        if self.sign() in ("{", "["):
            self._at = self._end_of_brackets(keep=False) or 0
        else:
            self._at = self._end() or self._at

    def end(self) -> None:
        """Nothing must follow."""
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
        """Where the next value ends; None if it is longer than LARGEST."""
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
        """Where the object or list ends that comes next; None if it is longer than LARGEST.

        Without `keep` it may have any length, and only its end is still there.
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
        """Read on, twice as much as is kept, so that a long value is looked at few times; False at
        the end.
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
        """Return the error to raise when the value that comes next is not what it should be."""
        found = self._data[self._at : self._at + 20]
        shown = repr(found)[1:] if found else "the end of the file"
        return DataError(f"{self._place}: byte {self._before + self._at}: {shown}: {reason}")
