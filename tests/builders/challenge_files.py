"""An invented challenge set in the shape of the published one, and the challenge's rules for what
is submitted.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from playlist2vec.evaluation.challenge.ways import WAYS

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def uri(song: int, kind: str = "track") -> str:
    """An id of Spotify's form that nobody has."""
    digits = ""
    for _ in range(22):
        song, digit = divmod(song * 7919 + 13, 62)
        digits += DIGITS[digit]
    return f"spotify:{kind}:{digits}"


def track_of(song: int, pos: int) -> dict[str, Any]:
    return {
        "pos": pos,
        "artist_name": f"Artist {song // 4}",
        "track_uri": uri(song),
        "artist_uri": uri(song // 4, "artist"),
        "track_name": f"Song {song}",
        "album_uri": uri(song // 2, "album"),
        "duration_ms": 180_000 + song,
        "album_name": f"Album {song // 2}",
    }


def challenge_set(each_way: int, songs: int, seed: int = 1) -> dict[str, Any]:
    """So many playlists of each of the ten ways, of songs numbered below `songs`."""
    rng = np.random.default_rng(seed)
    playlists = []
    for number in range(each_way * len(WAYS)):
        way = WAYS[number % len(WAYS)]
        whole = rng.integers(songs, size=way.seeds + int(rng.integers(5, 60))).tolist()
        places = (
            sorted(rng.permutation(len(whole))[: way.seeds].tolist())
            if way.random
            else range(way.seeds)
        )
        playlist: dict[str, Any] = {
            "num_holdouts": len(whole) - way.seeds,
            "pid": 1_000_000 + number,
            "num_tracks": len(whole),
            "tracks": [track_of(whole[place], place) for place in places],
            "num_samples": way.seeds,
        }
        playlists.append({"name": f"list, no {number}", **playlist} if way.title else playlist)
    return {
        "date": "2018-01-16 08:47:28.198015",
        "version": "v1",
        "name": "invented",
        "playlists": playlists,
    }


def written(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "challenge_set.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def broken_rules(challenge: dict[str, Any], submission: str, *, tracks: bool = True) -> list[str]:
    """The rules that a submission breaks, as the README of the challenge set states them.

    `tracks`: whether the first line must name a challenge track, main or creative, as it had to in
    2018.
    """
    broken = []
    shown = {
        each["pid"]: {track["track_uri"] for track in each["tracks"]}
        for each in challenge["playlists"]
    }
    lines = [line.strip() for line in submission.split("\n")]
    rows = [
        [field.strip() for field in line.split(",")]
        for line in lines
        if line and not line.startswith("#")
    ]
    if not rows or rows[0][0] != "team_info" or "@" not in rows[0][-1]:
        broken.append("the first line names the team and its address")
    elif tracks and not {"main", "creative"} & set(rows[0][1:3]):
        broken.append("the first line names the challenge track")
    found = []
    for pid, *songs in rows[1:]:
        if not pid.isdecimal() or int(pid) not in shown:
            broken.append(f"{pid} is a playlist of the challenge set")
            continue
        found.append(int(pid))
        if len(songs) != 500:
            broken.append(f"{pid} has exactly 500 tracks")
        if len(set(songs)) != len(songs):
            broken.append(f"{pid} has no track twice")
        if shown[int(pid)] & set(songs):
            broken.append(f"{pid} has none of its seed tracks")
        for song in songs:
            site, kind, number = [*song.split(":"), "", ""][:3]
            if (site, kind, len(number), song.count(":")) != ("spotify", "track", 22, 2):
                broken.append(f"{song} is the uri of a track")
    if sorted(found) != sorted(shown):
        broken.append("there is one line for each playlist")
    return broken
