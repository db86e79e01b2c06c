"""Property lists: playlists and whole libraries that iTunes and Music export as XML."""

import plistlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from playlist2vec.base.errors import DataError
from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.names import Name
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import ids_of_file, song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import document_of

LARGEST = 1 << 28
"""Maximum bytes of a library, which is held in memory."""
NO_MUSIC = "podcasts, films and books: left out"
GONE = "entries of playlists whose song the file does not describe: left out"
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*>")
OTHER_MEDIA = ("Podcast", "Movie", "TV Show", "Audiobook", "Music Video")


def read_apple(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of all playlists in a property list, or all songs if it has no playlists.

    The playlist of the whole library and folders of playlists are left out if there are other
    playlists. Raises DataError for another property list, for a list above LARGEST bytes, and for a
    list with entities.
    """
    content = _loaded(path, notes)
    tracks = content.get("Tracks") if isinstance(content, dict) else None
    if not isinstance(tracks, dict):
        raise DataError(
            f"{path}: a property list without Tracks: expected a playlist or library of iTunes or "
            "Music"
        )
    playlists = content.get("Playlists")
    own = (
        _own([each for each in playlists if isinstance(each, dict)])
        if isinstance(playlists, list)
        else []
    )
    if not own:
        for number, track in enumerate(tracks.values(), start=1):
            yield from _song(track, f"song {number}", notes, "")
        return
    for playlist in own:
        name = _text(playlist, "Name")
        items = playlist.get("Playlist Items")
        for number, item in enumerate(items if isinstance(items, list) else [], start=1):
            key = item.get("Track ID") if isinstance(item, dict) else None
            track = tracks.get(f"{key}") if isinstance(key, int | str) else None
            place = f"playlist {name or '?'}, entry {number}"
            if track is None:
                notes.count(GONE, place)
            else:
                yield from _song(track, place, notes, name)


def _loaded(path: Path, notes: Notes) -> Any:
    try:
        document = _DECLARATION.sub(b"", document_of(path, LARGEST, notes), count=1)
        return plistlib.loads(document, fmt=plistlib.FMT_XML)
    except (
        plistlib.InvalidFileException,
        ExpatError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        reason = " ".join(str(error).split())[:120] or "damaged"
        raise DataError(f"{path}: not a property list of iTunes or Music: {reason}") from None


def _own(playlists: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the playlists made by a person, or all playlists if a person made none."""
    kinds = ("Master", "Folder", "Distinguished Kind", "Visible")
    own = [
        each
        for each in playlists
        if not any(each.get(kind) for kind in kinds[:3]) and each.get("Visible", True)
    ]
    return own or playlists


def _song(track: Any, place: str, notes: Notes, playlist: str) -> list[Wanted]:
    said = track if isinstance(track, dict) else {}
    if any(said.get(kind) for kind in OTHER_MEDIA):
        notes.count(NO_MUSIC, place)
        return []
    name = Name(
        _text(said, "Artist") or _text(said, "Album Artist"),
        _text(said, "Name"),
        _text(said, "Album"),
    )
    ids = [
        *spellings(_text(said, "Persistent ID"), "persistent id"),
        *ids_of_file(_text(said, "Location")),
    ]
    return song(place, notes, ids, name, playlist)


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    return (
        " ".join(f"{value}".split())
        if isinstance(value, str | int | float) and not isinstance(value, bool)
        else ""
    )
