"""DVC's lists of the files in a folder, with names ending in .dir, read as untrusted input."""

import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError

LARGEST = 1 << 25
"""Limit in bytes of a list; a list of 100,000 files has half as many."""
LONGEST_PATH, DEEPEST = 1000, 50
MD5 = re.compile("[0-9a-f]{32}")
FORBIDDEN = re.compile(
    r"[\\\x00-\x1f\x7f]|(^|/)[A-Za-z]:|(^|/)\.?(/|$)|(^|/)\.\.(/|$)|(^|/)\.(git|dvc)[ .]*(/|$)",
    re.I,
)
"""Parts forbidden in a path: ways out of the data folder, and names special to Git and DVC."""


class Listed(NamedTuple):
    """A file in a folder: the path below the folder, with slashes, and the MD5 of the content."""

    path: str
    md5: str


def is_inside(path: object) -> bool:
    """Return True if a path stays in the folder on all systems, without names of Git or DVC."""
    if not isinstance(path, str) or not 0 < len(path) <= LONGEST_PATH or path.count("/") >= DEEPEST:
        return False
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return not FORBIDDEN.search(path)


def files_of_listing(content: bytes, name: str, where: str) -> list[Listed]:
    """Return the files in a list; `name`: the MD5 of the list, with or without the ending .dir.

    `where`: the folder of the list, for errors. Raises DataError, in a single line, for content
    that does not match the MD5, for anything but a list of files, and for a path that leads out of
    the folder.
    """
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != name.removesuffix(".dir"):
        raise DataError(
            f"{where}: its list of files is not the one of this commit, it was changed or damaged"
        )
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise DataError(f"{where}: its list of files is no JSON list: expected one that DVC wrote")
    files = [_listed(each, where) for each in found]
    paths = {each.path for each in files}
    if len(paths) < len(files):
        raise DataError(f"{where}: its list names a file twice: expected different paths")
    above = {
        path[:place]
        for path in paths
        for place in (slash.start() for slash in re.finditer("/", path))
    }
    if both := sorted(paths & above):
        raise DataError(
            f"{where}: its list has {shown(both[0])} as a file and as a folder: "
            "expected one of them"
        )
    return files


def _listed(entry: object, where: str) -> Listed:
    path, md5 = (
        (entry.get("relpath"), entry.get("md5")) if isinstance(entry, dict) else (None, None)
    )
    if not is_inside(path):
        raise DataError(
            f"{where}: its list has the path {shown(path)}: "
            "expected paths that stay inside the folder"
        )
    if not isinstance(md5, str) or not MD5.fullmatch(md5):
        raise DataError(
            f"{where}: its list gives {shown(path)} the hash {shown(md5)}: expected an MD5"
        )
    return Listed(str(path), md5)


def leads_through_a_link(folder: Path, path: str) -> bool:
    """Return True if a folder between `folder` and the file at `path` below is a symbolic link."""
    above = folder.joinpath(*path.split("/")).parents
    return any(each.is_symlink() for each in above if folder in each.parents)


def shown(value: object) -> str:
    """Return an untrusted value for an error line: printable, and not long."""
    return ascii(value)[:80]
