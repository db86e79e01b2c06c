"""Files that are written whole or not at all."""

import json
import os
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


def write_text(path: str | Path, content: str) -> None:
    """Write text as UTF-8, with the line breaks that it has."""
    with whole_file(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8", newline="\n")


def write_json(path: str | Path, content: dict[str, Any]) -> None:
    """Write JSON for people and programs: UTF-8, indented, keys in the order given, a line break at the end."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
