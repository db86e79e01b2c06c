"""The music files below a folder, at any depth, with tags."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError

SUFFIXES = (".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav")
"""Suffixes of music files, in lower case; the format is recognised by content."""
NUMBER = re.compile(r"^\d{1,3}[ ._-]+(?=\D)")
"""Number of a track before the title, in the name of a file."""


@dataclass(frozen=True)
class OwnFile:
    """A music file with tags, empty or 0 where unknown.

    `file`: path relative to the folder. `seconds`: length by the header, where the header is
    reliable.
    """

    file: str
    artist: str = ""
    title: str = ""
    album: str = ""
    isrc: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Scan:
    """The music files of a folder, ordered by path, and counts of skipped files by reason."""

    files: list[OwnFile]
    left_out: dict[str, int]


def scan(folder: str | Path, report: Callable[[int], object]) -> Scan:
    """Read the tags of all music files below a folder; without tags, the name of the file.

    `report` is called with the number of files read. Hidden files are skipped and not counted.
    Raises DataError where the folder is missing or has no music file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder: expected one with music files")
    left_out = {"other kinds of files": 0, "names that are not UTF-8": 0}
    found = []
    for path in sorted(
        folder.rglob("*"), key=lambda each: each.as_posix().encode("utf-8", "surrogateescape")
    ):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in Path(name).parts) or not path.is_file():
            continue
        if path.suffix.lower() not in SUFFIXES:
            left_out["other kinds of files"] += 1
        elif not _is_text(name):
            left_out["names that are not UTF-8"] += 1
        else:
            found.append(read_tags(path, name))
            report(1)
    if not found:
        raise DataError(f"{folder}: no music file: expected some that end in {', '.join(SUFFIXES)}")
    return Scan(found, left_out)


def read_tags(path: Path, name: str) -> OwnFile:
    """Return the tags of a file, and without artist or title the names in the path; never fails."""
    import mutagen

    by_name = named(name)
    try:
        file = mutagen.File(path, easy=True)
    except (mutagen.MutagenError, OSError, ValueError, KeyError, IndexError, TypeError, EOFError):
        file = None
    if file is None:
        return by_name
    artist, title, album, isrc = (
        _first(file.tags, key) for key in ("artist", "title", "album", "isrc")
    )
    seconds = _seconds(file.info)
    if artist and title:
        return OwnFile(name, artist, title, album, isrc, seconds)
    return OwnFile(
        name,
        artist or by_name.artist,
        title or by_name.title,
        album or by_name.album,
        isrc,
        seconds,
    )


def named(name: str) -> OwnFile:
    """Return the names in a path: `Artist - Title`, `Artist/Album/Title`, or only a title."""
    path = Path(name)
    stem = NUMBER.sub("", path.stem.replace("_", " ")).strip() or path.stem
    artist, dash, title = stem.partition(" - ")
    if dash and artist.strip() and title.strip():
        return OwnFile(name, artist.strip(), title.strip())
    folders = path.parts[:-1]
    if len(folders) >= 2:
        return OwnFile(name, folders[-2], stem, folders[-1])
    return OwnFile(name, folders[0] if folders else "", stem)


def _first(tags: Any, key: str) -> str:
    """Return the first value of a tag on a line, empty without a value."""
    try:
        values = tags.get(key) if tags is not None else None
        value = values[0] if isinstance(values, list) and values else values or ""
    except (KeyError, ValueError, AttributeError):
        return ""
    return " ".join(str(value).split())


def _seconds(info: Any) -> float:
    """Return the length by the header, 0 for an estimate from the size of the file."""
    estimate = getattr(info, "sketchy", False) or str(getattr(info, "bitrate_mode", "")).endswith(
        "UNKNOWN"
    )
    length = float(getattr(info, "length", 0) or 0)
    return 0.0 if estimate or not 0 < length < 1e6 else round(length, 3)


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
