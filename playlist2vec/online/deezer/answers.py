"""What Deezer's answers say. Errors, that of the quota included, come as HTTP 200 with an `error`
in the body.
"""

import json
import re
from typing import Any, NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.online.asking import PassingError, QuotaError, one_line
from playlist2vec.online.deezer.cache import Song

QUOTA, BUSY, NO_DATA = 4, 700, 800
"""Codes of Deezer's errors."""

_ADDRESS = re.compile(r"https?://(?:(?![\"'<>\\`])[!-~])+")
_SHOWN = 120
"""Characters of an answer that an error shows."""


class Found(NamedTuple):
    """A song, and where its preview can be heard for some minutes; '' = it has none."""

    song: Song
    preview: str


def read_body(status: int, reason: str, content: bytes, address: str) -> dict[str, Any] | None:
    """The object in an answer from `address`; None: Deezer has no data of this kind. `reason`: of
    the HTTP status.

    Raises PassingError for a server that is busy or out of order, and DataError for every other
    answer.
    """
    if status == 429 or status >= 500:
        raise (QuotaError if status == 429 else PassingError)(one_line(f"{status} {reason}"))
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict) and "error" in body:
        _check_error(body["error"], address)
        return None
    if status != 200 or not isinstance(body, dict):
        raise _unexpected(
            f"{status} {reason}, {content[:_SHOWN]!r}", "200 and a JSON object", address
        )
    return body


def read_track(body: dict[str, Any], address: str) -> Found:
    """The song in the answer to `/track/<id>`. Raises DataError if there is none in it."""
    found = _found(body)
    if found is None:
        raise _unexpected(_keys(body), "a track with an id, a title and an artist's name", address)
    return found


def read_songs(body: dict[str, Any], address: str) -> list[Found]:
    """The songs in the answer to `/search`, as Deezer orders them. Raises DataError if something
    else is in it.
    """
    entries = body.get("data")
    songs = [_found(entry) for entry in entries] if isinstance(entries, list) else [None]
    found = [song for song in songs if song is not None]
    if len(found) < len(songs):
        raise _unexpected(
            _keys(body), "tracks with an id, a title and an artist's name, as data", address
        )
    return found


def _check_error(error: object, address: str) -> None:
    """Raise what an error means, unless it is that there is no data."""
    match error:
        case {"code": int(code), "message": str(message)}:
            told = one_line(f"error {code}, {message}")[:_SHOWN]
        case _:
            raise _unexpected("an error of another form", "a code and a message", address)
    if code in (QUOTA, BUSY):
        raise (QuotaError if code == QUOTA else PassingError)(told)
    if code != NO_DATA:
        raise _unexpected(told, f"data, or error {QUOTA}, {BUSY} or {NO_DATA}", address)


def _unexpected(answer: str, expected: str, address: str) -> DataError:
    shown = one_line(answer)
    return DataError(
        f"{address}: answered {shown[:_SHOWN]}{'…' * (len(shown) > _SHOWN)}: expected {expected}"
    )


def _keys(body: dict[str, Any]) -> str:
    return f"an object with {', '.join(body) or 'nothing in it'}"


def _found(content: object) -> Found | None:
    """The song in an object, None if it is no song; whatever else is missing or odd there is
    unknown.
    """
    match content:
        case {"id": id_, "title": str(title), "artist": {"name": str(artist)}, **rest}:
            album = rest.get("album")
        case _:
            return None
    song = Song(
        _whole_number(id_),
        one_line(title),
        one_line(artist),
        _line(album.get("title") if isinstance(album, dict) else ""),
        _whole_number(rest.get("duration")),
    )
    return Found(song, _address(rest.get("preview"))) if song.id and song.title else None


def _address(value: object) -> str:
    return value if isinstance(value, str) and _ADDRESS.fullmatch(value) else ""


def _line(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _whole_number(value: object) -> int:
    """The number if it is a whole one of at most 18 digits, as text too; else 0."""
    return (
        int(value)
        if isinstance(value, int | str) and re.fullmatch("[0-9]{1,18}", str(value))
        else 0
    )
