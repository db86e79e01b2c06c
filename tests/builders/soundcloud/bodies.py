"""What the invented SoundCloud answers about its songs, playlists and users, in the shapes of
api-v2.
"""

from typing import Any

from tests.builders.soundcloud.catalogue import Catalogue, Playlist, Song
from tests.builders.soundcloud.media import AUTHORISATION, PICTURES, transcodings

COMPLETE = 5
"""Tracks of a playlist that are given in full; of the rest there are stubs."""
SITE = "https://soundcloud.com"
Body = dict[str, Any]


def user(number: int) -> Body:
    return {
        "id": number,
        "kind": "user",
        "urn": f"soundcloud:users:{number}",
        "username": f"User {number}",
        "permalink": f"user-{number}",
        "permalink_url": f"{SITE}/user-{number}",
        "followers_count": number % 50,
        "city": "Somewhere",
    }


def track(song: Song, address: str = "") -> Body:
    """A track in full. `address`: of the api."""
    duration = 180_000 if song.policy == "SNIP" else 1000 * song.seconds
    artwork = f"{PICTURES}/artworks-{song.id}-large.jpg" if song.artwork else None
    body = {
        "artwork_url": artwork,
        "comment_count": 3,
        "created_at": "2019-03-01T10:00:00Z",
        "description": 'Out "now"\n' * 3,
        "downloadable": song.offered,
        "duration": 30_000 if song.policy == "SNIP" else duration,
        "full_duration": duration,
        "genre": song.typed,
        "has_downloads_left": True,
        "id": song.id,
        "kind": "track",
        "last_modified": "2021-05-09T15:19:32Z",
        "license": song.licence,
        "likes_count": song.likes,
        "media": {"transcodings": transcodings(song, address)},
        "monetization_model": "NOT_APPLICABLE",
        "permalink_url": f"{SITE}/user-{song.uploader}/track-{song.id}",
        "playback_count": song.plays,
        "policy": song.policy,
        "public": song.sharing == "public",
        "sharing": song.sharing,
        "streamable": True,
        "title": song.title or f"Söng {song.id}",
        "track_authorization": AUTHORISATION,
        "urn": f"soundcloud:tracks:{song.id}",
        "user": user(song.uploader),
        "user_id": song.uploader,
    }
    if not song.licence:
        del body["license"]
    return body


def stub(song: Song) -> Body:
    return {
        "id": song.id,
        "kind": "track",
        "monetization_model": "NOT_APPLICABLE",
        "policy": song.policy,
    }


def playlist(catalogue: Catalogue, found: Playlist) -> Body:
    songs = [catalogue.songs[song] for song in found.songs]
    return {
        "id": found.id,
        "kind": "playlist",
        "is_album": found.album,
        "last_modified": "2021-05-09T15:19:32Z",
        "likes_count": 7,
        "permalink_url": f"{SITE}/user-{found.maker}/sets/list-{found.id}",
        "public": True,
        "set_type": "",
        "sharing": "public",
        "title": f"List of user {found.maker}",
        "track_count": len(songs),
        "tracks": [
            track(song) if place < COMPLETE else stub(song) for place, song in enumerate(songs)
        ],
        "urn": f"soundcloud:playlists:{found.id}",
        "user": user(found.maker),
        "user_id": found.maker,
    }


def like(kind: str, body: Body) -> Body:
    return {"created_at": "2020-01-01T00:00:00Z", "kind": "like", kind: body}


def resolved(catalogue: Catalogue, address: str) -> Body | None:
    """What has this address on the site; None if nothing has."""
    last = address.rsplit("/", 1)[-1]
    kind, _, number = last.partition("-")
    if not address.startswith(f"{SITE}/") or not number.isdecimal():
        return None
    if kind == "track" and int(number) in catalogue.songs:
        return track(catalogue.songs[int(number)])
    if kind == "list" and int(number) in catalogue.playlists:
        return playlist(catalogue, catalogue.playlists[int(number)])
    return user(int(number)) if kind == "user" and int(number) in catalogue.users else None
