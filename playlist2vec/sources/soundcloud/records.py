"""Playlists and tracks of SoundCloud as lines of bytes; the greatest line of several copies counts.

By this order a complete track precedes a stub, a playlist with tracks precedes a playlist without,
then the later copy precedes, then the longer playlist, and then the order of the bytes decides.
"""

import re
from typing import Any, NamedTuple

import orjson

from playlist2vec.corpus.tracks import one_line

BLOCKED = "BLOCK"
POLICIES = ("ALLOW", "MONETIZE", "SNIP", BLOCKED)
"""The playable part of a track: all, all between advertisements, half a minute, nothing."""
LARGEST_ID = (1 << 63) - 1
LARGEST_NUMBER = 1 << 53
"""The largest number accepted as a count or a duration."""
LONGEST_TEXT = 500
"""The most characters of a text: the rest of a name is cut off, a longer address is rejected."""
DIGITS = re.compile(r"[0-9]{1,18}")
URN = re.compile(r"soundcloud:(?:tracks|playlists|users):([0-9]{1,18})")
TIME = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})")
LICENCE = re.compile(r"[a-z0-9-]{1,40}")
ADDRESS = re.compile(r"https?://[!-~]+")


class Track(NamedTuple):
    """A track; the default of a field stands for an unknown value.

    `complete`: 1 if more than id and policy is known, 0 for a stub. `modified`: the time of the
    last change, as `2020-05-09T15:19:32`. `policy`: from POLICIES. `artist`: the number of the user
    who owns the track. `duration`: in milliseconds, of the whole track even if only a part can be
    played.
    """

    complete: int
    modified: str
    id: int
    policy: str = ""
    private: bool = False
    title: str = ""
    artist: str = ""
    artist_name: str = ""
    genre: str = ""
    licence: str = ""
    duration: int | None = None
    likes: int | None = None
    plays: int | None = None
    artwork: str = ""
    address: str = ""


class Playlist(NamedTuple):
    """A playlist.

    `has_tracks`: 1 if the tracks are known, else 0. `length`: the number of tracks, 8 digits.
    `tracks`: the ids of the tracks in order, 0 for a track without an id.
    """

    has_tracks: int
    modified: str
    length: str
    id: int
    private: bool
    tracks: list[int]


def track_line(found: dict[str, Any], track: int) -> bytes:
    """Return the line of the track with the given id."""
    title = _text(found.get("title"))
    policy = _policy(found)
    if not title:
        return stub_line(track, policy)
    user = found.get("user")
    owner: dict[str, Any] = user if type(user) is dict else {}
    artist = id_of(owner) or id_of({"id": found.get("user_id")})
    genre = found.get("genre")
    licence = found.get("license")
    whole = Track(
        complete=1,
        modified=_modified(found),
        id=track,
        policy=policy,
        private=_private(found),
        title=title,
        artist=str(artist or ""),
        artist_name=_text(owner.get("username")),
        genre=genre[:LONGEST_TEXT] if type(genre) is str else "",
        licence=licence if type(licence) is str and LICENCE.fullmatch(licence) else "",
        duration=_number(found, "full_duration", "duration"),
        likes=_number(found, "likes_count", "favoritings_count"),
        plays=_number(found, "playback_count"),
        artwork=_address(found.get("artwork_url")),
        address=_address(found.get("permalink_url")),
    )
    return _line(whole)


def stub_line(track: int, policy: str = "") -> bytes:
    """Return the line of a track with an id and a policy alone."""
    return b'[0,"",%d,"%s"]\n' % (track, policy.encode())


def playlist_line(found: dict[str, Any], playlist: int, tracks: list[int] | None) -> bytes:
    """Return the line of a playlist, from id and tracks; None for unknown tracks."""
    entries = [] if tracks is None else tracks
    has_tracks = int(tracks is not None)
    line = Playlist(
        has_tracks, _modified(found), f"{len(entries):08}", playlist, _private(found), entries
    )
    return _line(line)


def _line(fields: tuple[Any, ...]) -> bytes:
    # Copy the bytes: those from orjson keep a buffer several times as large.
    return orjson.dumps(tuple(fields)) + b"\n"


def id_of(found: dict[str, Any], name: str = "") -> int | None:
    """Return the number of a track, a playlist or a user, or None.

    The number comes from `id`, else from `urn`, else from `name`, the key of the object in a map.
    """
    number = found.get("id")
    if type(number) is int:
        return number if 0 < number <= LARGEST_ID else None
    for text in (number, found.get("urn"), name):
        if type(text) is str:
            match = URN.fullmatch(text)
            digits = match[1] if match else text
            if DIGITS.fullmatch(digits) and int(digits):
                return int(digits)
    return None


def is_system(found: dict[str, Any]) -> bool:
    """Return True for a playlist that SoundCloud itself made for a listener or a track."""
    number = found.get("id")
    return found.get("kind") == "system-playlist" or (
        type(number) is str and number.startswith("soundcloud:system-")
    )


def _policy(found: dict[str, Any]) -> str:
    policy = found.get("policy")
    if type(policy) is str and policy in POLICIES:
        return policy
    return BLOCKED if found.get("access") == "blocked" else ""


def _private(found: dict[str, Any]) -> bool:
    return found.get("sharing") == "private" or found.get("public") is False


def _modified(found: dict[str, Any]) -> str:
    time = found.get("last_modified")
    match = TIME.match(time) if type(time) is str else None
    return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}" if match else ""


def _number(found: dict[str, Any], *keys: str) -> int | None:
    """Return the first value that is a number, or None."""
    for key in keys:
        number = found.get(key)
        if type(number) is int and 0 <= number <= LARGEST_NUMBER:
            return number
    return None


def _text(value: object) -> str:
    return one_line(value.strip())[:LONGEST_TEXT].strip() if type(value) is str else ""


def _address(value: object) -> str:
    return (
        value
        if type(value) is str and len(value) <= LONGEST_TEXT and ADDRESS.fullmatch(value)
        else ""
    )
