"""Invented playlists in the shape of SoundCloud's api-v2, with what stands in them known, and the
files of crawls.
"""

import gzip
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zstandard

COMPLETE = 5
"""Tracks of a playlist that the api gives in full; of the rest it gives stubs."""
LICENCES = (
    "all-rights-reserved",
    "cc-by",
    "cc-by-nc",
    "cc-by-nd",
    "no-rights-reserved",
    "cc-by-nc-sa",
    "cc-by-sa",
)
GENRES = (
    "DnB",
    "Drum & Bass",
    "Hip Hop",
    "hiphop",
    "Techno",
    "free download",
    "Moon Music Core",
    "",
)
NAMES = {"DnB": "drum & bass", "Hip Hop": "hip-hop & rap", "hiphop": "hip-hop & rap"}
BODY = Any


@dataclass(frozen=True)
class Song:
    """A track as it is: `hydrated` if its metadata are anywhere in the crawl."""

    id: int
    policy: str = "ALLOW"
    private: bool = False
    hydrated: bool = True

    @property
    def user(self) -> int:
        return 9000 + self.id // 3

    @property
    def licence(self) -> str:
        return LICENCES[self.id % len(LICENCES)]

    @property
    def genre(self) -> str:
        return GENRES[self.id % len(GENRES)]

    @property
    def duration(self) -> int:
        """Milliseconds."""
        return 30_000 + self.id % 50 * 20_000

    @property
    def likes(self) -> int:
        return self.id % 100

    @property
    def plays(self) -> int:
        return self.id % 1000 * 10


