"""Reader of challenge_set.json, the playlists to continue in the RecSys Challenge 2018.

The file is a JSON object {"name", "date", "version", "playlists"}. Each of the 10,000 playlists has
pid, name (or none), num_holdouts, num_samples, num_tracks and tracks; of a track, pos and track_uri
are read here (README of the challenge set, recsys-challenge.spotify.com/challenge_readme).
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.evaluation.challenge.ways import WAYS

LARGEST = 1 << 30
"""Limit in bytes of a file; the published file has a tenth."""
TRACK = re.compile(r"spotify:track:[0-9A-Za-z]{22}")
OTHER = "another way"


class ChallengePlaylist(NamedTuple):
    """A playlist to continue.

    `seeds`: the uris of the songs shown, in the order of the playlist. `way`: the name of the
    playlist's way in WAYS, or OTHER.
    """

    pid: int
    seeds: list[str]
    way: str


def read_challenge_set(path: str | Path) -> list[ChallengePlaylist]:
    """Return the playlists of a challenge set, in the order of the file; sort tracks by pos.

    Raises DataError, naming the playlist, for anything but a challenge set: other JSON, a pid
    twice, numbers that do not agree with the tracks or with each other, a pos twice or outside of
    the playlist, a uri that is not a track's.
    """
    content = _parsed(Path(path))
    entries = content.get("playlists") if type(content) is dict else None
    if type(entries) is not list or not entries:
        raise DataError(
            f'{path}: expected an object with a list "playlists" of one playlist or more'
        )
    playlists = []
    pids: set[int] = set()
    for number, entry in enumerate(entries):
        place = f"{path}: playlists[{number}]"
        if type(entry) is not dict:
            raise DataError(f"{place} = {_shown(entry)}: expected a playlist, {{...}}")
        pid = _number(place, entry, "pid")
        if pid in pids:
            raise DataError(f"{place}: pid = {pid}: expected a pid that no earlier playlist has")
        pids.add(pid)
        playlists.append(_playlist(f"{path}: playlist {pid}", pid, entry))
    return playlists


def ways_of(playlists: Iterable[ChallengePlaylist]) -> dict[str, int]:
    """Count the playlists per way, for ways that occur, in the order of WAYS with OTHER last."""
    counts = Counter(playlist.way for playlist in playlists)
    return {name: counts[name] for name in (*(way.name for way in WAYS), OTHER) if counts[name]}


def _parsed(path: Path) -> Any:
    import orjson

    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DataError(
                f"{path}: {size:,} bytes: expected a challenge set of at most {LARGEST:,}"
            )
        return orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise DataError(
            f"{path}: not JSON ({' '.join(str(error).split())[:100]}): expected a challenge set"
        ) from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None


def _playlist(place: str, pid: int, entry: dict[str, Any]) -> ChallengePlaylist:
    name, tracks = entry.get("name"), entry.get("tracks")
    if name is not None and type(name) is not str:
        raise DataError(f"{place}: name = {_shown(name)}: expected text, or none")
    if type(tracks) is not list or not all(type(track) is dict for track in tracks):
        raise DataError(f"{place}: tracks = {_shown(tracks)}: expected a list of tracks, {{...}}")
    shown, hidden, whole = (
        _number(place, entry, key) for key in ("num_samples", "num_holdouts", "num_tracks")
    )
    if shown != len(tracks):
        raise DataError(
            f"{place}: num_samples = {shown}: expected {len(tracks)}, the number of its tracks"
        )
    if shown + hidden != whole:
        raise DataError(
            f"{place}: num_tracks = {whole}: expected num_samples + num_holdouts, {shown + hidden}"
        )
    seeds: dict[int, str] = {}
    for number, track in enumerate(tracks):
        at = f"{place}: tracks[{number}]"
        pos, uri = _number(at, track, "pos"), track.get("track_uri")
        if pos in seeds or pos >= whole:
            raise DataError(
                f"{at}: pos = {pos}: expected a place of its own, from 0 to {whole - 1}"
            )
        if type(uri) is not str or not TRACK.fullmatch(uri):
            raise DataError(
                f"{at}: track_uri = {_shown(uri)}: expected spotify:track: and 22 letters or digits"
            )
        seeds[pos] = uri
    return ChallengePlaylist(
        pid, [seeds[pos] for pos in sorted(seeds)], _way(name is not None, sorted(seeds))
    )


def _way(title: bool, places: list[int]) -> str:
    at_random = places != list(range(len(places)))
    for way in WAYS:
        if (way.title, way.seeds, way.random) == (title, len(places), at_random):
            return way.name
    return OTHER


def _number(place: str, entry: dict[str, Any], key: str) -> int:
    value = entry.get(key)
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise DataError(f"{place}: {key} = {_shown(value)}: expected a whole number, 0 or more")
    return value


def _shown(value: object) -> str:
    """Return the beginning of a value as ASCII, however long or deep the value is."""
    if isinstance(value, list | dict):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    text = ascii(value[:40] if isinstance(value, str) else value)
    return text if len(text) <= 60 else f"{text[:60]}..."
