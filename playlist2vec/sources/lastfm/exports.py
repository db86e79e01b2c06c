"""Reading of exported scrobbles: tables with and without a header, and JSON."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.reading.dates import looks_like_date
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.tables import Table
from playlist2vec.reading.text import cleaned, encoding_of, read_document

ARTIST = ("artist", "artist_name", "artist name", "artistname", "artists")
TITLE = ("track", "track_name", "track name", "trackname", "title", "song", "name")
TIME = (
    "uts",
    "timestamp",
    "date_uts",
    "unix",
    "date",
    "utc_time",
    "time",
    "datetime",
    "played_at",
    "listened_at",
)
USER = ("user", "username", "user_name", "userid", "user_id")
DATE_OF = "date#"
"""The beginning of lastfmstats.com's column of dates; the user's name follows."""
LARGEST = 1 << 28
"""The most bytes of a JSON file."""
DEEPEST = 8
"""The most lists and objects around a scrobble."""
PLAYING = "songs that were being played: left out"


class Scrobble(NamedTuple):
    """A play: place in the file, user, time, artist and title.

    `user`: empty where the file names no user. `time`: as written in the file.
    """

    place: str
    user: str
    time: str
    artist: str
    title: str


def scrobbles_in(path: Path, notes: Notes) -> Iterator[Scrobble]:
    """Yield the scrobbles of a file. Raises DataError for a file in no known format."""
    names = path.name.lower().removesuffix(".gz")
    return _in_json(path, notes) if names.endswith(".json") else _in_table(path, notes)


def _in_table(path: Path, notes: Notes) -> Iterator[Scrobble]:
    headless = _is_headless(path)
    expected = "columns of artist, track and date, or rows of artist, album, track and date"
    table = Table(path, notes, _is_row if headless else _is_header, expected, header=not headless)
    if headless:
        notes.say("it has no header: its columns are read as artist, album, track and date")
        user, name = -1, ""
        artist, title, time = 0, len(table.columns) - 2, len(table.columns) - 1
    else:
        artist, title, user = (table.first_of(names) for names in (ARTIST, TITLE, USER))
        time, name = _time_of(table.columns), _name_of(table.columns)
    for line, row in table:
        yield Scrobble(
            f"line {line}", row[user] if user >= 0 else name, row[time], row[artist], row[title]
        )


def _is_headless(path: Path) -> bool:
    """Return True if a row with a date comes before any header."""
    try:
        first = Table(
            path, Notes(path), lambda cells: _is_header(cells) or _is_row(cells), ""
        ).columns
    except DataError:
        return False
    return not _is_header(first)


def _is_header(cells: list[str]) -> bool:
    folded = {cell.casefold() for cell in cells}
    return bool(folded & set(ARTIST)) and bool(folded & set(TITLE)) and _time_of(cells) >= 0


def _is_row(cells: list[str]) -> bool:
    """Return True if cells are artist, album, track and date."""
    if len(cells) not in (3, 4) or not cells[0]:
        return False
    date = cells[-1]
    return looks_like_date(date) or re.fullmatch(r"\d{9,13}", date) is not None


def _time_of(columns: list[str]) -> int:
    folded = [column.casefold() for column in columns]
    found = next((folded.index(name) for name in TIME if name in folded), -1)
    return (
        found
        if found >= 0
        else next((i for i, name in enumerate(folded) if name.startswith(DATE_OF)), -1)
    )


def _name_of(columns: list[str]) -> str:
    """Return the user in the name of lastfmstats.com's column of dates, or an empty text."""
    return next(
        (name[len(DATE_OF) :] for name in columns if name.casefold().startswith(DATE_OF)), ""
    )


def _in_json(path: Path, notes: Notes) -> Iterator[Scrobble]:
    content = read_document(path, LARGEST)
    try:
        encoding = encoding_of(path, notes)
        found = orjson.loads(content.decode(encoding))
    except (orjson.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path}: not JSON ({error}): expected scrobbles as Last.fm's API gives them"
        ) from None
    number = 0
    for number, (user, row) in enumerate(_tracks(found, "", 0), start=1):
        place = f"scrobble {number}"
        attributes = row.get("@attr")
        if isinstance(attributes, dict) and str(attributes.get("nowplaying", "")).lower() == "true":
            notes.count(PLAYING, place)
            continue
        time, title = (
            _value_of(row, "date", "uts", "#text"),
            _value_of(row, "name") or _value_of(row, "track") or _value_of(row, "title"),
        )
        time = time or next((_value_of(row, key) for key in TIME if key in row), "")
        texts = (time, _value_of(row, "artist", "#text", "name"), title)
        time, artist, title = (" ".join(cleaned(each, place, notes).split()) for each in texts)
        yield Scrobble(place, user, time, artist, title)
    if not number:
        raise DataError(
            f"{path}: no scrobble in it: expected `recenttracks` with `track`, or a list of tracks"
        )


def _tracks(value: Any, user: str, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the scrobbles, at any depth of pages, and the user named by the page."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _tracks(each, user, depth + 1)
    elif isinstance(value, dict):
        if "artist" in value and any(
            isinstance(value.get(key), str) for key in ("name", "track", "title")
        ):
            yield user, value
            return
        attributes = value.get("@attr")
        named = attributes.get("user") if isinstance(attributes, dict) else value.get("username")
        for key in ("recenttracks", "track", "tracks", "scrobbles"):
            if isinstance(value.get(key), (list, dict)):
                yield from _tracks(value[key], named if isinstance(named, str) else user, depth + 1)


def _value_of(row: dict[str, Any], key: str, *inner: str) -> str:
    """Return the text or number under a key, or under a key in `inner` of the object there."""
    value = row.get(key)
    if isinstance(value, dict):
        value = next((value[name] for name in inner if value.get(name)), "")
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
