"""Answers of Deezer. Errors, also for the quota, come as HTTP 200 with an `error` in the body."""

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
    """A song, and the temporary address of its preview; '' for no preview."""

    song: Song
    preview: str


def read_body(status: int, reason: str, content: bytes, address: str) -> dict[str, Any] | None:
    """Return the object in an answer from `address`; None if Deezer has no data.

    `reason`: of the HTTP status. Raises PassingError for a server that is busy or out of order, and
    DataError for every other answer.
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
    """Return the song in the answer to `/track/<id>`. Raises DataError if there is no song."""
    found = _found(body)
    if found is None:
        raise _unexpected(_keys(body), "a track with an id, a title and an artist's name", address)
    return found


def read_songs(body: dict[str, Any], address: str) -> list[Found]:
    """Return the songs in the answer to `/search`, in Deezer's order.

    Raises DataError for an entry that is no song.
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
    """Raise the exception for a Deezer error, unless the error means no data."""
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
    """Return the song in an object, None if the object is no song.

    Missing and invalid fields are unknown.
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
    """Return an integer of at most 18 digits, also from text; else 0."""
    return (
        int(value)
        if isinstance(value, int | str) and re.fullmatch("[0-9]{1,18}", str(value))
        else 0
    )
