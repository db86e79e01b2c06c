"""Copying of files into the folder of raw data: a file, or the files of a folder or zip file."""

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.formats.zips import is_of_macos, members_of, read_member
from playlist2vec.reading.playlists.zips import ENDINGS as READ
from playlist2vec.sources.placed import first_names

TABLES = (".csv", ".tsv")
TEXT = ".txt"
LISTS = tuple(ending for ending in READ if ending not in (*TABLES, TEXT))
"""Endings of the playlist files that `reading.playlists` reads.

In a folder a table or a text file may be a playlist file too.
"""
ENDINGS = (*TABLES, TEXT, *LISTS, *(f"{ending}.gz" for ending in (*TABLES, TEXT)))
LARGEST = 1 << 28
"""The most bytes of a file in a zip file; the file is held in memory."""
RAW = "playlists"


def copy_files(files: Mapping[str, Path], raw: Path) -> str:
    """Copy files into `raw` under their keys; return a summary on a single line."""
    for name, path in files.items():
        with whole_file(raw / name) as unfinished:
            shutil.copyfile(path, unfinished)
    size = sum(path.stat().st_size for path in files.values())
    return f"{size:,} bytes in {', '.join(map(str, files.values()))} copied to {raw}"


def copy_all(file: str, raw: Path) -> str:
    """Copy the file, folder or zip file in `local.file` into `raw`; return the summary.

    A single file becomes `playlists` with its ending; several files go into the folder `playlists`.
    Raises DataError for files that cannot be read; the message begins with the text after
    `local.file = `.
    """
    place = Path(file)
    if not place.exists():
        raise DataError("expected the path of a file or folder that is there")
    if place.is_dir() or place.name.lower().endswith(".zip"):
        copied, passed = (
            _from_folder(place, raw / RAW) if place.is_dir() else _from_zip(place, raw / RAW)
        )
        if not copied:
            there = f"none of {len(passed):,} files in it" if passed else "no file in it"
            raise DataError(
                f"{there} can be read: expected names that end in "
                f"{', '.join((*TABLES, TEXT, *LISTS))}"
            )
        return f"{len(copied):,} files of {file} copied to {raw}{_skipped(passed)}"
    ending = ending_of(place.name)
    if not ending:
        raise DataError(
            f"expected a file that ends in {', '.join((*TABLES, TEXT, *LISTS))}, "
            "one of the first three with .gz added, a folder of such files, or a .zip of them"
        )
    return copy_files({f"{RAW}{ending}": place}, raw)


def ending_of(name: str) -> str:
    """Return the ending of a file name in lower case, from ENDINGS; empty for any other ending."""
    return max((ending for ending in ENDINGS if name.lower().endswith(ending)), key=len, default="")


def _wanted(name: str) -> bool:
    """Return True if a file in a folder is read: not hidden, and not added to a zip by macOS."""
    *folders, file = PurePosixPath(name).parts
    hidden = is_of_macos(name) or any(folder.startswith(".") for folder in folders)
    return bool(ending_of(file)) and not hidden


def _from_folder(top: Path, out: Path) -> tuple[list[str], list[str]]:
    """Copy the files of a folder; return the names of copied files and of skipped files."""
    names = sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file())
    copied = list(filter(_wanted, names))
    for name in copied:
        with whole_file(out / name) as unfinished:
            shutil.copyfile(top / name, unfinished)
    return copied, [name for name in names if name not in set(copied)]


def _from_zip(path: Path, out: Path) -> tuple[list[str], list[str]]:
    members = [member.name for member in members_of(path)]
    copied = list(filter(_wanted, members))
    for name in copied:
        with whole_file(out / name) as unfinished:
            unfinished.write_bytes(read_member(path, name, LARGEST))
    return copied, [name for name in members if name not in set(copied)]


def _skipped(passed: list[str]) -> str:
    if not passed:
        return ""
    return (
        f"; {len(passed):,} passed over, as their names are hidden or have another ending: "
        f"{first_names(passed)}"
    )
