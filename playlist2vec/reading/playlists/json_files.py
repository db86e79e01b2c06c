"""JSON files, loaded within memory bounds; song lists are found by the shapes of known services."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.json_songs import song_of
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import UNKNOWN, document_of, lines_of

LARGEST = 1 << 26
"""Maximum bytes of a JSON file, which is held in memory."""
A_VALUE = 80
"""Approximate bytes of a JSON value in memory."""
TIMES, ALLOWANCE = 7, 50 << 20
"""Memory limit of a loaded file: TIMES its own bytes, and ALLOWANCE bytes more."""
NOT_JSON = "lines that are not JSON: left out"
NO_SONGS = "a list of songs, or an object with `tracks`, `items`, `playlists` or `listens`, or JSPF"
LISTS = (
    *(
        "tracks",
        "track",
        "items",
        "data",
        "songs",
        "listens",
        "recordings",
        "recenttracks",
        "lovedtracks",
    ),
    *("scrobbles", "entry", "results"),
)
"""Keys whose value is a list of songs, or an object with such a key."""
WRAPPED = ("playlist", "payload", "subsonic-response", "response")
"""Keys whose value is a playlist."""
DEEPEST = 4
"""Depth of nested objects to which a list of songs is searched."""
_LINE_ENDS = bytes.maketrans(b"\t\n\r", b"   ")
_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|"
    rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\."
)


def read_json(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of all playlists in a JSON file.

    Raises DataError for a file that is not JSON, is too large, or has no list of songs in a known
    shape.
    """
    content = _loaded(path, notes)
    found = False
    for playlist, entries in _lists(content, "", DEEPEST):
        found = True
        for number, entry in enumerate(entries, start=1):
            yield from song_of(entry, f"entry {number}", notes, playlist)
    if not found:
        raise DataError(f"{path}: no songs: expected {NO_SONGS}")


def read_json_lines(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of a file with a JSON value a line, such as listens of ListenBrainz."""
    for number, line in lines_of(path, notes):
        if not line.strip():
            continue
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError:
            notes.count(NOT_JSON, f"line {number}")
        else:
            yield from song_of(entry, f"line {number}", notes, "")


def _lists(content: Any, playlist: str, deepest: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield the lists of songs in a value with their playlists' names, empty without a name."""
    if isinstance(content, list):
        pages = [each for each in content if deepest and _is_page(each)]
        if pages and len(pages) == len(content):
            lists = (entries for page in pages for _, entries in _lists(page, "", deepest - 1))
            yield playlist, list(chain.from_iterable(lists))
        else:
            yield playlist, content
    if not isinstance(content, dict) or not deepest:
        return
    said = content.get("title") or content.get("name")
    playlist = said if isinstance(said, str) else playlist
    for key in WRAPPED:
        if isinstance(content.get(key), dict):
            yield from _lists(content[key], playlist, deepest - 1)
            return
    if isinstance(content.get("playlists"), list):
        for each in content["playlists"]:
            if isinstance(each, dict):
                yield from _lists(each, "", deepest - 1)
        return
    key = next((key for key in LISTS if isinstance(content.get(key), list | dict)), "")
    if key:
        yield from _lists(content[key], playlist, deepest - 1)


def _is_page(content: Any) -> bool:
    """Return True if an entry of a list is a list of songs, as in saved pages of API results."""
    listed = content if isinstance(content, list) else None
    if isinstance(content, dict):
        listed = next((content[key] for key in LISTS if isinstance(content.get(key), list)), None)
    return bool(listed) and all(isinstance(each, dict) for each in listed or ())


def _loaded(path: Path, notes: Notes) -> Any:
    # Line ends inside a text are not valid JSON, but occur in files written by hand.
    content = document_of(path, LARGEST, notes).translate(_LINE_ENDS)
    values = content.count(b",") + content.count(b"[") + content.count(b"{")
    if values * A_VALUE > TIMES * len(content) + ALLOWANCE:
        raise DataError(
            f"{path}: {values:,} values in {len(content):,} bytes: "
            "expected a list of songs, which has fewer values"
        )
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if "surrogate" not in str(error):
            raise DataError(f"{path}: not JSON: {error}") from None
    # Programs that cut titles may leave half a surrogate pair, which orjson rejects.
    try:
        return orjson.loads(_SURROGATE.sub(lambda found: _whole(found[0], notes), content))
    except orjson.JSONDecodeError as error:
        raise DataError(f"{path}: not JSON: {error}") from None


def _whole(escape: bytes, notes: Notes) -> bytes:
    if len(escape) != 6:
        return escape
    notes.count(UNKNOWN)
    return rb"\ufffd"
