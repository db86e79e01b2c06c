"""Invented entries of a manifest, and their hashes."""

import json
from pathlib import Path
from typing import Any

from playlist2vec.free_music.hashing.table import OK, Hashes
from playlist2vec.free_music.manifest.entries import Entry

GENRES = ("Techno", "DnB", "Hip Hop")


def metadata(track: int, uploader: int = 9, **changed: Any) -> dict[str, Any]:
    page = f"https://soundcloud.com/person-{uploader}"
    return {
        "id": track,
        "title": f"Song {track}",
        "user": {"id": uploader, "username": f"Person {uploader}"},
        "genre": GENRES[0],
        "license": "cc-by",
        "duration": 60_000,
        "likes_count": 5,
        "playback_count": 50,
        "created_at": "2020-05-09T15:19:32Z",
        "artwork_url": f"https://i1.sndcdn.com/{track}.jpg",
        "permalink_url": f"{page}/song-{track}",
    } | changed


def entry(track: int, uploader: int = 9, size: int = 1_000, **changed: Any) -> Entry:
    digest = f"{track:064x}"
    return Entry(
        track,
        f"audio/{track}.m4a",
        size,
        digest,
        f"covers/{track}.png",
        metadata(track, uploader, **changed),
    )


def hashed(track: int, status: str = OK, seconds: float = 60.0, **changed: Any) -> Hashes:
    row = Hashes(track, status, seconds, 100, f"{track:064x}", f"{track + 1:064x}", f"{track:016x}")
    return row._replace(**changed)


def write_manifest(path: Path, entries: list[Entry]) -> None:
    path.write_text("".join(json.dumps(vars(each)) + "\n" for each in entries), "utf-8")
