"""Tracks and playlists in the form that a crawl keeps: without data on people who like or list."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from playlist2vec.online.crawling.settings import CrawlSettings
from playlist2vec.sources.soundcloud.genres import TABLE, Genres
from playlist2vec.sources.soundcloud.judging import SHARED
from playlist2vec.sources.soundcloud.records import id_of

TRACK_FIELDS = (
    *(
        "artwork_url",
        "created_at",
        "downloadable",
        "duration",
        "full_duration",
        "genre",
        "has_downloads_left",
        "id",
    ),
    *(
        "kind",
        "last_modified",
        "license",
        "likes_count",
        "monetization_model",
        "permalink_url",
        "playback_count",
    ),
    *("policy", "public", "sharing", "streamable", "tag_list", "title", "user_id"),
)
PLAYLIST_FIELDS = (
    *(
        "created_at",
        "id",
        "is_album",
        "kind",
        "last_modified",
        "likes_count",
        "public",
        "set_type",
        "sharing",
    ),
    "track_count",
)
UPLOADER_FIELDS = ("id", "kind", "permalink_url", "username")
UNHEARD = ("BLOCK", "SNIP")
"""Policies of tracks without sound, or with a preview of half a minute only."""
Body = dict[str, Any]
Entry = int | list[Any]
"""A track of a playlist: the id, or id and policy if the policy is not `ALLOW`; 0 for no track."""


class Judged(NamedTuple):
    """A track in full, and the criteria for a track that counts.

    `free`: the licence allows sharing. `okay`: enough plays and likes. `counts`: free, okay, whole,
    public, and with a picture and a genre of the table. `genre`: empty if the table has none.
    `likes`: -1 if the number is not given.
    """

    id: int
    uploader: int
    free: bool
    okay: bool
    counts: bool
    genre: str
    likes: int


def is_full(body: Body) -> bool:
    """Return True if a track is given in full, and not as a stub."""
    return isinstance(body.get("title"), str) and "license" in body


def genre_finder(genres: Genres) -> Callable[[str], str]:
    """Return a function from an uploader's genre to the genre of the table, empty if unknown."""

    @lru_cache(1 << 16)
    def find(typed: str) -> str:
        found = genres.of(typed)
        return found.name if found.how == TABLE else ""

    return find


def judged(body: Body, genre_of: Callable[[str], str], settings: CrawlSettings) -> Judged:
    """Judge a track that is given in full."""
    genre = body.get("genre")
    name = genre_of(genre) if isinstance(genre, str) else ""
    licence, artwork = body.get("license"), body.get("artwork_url")
    free = isinstance(licence, str) and licence in SHARED
    likes = _number(body, "likes_count")
    okay = likes >= settings.min_likes and _number(body, "playback_count") >= settings.min_plays
    media = body.get("media")
    heard = (
        isinstance(media, dict)
        and bool(media.get("transcodings"))
        and body.get("policy") not in UNHEARD
    )
    public = body.get("sharing") != "private" and body.get("public") is not False
    pictured = isinstance(artwork, str) and artwork.startswith("https://")
    counts = (
        free
        and okay
        and heard
        and public
        and pictured
        and bool(name and str(body["title"]).strip())
    )
    return Judged(id_of(body) or 0, uploader_of(body), free, okay, counts, name, likes)


def uploader_of(body: Body) -> int:
    """Return the id of the user who made a track or a playlist; 0 if not given."""
    user = body.get("user")
    return (
        (id_of(user) if isinstance(user, dict) else None) or id_of({"id": body.get("user_id")}) or 0
    )


def slim_track(body: Body) -> Body:
    """Return the fields of a track that are kept, and the kept fields of the uploader."""
    found = {name: body[name] for name in TRACK_FIELDS if name in body}
    user = body.get("user")
    if isinstance(user, dict):
        found["user"] = {name: user[name] for name in UPLOADER_FIELDS if name in user}
    return found


def slim_playlist(body: Body) -> Body:
    """Return the fields of a playlist that are kept, without tracks, title and maker."""
    return {name: body[name] for name in PLAYLIST_FIELDS if name in body}


def entries_of(body: Body) -> list[Entry] | None:
    """Return the tracks of a playlist, None if not given."""
    tracks = body.get("tracks")
    if not isinstance(tracks, list):
        return None
    return [_entry(each) if isinstance(each, dict) else 0 for each in tracks]


def unlisted(body: Body) -> int:
    """Return the number of unlisted tracks by the track count; 0 for a playlist with stubs."""
    tracks, number = body.get("tracks"), _number(body, "track_count")
    if not isinstance(tracks, list) or any(
        not (isinstance(each, dict) and is_full(each)) for each in tracks
    ):
        return 0
    return max(0, number - len(tracks))


def _entry(track: Body) -> Entry:
    number, policy = id_of(track) or 0, track.get("policy")
    return [number, policy] if number and isinstance(policy, str) and policy != "ALLOW" else number


def id_of_entry(entry: Entry) -> int:
    """Return the id of a playlist's track, 0 for none."""
    return entry if isinstance(entry, int) else int(entry[0])


def _number(body: Body, name: str) -> int:
    found = body.get(name)
    return found if type(found) is int else -1