@dataclass
class Planted:
    """What a crawl holds: bodies of tracks and playlists, and which songs stand in the playlists
    that count.

    `played`: by playlist id, its songs in order, those that cannot be used included. `counts`: what
    was planted of each kind that is left out or passed over.
    """

    tracks: list[BODY] = field(default_factory=list)
    playlists: list[BODY] = field(default_factory=list)
    others: list[BODY] = field(default_factory=list)
    played: dict[int, list[Song | None]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def bodies(self) -> list[BODY]:
        return [*self.tracks, *self.playlists, *self.others]

    def kept(self) -> dict[int, list[str]]:
        """The track ids in each playlist without a filter."""
        return {
            playlist: [
                f"{song.id}"
                for song in songs
                if song and song.policy != "BLOCK" and not song.private
            ]
            for playlist, songs in self.played.items()
        }


def track(song: Song, **changes: BODY) -> BODY:
    """A track in full, with fields beside those that are read."""
    return {
        "artwork_url": f"https://i1.example.org/artworks-{song.id}-large.jpg"
        if song.id % 3
        else None,
        "comment_count": 3,
        "created_at": "2019-03-01T10:00:00Z",
        "description": 'Out "now" [free] {link}\n' * 3,
        "duration": song.duration,
        "full_duration": song.duration,
        "genre": song.genre,
        "id": song.id,
        "kind": "track",
        "last_modified": "2021-05-09T15:19:32Z",
        "license": song.licence,
        "likes_count": song.likes,
        "media": {
            "transcodings": [{"url": "https://example.org/hls", "format": {"protocol": "hls"}}]
        },
        "monetization_model": "NOT_APPLICABLE",
        "permalink_url": f"https://example.org/someone/track-{song.id}",
        "playback_count": song.plays,
        "policy": song.policy,
        "public": not song.private,
        "publisher_metadata": None,
        "sharing": "private" if song.private else "public",
        "title": f"Söng {song.id}",
        "urn": f"soundcloud:tracks:{song.id}",
        "user": {"id": song.user, "kind": "user", "username": f"Maker {song.user}"},
        "user_id": song.user,
    } | changes


def stub(song: Song) -> BODY:
    return {
        "id": song.id,
        "kind": "track",
        "monetization_model": "NOT_APPLICABLE",
        "policy": song.policy,
    }


def playlist(number: int, songs: Iterable[Song | None], **changes: BODY) -> BODY:
    """A playlist whose first tracks are given in full, if their metadata are known."""
    entries = [
        None if song is None else track(song) if song.hydrated and place < COMPLETE else stub(song)
        for place, song in enumerate(songs)
    ]
    return {
        "id": number,
        "kind": "playlist",
        "is_album": False,
        "last_modified": "2021-05-09T15:19:32Z",
        "likes_count": 7,
        "public": True,
        "set_type": "",
        "sharing": "public",
        "title": f"List {number}",
        "track_count": len(entries),
        "tracks": entries,
        "user": {"id": 5, "kind": "user", "username": "Somebody"},
    } | changes


def plant(
    playlists: int = 8, songs: int = 60, seed: int = 1, spoil: int = 2, longest: int = 12
) -> Planted:
    """Playlists of 3 to `longest` songs; of each kind of thing that is left out or passed over
    there are `spoil`.
    """
    draw = random.Random(seed)
    known = [
        Song(
            1000 + number,
            policy="BLOCK" if number % 20 == 1 else ("SNIP", "MONETIZE", "ALLOW")[number % 3],
            private=number % 20 == 2,
            hydrated=number % 10 != 3,
        )
        for number in range(songs)
    ]
    planted = Planted()
    for number in range(100, 100 + playlists):
        # Songs of a playlist are near to each other, so that there is something to learn.
        theme = draw.randrange(songs)
        chosen: list[Song | None] = [
            known[(theme + draw.randrange(10)) % songs] for _ in range(draw.randint(3, longest))
        ]
        if number < 100 + spoil:
            chosen.insert(draw.randrange(len(chosen)), None)
        planted.played[number] = chosen
        planted.playlists.append(playlist(number, chosen))
    planted.tracks = [track(song) for song in known if song.hydrated]
    some = [song for song in known if song.hydrated][:4]
    for number in range(spoil):
        body = planted.playlists[number]
        planted.playlists += [
            body | {"last_modified": "2020-01-01T00:00:00Z", "tracks": [stub(some[0])]},
            {key: value for key, value in body.items() if key != "tracks"}
            | {"last_modified": "2022-01-01T00:00:00Z"},
            playlist(10**9 + number, some, public=False, sharing="private", secret_token="s-1"),
            {
                key: value
                for key, value in playlist(2 * 10**9 + number, []).items()
                if key != "tracks"
            },
            playlist(3 * 10**9 + number, some)
            | {"kind": "system-playlist", "id": f"soundcloud:system-playlists:x:{number}"},
            playlist(4 * 10**9 + number, some) | {"id": None},
        ]
        planted.tracks += [
            track(some[0], title="Older", last_modified="2001-01-01T00:00:00Z"),
            track(some[1], id=0),
        ]
        planted.others += [
            {"id": number, "kind": "user", "username": "Somebody", "followers_count": 1},
            {"code": 401, "errors": [{"error_message": "no"}]},
            {"id": number, "kind": "comment", "body": "nice"},
        ]
    planted.counts = {
        "further copies": 2 * spoil,
        "without their tracks": spoil,
        "private": spoil,
        "made by SoundCloud": spoil,
        "without an id": spoil,
        "tracks without an id": spoil,
        "deleted": sum(song is None for songs_of in planted.played.values() for song in songs_of),
        "users": spoil,
        "others": 2 * spoil,
    }
    return planted


def as_bodies(planted: Planted) -> dict[str, BODY]:
    """The crawl as answers of the api, one a file: playlists, pages of a search, hydrated tracks,
    likes.
    """
    half = len(planted.playlists) // 2
    files = {
        f"playlists/{number}.json": body for number, body in enumerate(planted.playlists[:half])
    }
    page = {
        "collection": planted.playlists[half:],
        "next_href": "https://example.org/?offset=50",
        "total_results": 99,
    }
    third = len(planted.tracks) // 3
    likes = [
        {"created_at": "2020-01-01T00:00:00Z", "kind": "like", "track": each}
        for each in planted.tracks[third:]
    ]
    return files | {
        "search/playlists.json": page,
        "hydrated.json": planted.tracks[:third],
        "likes.json": {"collection": likes, "next_href": None},
        **{f"more/{number}.json": body for number, body in enumerate(planted.others)},
    }


def as_state(planted: Planted, *, maps: bool) -> BODY:
    """The state of a crawler: maps by id, if there is one copy of each, or lists."""
    tracks: BODY = planted.tracks
    playlists: BODY = planted.playlists
    if maps:
        tracks = {
            f"{body['id']}" if number < 5 else f"no-{number}": body
            for number, body in enumerate(tracks)
        }
        playlists = {f"key-{number}": body for number, body in enumerate(playlists)}
    return {
        "max_candidates": 100_000,
        "visited": {"track": [1, 2], "playlist": [3]},
        "tracks": tracks,
        "candidates": {"playlist": playlists, "other": [1]},
        "collection": planted.others,
    }


def as_lines(bodies: Iterable[BODY]) -> bytes:
    return b"".join(json.dumps(body, ensure_ascii=False).encode() + b"\n" for body in bodies)


def write(path: Path, content: bytes) -> Path:
    """Write a file, packed as its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packers: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress,
        ".zst": zstandard.compress,
    }
    path.write_bytes(packers[path.suffix](content) if path.suffix in packers else content)
    return path


def write_forms(folder: Path, planted: Planted) -> dict[str, list[Path]]:
    """The same crawl in every form: the files of each."""
    bodies = as_bodies(planted)
    lines = planted.bodies
    return {
        "bodies": [
            write(folder / "bodies" / name, json.dumps(body).encode())
            for name, body in bodies.items()
        ],
        "lines": [
            write(folder / "lines/a.jsonl", as_lines(lines[:20])),
            write(folder / "lines/b.ndjson.gz", as_lines(lines[20:40])),
            write(folder / "lines/c.jsonl.zst", as_lines(lines[40:])),
        ],
        "maps": [
            write(
                folder / "state.json", json.dumps(as_state(planted, maps=True), indent=4).encode()
            )
        ],
        "lists": [
            write(folder / "state.json.zst", json.dumps(as_state(planted, maps=False)).encode())
        ],
    }
