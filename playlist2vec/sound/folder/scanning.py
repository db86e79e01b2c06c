"""The music files below a folder, at any depth, with what their tags say."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError

SUFFIXES = (".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav")
"""Ends of the names of music files, in small letters; what a file is, is told by its content."""
NUMBER = re.compile(r"^\d{1,3}[ ._-]+(?=\D)")
"""The number of a track before its title, in the name of a file."""


@dataclass(frozen=True)
class OwnFile:
    """A music file: its path relative to the folder, and what is known of it, empty or 0 where
    nothing is.

    `seconds`: what its header says, where a header can be relied on.
    """

    file: str
    artist: str = ""
    title: str = ""
    album: str = ""
    isrc: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Scan:
    """The music files of a folder in the order of their paths, and how many files were left out by
    reason.
    """

    files: list[OwnFile]
    left_out: dict[str, int]


def scan(folder: str | Path, report: Callable[[int], object]) -> Scan:
    """Read the tags of all music files below a folder; where there are none, the name of the file
    is read.

    `report` is called with the number of files read. Hidden files are passed over. Raises DataError
    where the folder is missing or holds no music file.
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
    """Return what a file says of itself, and what its name says where it has no artist or no title;
    never fails.
    """
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
    """Return what the path of a file says: `Artist - Title`, or `Artist/Album/Title`, or a title
    alone.
    """
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
    """Return the first value of a tag on one line, empty where there is none."""
    try:
        values = tags.get(key) if tags is not None else None
        value = values[0] if isinstance(values, list) and values else values or ""
    except (KeyError, ValueError, AttributeError):
        return ""
    return " ".join(str(value).split())


def _seconds(info: Any) -> float:
    """Return the length that a header says, 0 where it is an estimate from the size of the file."""
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
