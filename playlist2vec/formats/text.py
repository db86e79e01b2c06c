"""Lines of text files."""

import gzip
import io
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from playlist2vec.base.errors import DataError

LONGEST = 1 << 26
"""Limit in bytes of a line of text."""


def lines_of(path: str | Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file with line breaks, and without a byte order mark.

    A file with a name ending in .gz is unpacked. Raises DataError for a line that is not UTF-8 or
    endless, and for a damaged .gz file.
    """
    try:
        with _opened(path) as file:
            for number, line in enumerate(iter(partial(file.readline, LONGEST), b""), start=1):
                if len(line) == LONGEST:
                    raise DataError(
                        f"{path}: line {number} is longer than {LONGEST} bytes: "
                        "expected lines of text"
                    )
                try:
                    text = line.decode("utf-8")
                except UnicodeDecodeError as error:
                    wrong = line[error.start : error.start + 20]
                    raise DataError(
                        f"{path}: line {number} holds {wrong!r}: expected text in UTF-8"
                    ) from None
                yield text.removeprefix("\ufeff") if number == 1 else text
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"{path}: cannot be unpacked ({error}): expected a whole .gz file"
        ) from None


def _opened(path: str | Path) -> io.BufferedReader:
    if str(path).lower().endswith(".gz"):
        return io.BufferedReader(gzip.open(path, "rb"))
    return open(path, "rb")
