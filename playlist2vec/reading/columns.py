"""Columns of a table for ids, titles and artists, found by column names or by values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from playlist2vec.reading.header_words import (
    ALBUM_STEMS,
    ALBUMS,
    ARTIST_STEMS,
    ARTISTS,
    IDS,
    OTHERS,
    PLAYLISTS,
    TITLES,
)

WITHOUT = 4
"""Cells of a row of Last.fm's plays without a header."""
LONGEST_VALUE = 300
"""Characters of a cell that are examined."""
_KNOWN = frozenset((*IDS, *TITLES, *ARTISTS, *ALBUMS, *PLAYLISTS, *OTHERS))
_URI = re.compile(
    r"spotify:track:\w+|https?://open\.spotify\.com/(?:intl-\w+/)?track/\w+.*|"
    r"https?://\S*deezer\.com/\S*track/\d+"
)
_OTHER_URI = re.compile(r"(?:spotify:(?!track:)\w+:|https?://)\S+")
_DATE = re.compile(
    r"\d{1,2} \w{3} \d{4},? \d\d:\d\d(?::\d\d)?|\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*|\d{9,13}"
)
_PARENTHESIS = re.compile(r"\(\w{1,3}\)")
_NO_NAME = re.compile(r"\b(?:uri|url|id|ids|genres?|mbid)\b|URI|url\b", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """Indices of the columns of a table; -1 for a missing column.

    `ids`: all columns that may hold an id, the most reliable first. `guessed`: True if the columns
    were found by their values, not by their names.
    """

    ids: tuple[int, ...]
    artist: int
    title: int
    album: int = -1
    playlist: int = -1
    guessed: bool = False


def plain(name: str) -> str:
    """Return a column's name in the form for comparison: `Artist_Name(s)` becomes `artist name`."""
    return " ".join(
        re.sub(r"[\s_–-]+", " ", _PARENTHESIS.sub("", name.replace("\u2019", "'")))
        .casefold()
        .split()
    )


def is_header(cells: Sequence[str]) -> bool:
    """Return True if a row is the header of a table of songs.

    A header names a column for ids or titles and, if the row has several cells, another known
    column.
    """
    if not names_a_song(cells):
        return False
    names = [plain(cell) for cell in cells]
    known = [name for name in names if name in _KNOWN]
    return (
        len(set(known)) > 1
        or (len(names) > 1 and "track" in known)
        or len([name for name in names if name]) == 1
    )


def names_a_song(cells: Sequence[str]) -> bool:
    """Return True if a cell of a row is the name of a column for ids or titles."""
    return any(name in IDS or name in TITLES or name == "track" for name in map(plain, cells))


def is_whole_header(cells: Sequence[str]) -> bool:
    """Return True if most cells of a row are column names, unlike a line of text with commas."""
    return (
        len(cells) > 1
        and is_header(cells)
        and sum(plain(cell) in _KNOWN for cell in cells) * 2 > len(cells)
    )


def by_names(header: Sequence[str]) -> Columns:
    """Return the columns by their names.

    `track` is an id where a title stands beside it. Alone it may be an id or a title; beside an
    artist it is more likely a title.
    """
    names = [plain(name) for name in header]
    artist, title = _first(names, ARTISTS), _first(names, TITLES)
    ids = sorted(
        (place for place, name in enumerate(names) if name in IDS),
        key=lambda place: IDS.index(names[place]),
    )
    if "track" in names:
        track = names.index("track")
        ids.insert(len(ids) if title < 0 <= artist else 0, track)
        title = track if title < 0 else title
    return Columns(tuple(ids), artist, title, _first(names, ALBUMS), _first(names, PLAYLISTS))


def is_id(cell: str) -> bool:
    """Return True if a cell holds the address of a song at Spotify or Deezer."""
    return bool(_URI.fullmatch(cell[:LONGEST_VALUE]))


def by_values(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return the columns by the values in the first rows; None if no column holds song addresses.

    The ids are the columns of song addresses. The title is the next column. The artist is the
    column behind the addresses of artists if there are any, else the column behind the title. A
    header with known names takes precedence.
    """
    width = len(header)
    whole = [row for row in rows if len(row) == width]
    uris = [place for place in range(width) if _mostly(_URI, [row[place] for row in whole])]
    if not uris:
        return None
    named = by_names(header)
    others = [
        place
        for place in range(width)
        if place in uris or _mostly(_OTHER_URI, [row[place] for row in whole])
    ]
    names = [place for place in range(width) if place not in others]
    after = [place for place in names if place > uris[0]]
    artist = (
        named.artist if named.artist >= 0 else _worded(header, names, ARTIST_STEMS, ALBUM_STEMS)
    )
    if artist < 0:
        behind = [place for place in after if place - 1 in others and place - 1 != uris[0]]
        artist = next(iter(behind), after[1] if len(after) > 1 else -1)
    title = (
        named.title if named.title >= 0 else next((place for place in after if place != artist), -1)
    )
    album = named.album if named.album >= 0 else _worded(header, names, ALBUM_STEMS, ARTIST_STEMS)
    ids = tuple(
        dict.fromkeys((*uris, *(place for place in named.ids if place not in (title, artist))))
    )
    return Columns(ids, artist, title, album, named.playlist, guessed=True)


def without_header(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return the columns of a Last.fm table without a header: artist, album, title and date."""
    whole = [row for row in rows if len(row) == WITHOUT]
    if len(whole) * 2 > len(rows) and _mostly(_DATE, [row[3] for row in whole]):
        return Columns((), 0, 2, 1, guessed=True)
    return None


def _first(names: Sequence[str], wanted: Sequence[str]) -> int:
    return next((names.index(name) for name in wanted if name in names), -1)


def _mostly(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    """Return True if more than half of the non-empty values match."""
    there = [value for value in values if value]
    return sum(bool(pattern.fullmatch(value[:LONGEST_VALUE])) for value in there) * 2 > len(there)


def _worded(
    header: Sequence[str], places: Sequence[int], words: Sequence[str], without: Sequence[str]
) -> int:
    """Return the first place whose column name has a word of `words`, none of `without`, or -1."""
    for place in places:
        name = header[place].casefold()
        said = any(word in name for word in words) and not any(word in name for word in without)
        if said and not _NO_NAME.search(name):
            return place
    return -1
