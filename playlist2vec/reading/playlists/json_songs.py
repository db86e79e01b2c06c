"""Songs in JSON, by the keys of known services and programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.names import Name, name_in, unnumbered
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import ids_of_file, song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import printable

NO_SONG = "entries that are no song: left out"
EPISODES = "episodes of podcasts and chapters of books: left out"
EMPTY = "entries with nothing in them: left out"
LONGEST_TEXT = 10_000
"""Characters of a text that are kept."""
TITLES = (
    "title",
    "trackName",
    "track_name",
    "master_metadata_track_name",
    "name",
    "song",
    "Name",
    "Title",
)
ARTISTS = (
    *(
        "artist",
        "artists",
        "artistName",
        "artist_name",
        "master_metadata_album_artist_name",
        "creator",
        "performer",
    ),
    *("author", "Artist", "albumArtist"),
)
ALBUMS = (
    "album",
    "albumName",
    "album_name",
    "release_name",
    "master_metadata_album_album_name",
    "Album",
)
IDS = {
    "uri": "spotify uri",
    "spotify_track_uri": "spotify uri",
    "trackUri": "spotify uri",
    "spotify_uri": "spotify uri",
    "spotify_id": "spotify id",
    "identifier": "identifier",
    "track_uri": "track uri",
    "track_id": "track id",
    "trackId": "track id",
    "recording_mbid": "recording mbid",
    "link": "url",
    "url": "url",
    "href": "url",
    "origin_url": "url",
    "location": "location",
    "id": "id",
    "mbid": "mbid",
    "isrc": "isrc",
}
"""Keys of ids, the most reliable first, and the name of the corresponding column."""
WRAPPED = ("track", "item", "localTrack", "song")
"""Keys of an entry whose value is the song."""
EPISODE = (
    *("episode", "episode_name", "episodeName", "spotify_episode_uri", "podcast"),
    *("audiobook", "audiobook_title", "audiobook_uri"),
)
LOCAL = "spotify:local:"
"""Prefix of the URI of a file in a Spotify playlist; artist, album, title and seconds follow."""


def song_of(entry: Any, place: str, notes: Notes, playlist: str) -> list[Wanted]:
    """Return the song of an entry in a list; count an entry without a song, and return []."""
    if isinstance(entry, str):
        text = printable(entry).strip()
        return song(
            place,
            notes,
            (entry[:LONGEST_TEXT], *ids_of_file(text)),
            name_in(unnumbered(text)),
            playlist,
        )
    if isinstance(entry, int) and not isinstance(entry, bool) and abs(entry) < 2**63:
        return song(place, notes, spellings(f"{entry}"), Name(), playlist)
    if entry is None or entry in ({}, []):
        notes.count(EMPTY, place)
        return []
    if not isinstance(entry, dict):
        notes.count(NO_SONG, place)
        return []
    inner = next((entry[key] for key in WRAPPED if isinstance(entry.get(key), dict)), entry)
    if inner.get("type") in ("episode", "chapter") or (inner is entry and _is_episode(entry)):
        notes.count(EPISODES, place)
        return []
    if inner is entry and all(
        entry.get(key) is None for key in (*TITLES, *IDS, "track", "track_metadata")
    ):
        notes.count(EMPTY, place)
        return []
    return _song(inner, place, notes, playlist)


def _song(entry: Mapping[str, Any], place: str, notes: Notes, playlist: str) -> list[Wanted]:
    uri = entry.get("uri")
    if isinstance(uri, str) and uri.startswith(LOCAL):
        artist, album, title = (
            [unquote_plus(part) for part in uri.split(":")[2:5]] + ["", "", ""]
        )[:3]
        said = Name(
            _text(entry, ARTISTS) or artist,
            _text(entry, TITLES) or title,
            _text(entry, ALBUMS) or album,
        )
        return song(place, notes, (uri,), Name(*map(_clean, said)), playlist)
    metadata = entry.get("track_metadata")
    named = metadata if isinstance(metadata, dict) else entry
    name = Name(_text(named, ARTISTS), _text(named, TITLES), _text(named, ALBUMS))
    ids = list(dict.fromkeys(each for holder in _holders(entry) for each in _ids(holder, entry)))
    track = entry.get("track")
    if isinstance(track, str | int) and not isinstance(track, bool):
        # An id in the lists of this project, a title in the library that Spotify exports.
        text, spelled = _clean(f"{track}"), [*_spelled(f"{track}", "track")]
        ids = [*spelled, *ids] if name.title or not name.artist else [*ids, *spelled]
        name = name if name.title else name._replace(title=text)
    return song(place, notes, ids, name, playlist)


def _is_episode(entry: Mapping[str, Any]) -> bool:
    return any(entry.get(key) for key in EPISODE) and not _text(entry, (*TITLES, "track"))


def _holders(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the objects with ids in an entry."""
    yield entry
    metadata = entry.get("track_metadata")
    if isinstance(metadata, dict):
        for key in ("mbid_mapping", "additional_info"):
            if isinstance(metadata.get(key), dict):
                yield metadata[key]
    for key in ("external_urls", "external_ids"):
        inner = entry.get(key)
        if isinstance(inner, dict):
            yield {"url": inner.get("spotify"), "isrc": inner.get("isrc")}


def _ids(holder: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[str]:
    for key, column in IDS.items():
        value = holder.get(key)
        for each in value[:20] if isinstance(value, list) else (value,):
            if isinstance(each, str | int) and not isinstance(each, bool):
                yield from _spelled(f"{each}", _service(entry) if key == "id" else column)


def _spelled(text: str, column: str) -> Iterator[str]:
    """Yield the ids that a text may stand for; outer spaces may be part of an id."""
    if len(text) <= LONGEST_TEXT:
        clean = _clean(text)
        yield from (text,) if text != clean and text.strip() else ()
        yield from spellings(clean, column)


def _service(entry: Mapping[str, Any]) -> str:
    """Return the column name for the key `id`; neighbouring addresses name the service."""
    addresses = [f"{entry.get(key)}" for key in ("uri", "link", "external_urls", "preview", "href")]
    for service in ("spotify", "deezer"):
        if any(service in address for address in addresses):
            return f"{service} id"
    return "id"


def _text(entry: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the text of the first key present, of a list the first item, of an object the name."""
    for key in keys:
        value = entry.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = value.get("name") or value.get("#text") or value.get("title")
        if (
            isinstance(value, str | int)
            and not isinstance(value, bool)
            and (text := _clean(f"{value}"))
        ):
            return text
    return ""


def _clean(text: str) -> str:
    return " ".join(printable(text[:LONGEST_TEXT]).split())
