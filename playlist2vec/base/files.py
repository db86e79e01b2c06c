"""Files written whole or not at all, and read whole or rejected with an error of a single line."""

import json
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from playlist2vec.base.errors import DataError

LARGEST_JSON = 1 << 23
"""Limit in bytes of a JSON file; the parsed objects take up to twenty times as many."""
LONGEST_LINE = 1 << 20
DAMAGES = (
    *(ValueError, LookupError, TypeError, EOFError, OverflowError, RecursionError, SyntaxError),
    *(NotImplementedError, zipfile.BadZipFile, zlib.error, struct.error, tokenize.TokenError),
)
"""Exceptions of Python and the libraries on damaged files."""


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, renamed to `path` on success and deleted on failure.

    A missing folder is made. The rename is atomic, so a reader never sees half a file, not even
    after a process was killed. The next process that writes `path` deletes the temporary file of a
    killed process. Raises DataError, naming `path`, when the disk is full or the file cannot be
    written for another reason.
    """
    target = Path(path)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _delete_abandoned(target)
        yield unfinished
        os.replace(unfinished, target)
    except OSError as error:
        raise DataError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _delete_abandoned(target: Path) -> None:
    """Delete the unfinished files of `target` left by killed processes."""
    for path in target.parent.glob(f".{escape(target.name)}.*.unfinished"):
        from psutil import pid_exists

        process = path.suffixes[-2][1:]
        if process.isdecimal() and not pid_exists(int(process)):
            path.unlink(missing_ok=True)


@contextmanager
def reading(path: str | Path, expected: str) -> Iterator[None]:
    """Raise DataError, naming `path` and `expected`, if the block finds a damaged file.

    Damage means malformed numbers, JSON, text or archives, a missing name in the content, and a
    `path` to a folder, a pipe or a device. Errors of the operating system pass through.
    """
    if Path(path).exists() and not Path(path).is_file():
        raise DataError(f"{path}: no plain file: expected {expected}")
    try:
        yield
    except DAMAGES as error:
        raise DataError(
            f"{path}: damaged, or another kind of file ({_said(error)}): expected {expected}"
        ) from error


def _said(error: BaseException) -> str:
    said = " ".join(str(error).split()).partition(". ")[0]
    return (said if said.isprintable() else ascii(said))[:80] or type(error).__name__


def read_json(path: str | Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises DataError for a file without an object, not in UTF-8 or of more than LARGEST_JSON bytes;
    for numbers such as NaN or beyond the range of a float; and for lists nested too deep.
    """
    with reading(path, "JSON"), open(path, "rb") as file:
        content = file.read(LARGEST_JSON + 1)
        if len(content) > LARGEST_JSON:
            raise ValueError(f"more than {LARGEST_JSON:,} bytes")
        found = json.loads(
            content.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite
        )
    if not isinstance(found, dict):
        raise DataError(f"{path}: {type(found).__name__}: expected a JSON object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"the number {name}")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"the number {text[:20]}")
    return number


def read_lines(path: str | Path, expected: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file without line breaks, with numbers from 1.

    Raises DataError for text that is not UTF-8, for a line of more than LONGEST_LINE characters,
    and for a last line without a line break, which is the sign of a file cut off.
    """
    with reading(path, expected), open(path, encoding="utf-8", newline="\n") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if not line.endswith("\n"):
                what = (
                    "has no end"
                    if len(line) < LONGEST_LINE
                    else f"has more than {LONGEST_LINE:,} characters"
                )
                raise DataError(f"{path}: line {number} {what}: expected {expected}")
            yield number, line[:-1]


def write_text(path: str | Path, content: str) -> None:
    """Write text as UTF-8 with unchanged line breaks."""
    with whole_file(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8", newline="\n")


def write_json(path: str | Path, content: dict[str, Any]) -> None:
    """Write JSON in UTF-8, indented, with keys in the order given and a line break at the end."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
