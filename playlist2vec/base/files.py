"""Files that are written whole or not at all, and read whole or refused in one line."""

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it to `path` when the block ends well, delete it when not.

    The folder is made if it is missing. The rename is atomic, so a reader or a killed process never sees half a file;
    the next process that writes `path` deletes the temporary one of a killed process. Raises DataError, naming `path`,
    when the disk is full or the file cannot be written for another reason.
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
    """Delete the unfinished files of `target` that killed processes left."""
    for path in target.parent.glob(f".{escape(target.name)}.*.unfinished"):
        from psutil import pid_exists

        process = path.suffixes[-2][1:]
        if process.isdecimal() and not pid_exists(int(process)):
            path.unlink(missing_ok=True)


@contextmanager
def reading(path: str | Path, expected: str) -> Iterator[None]:
    """Raise DataError, naming `path` and what is expected, where the block finds that a file is damaged.

    That is where numbers, JSON, an archive or text are none, or a name is missing in them. Errors of the system pass.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        said = " ".join(str(error).split()).partition(". ")[0]
        raise DataError(f"{path}: damaged, or another kind of file ({said[:80]}): expected {expected}") from error


def read_json(path: str | Path) -> dict[str, Any]:
    """Read a JSON object. Raises DataError for a file that holds none."""
    with reading(path, "JSON"):
        found = json.loads(Path(path).read_text("utf-8"))
    if not isinstance(found, dict):
        raise DataError(f"{path}: {type(found).__name__}: expected a JSON object")
    return found


def write_text(path: str | Path, content: str) -> None:
    """Write text as UTF-8, with the line breaks that it has."""
    with whole_file(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8", newline="\n")


def write_json(path: str | Path, content: dict[str, Any]) -> None:
    """Write JSON for people and programs: UTF-8, indented, keys in the order given, a line break at the end."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
