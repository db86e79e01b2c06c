"""Reading of the files of Spotify's account data."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.formats.zips import is_of_macos
from playlist2vec.reading.text import printable

OWN = re.compile(r"Streaming_?History|endsong|Playlist|YourLibrary", re.IGNORECASE)
"""Words in the names of the files to read: plays, playlists and the library."""
NOT_MUSIC = re.compile(r"podcast|audiobook|video", re.IGNORECASE)
"""Words in the names of histories of other media."""
EXTENDED, YEAR, LISTS = "extended history", "history of the last year", "playlists"
LONGEST_PLAY = 7 * 24 * 3600 * 1000
"""Milliseconds; a play is shorter."""
LOCAL = "spotify:local:"
"""The beginning of the uri of a file on the person's own disk; the uri holds artist and title."""


class Song(NamedTuple):
    """A song: uri, empty if there is none, artist and title."""

    uri: str
    artist: str
    title: str


class Play(NamedTuple):
    """A play: time of the end, as written, duration in milliseconds, and song.

    `song`: None if a podcast or nothing was played. `kind`: without a song, `episode` for podcasts
    and audiobooks, else `nothing`. `private`: True in a private session.
    """

    ended: str
    milliseconds: int
    song: Song | None
    kind: str = ""
    private: bool = False


def base_name(name: str) -> str:
    """Return the name of a file without its folder and without .gz."""
    return name.replace("\\", "/").rpartition("/")[2].removesuffix(".gz")


def is_read(name: str) -> bool:
    """Return True if a file holds plays of songs, playlists or the library, by its name."""
    file = base_name(name)
    return (
        not is_of_macos(name)
        and file.lower().endswith(".json")
        and bool(OWN.search(file))
        and not NOT_MUSIC.search(file)
    )


def kind_of(found: Any, place: str) -> str:
    """Return the kind of the content of a file, EXTENDED, YEAR or LISTS; else raise DataError."""
    if isinstance(found, list):
        rows = [row for row in found if isinstance(row, dict)]
        if len(rows) == len(found):
            of_year = any("endTime" in row or "msPlayed" in row for row in rows)
            return YEAR if of_year else EXTENDED
    elif isinstance(found, dict) and any(
        isinstance(found.get(key), list) for key in ("playlists", "tracks")
    ):
        return LISTS
    raise DataError(
        f"{place}: neither a list of plays nor playlists nor a library: "
        "expected a file of Spotify's account data"
    )


def parsed(content: bytes, place: str) -> Any:
    """Return the value of a JSON file. Raises DataError for data other than JSON."""
    try:
        return orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise DataError(
            f"{place}: not JSON ({error}): expected a file of Spotify's account data"
        ) from None


def plays_in(found: list[dict[str, Any]]) -> Iterator[Play]:
    """Yield the plays of a history, extended or of the last year."""
    for row in found:
        yield _extended(row) if "ms_played" in row or "ts" in row else _of_year(row)


def _extended(row: dict[str, Any]) -> Play:
    title, uri = _text(row, "master_metadata_track_name"), _text(row, "spotify_track_uri")
    artist = _text(row, "master_metadata_album_artist_name")
    other = any(
        _text(row, key)
        for key in (
            "episode_name",
            "spotify_episode_uri",
            "audiobook_uri",
            "audiobook_title",
            "audiobook_chapter_uri",
        )
    )
    song = Song(_uri(uri), artist, title) if title or _uri(uri) else None
    kind = "" if song else "episode" if other else "nothing"
    return Play(
        _text(row, "ts"), _number(row, "ms_played"), song, kind, row.get("incognito_mode") is True
    )


def _of_year(row: dict[str, Any]) -> Play:
    title, artist = _text(row, "trackName"), _text(row, "artistName")
    song = Song("", artist, title) if title and artist else None
    kind = (
        ""
        if song
        else "episode"
        if _text(row, "podcastName") or _text(row, "episodeName")
        else "nothing"
    )
    return Play(_text(row, "endTime"), _number(row, "msPlayed"), song, kind)


def playlists_in(found: dict[str, Any]) -> Iterator[tuple[str, list[Song | None]]]:
    """Yield name and songs of every playlist of a file, or the saved songs of a library.

    An entry that is not a song is None.
    """
    if isinstance(found.get("playlists"), list):
        for number, each in enumerate(found["playlists"], start=1):
            playlist = each if isinstance(each, dict) else {}
            items = playlist.get("items")
            rows = items if isinstance(items, list) else []
            yield _text(playlist, "name") or f"{number}", [_listed(row) for row in rows]
    else:
        rows = [row if isinstance(row, dict) else {} for row in found["tracks"]]
        songs = [
            Song(_uri(_text(row, "uri")), _text(row, "artist"), _text(row, "track")) for row in rows
        ]
        yield "YourLibrary", [song if song.uri or song.title else None for song in songs]


def _listed(row: Any) -> Song | None:
    item = row if isinstance(row, dict) else {}
    if isinstance(track := item.get("track"), dict):
        song = Song(
            _uri(_text(track, "trackUri")), _text(track, "artistName"), _text(track, "trackName")
        )
        return song if song.uri or song.title else None
    if isinstance(local := item.get("localTrack"), dict):
        from urllib.parse import unquote_plus

        parts = [unquote_plus(part) for part in _text(local, "uri").removeprefix(LOCAL).split(":")]
        return Song("", parts[0], parts[2]) if len(parts) > 2 and parts[2] else None
    return None


def _uri(text: str) -> str:
    """Return the uri of a track; empty for a file on the person's disk, and for any other text."""
    return text if re.fullmatch(r"spotify:track:[0-9A-Za-z]+", text) else ""


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return " ".join(printable(value).split()) if isinstance(value, str) else ""


def _number(row: dict[str, Any], key: str) -> int:
    """Return the milliseconds under a key; 0 for an impossible value."""
    value = row.get(key)
    return int(value) if isinstance(value, (int, float)) and 0 <= value < LONGEST_PLAY else 0
