"""The contents of a playlist or a track of SoundCloud as a line of bytes: of several copies the
greatest line counts.

So a complete track goes before a stub and a playlist with its tracks before one without, then the
later one does, then the longer playlist, then one of the two whichever came first.
"""

import re
from typing import Any, NamedTuple

import orjson

from playlist2vec.corpus.tracks import one_line

BLOCKED = "BLOCK"
POLICIES = ("ALLOW", "MONETIZE", "SNIP", BLOCKED)
"""The parts of a track that SoundCloud lets people hear: all, all between advertisements, half a
minute, nothing.
"""
LARGEST_ID = (1 << 63) - 1
LARGEST_NUMBER = 1 << 53
"""The largest number that is a count or a duration."""
LONGEST_TEXT = 500
"""Characters of a text; the rest of a name is cut off, and what is longer is no address."""
DIGITS = re.compile(r"[0-9]{1,18}")
URN = re.compile(r"soundcloud:(?:tracks|playlists|users):([0-9]{1,18})")
TIME = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})")
LICENCE = re.compile(r"[a-z0-9-]{1,40}")
ADDRESS = re.compile(r"https?://[!-~]+")


class Track(NamedTuple):
    """A track; all but `id` is as good as unknown where it is as it is here.

    `complete`: 1 if more than id and policy is known, else 0 for a stub. `modified`: when, as
    `2020-05-09T15:19:32`. `policy`: one of POLICIES. `artist`: the number of the user whose track
    it is. `duration`: in milliseconds, of the whole track where a piece of it is played.
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
    """A playlist. `has_tracks`: 1 if its tracks are known, else 0. `length`: how many they are, 8
    digits.

    `tracks`: their ids in order, 0 where there is none.
    """

    has_tracks: int
    modified: str
    length: str
    id: int
    private: bool
    tracks: list[int]


def track_line(found: dict[str, Any], track: int) -> bytes:
    """The line of the track with this id."""
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
    """The line of a track of which nothing else is known."""
    return b'[0,"",%d,"%s"]\n' % (track, policy.encode())


def playlist_line(found: dict[str, Any], playlist: int, tracks: list[int] | None) -> bytes:
    """The line of the playlist with this id and these tracks, None where it does not say them."""
    entries = [] if tracks is None else tracks
    has_tracks = int(tracks is not None)
    line = Playlist(
        has_tracks, _modified(found), f"{len(entries):08}", playlist, _private(found), entries
    )
    return _line(line)


def _line(fields: tuple[Any, ...]) -> bytes:
    # A copy, for the bytes that orjson makes keep a buffer that is several times as large.
    return orjson.dumps(tuple(fields)) + b"\n"


def id_of(found: dict[str, Any], name: str = "") -> int | None:
    """The number of a track, a playlist or a user: from `id`, else from `urn`, else from the key it
    stands under.
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
    """Return whether SoundCloud itself made a playlist, as it does for each listener and each
    track.
    """
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
    """The first of these that is a number."""
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
