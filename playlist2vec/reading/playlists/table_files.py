"""Playlists as tables, as services, spreadsheets and players export them."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.columns import (
    WITHOUT,
    Columns,
    by_names,
    by_values,
    is_header,
    is_id,
    names_a_song,
    plain,
    without_header,
)
from playlist2vec.reading.formulas import without_apostrophe
from playlist2vec.reading.names import Name, name_in
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import ids_of_file, song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.tables import SEPARATORS, Table
from playlist2vec.reading.text import lines_of

LOOKED_AT = 50
"""Rows whose values are examined if the names of columns are unknown."""
HEADER_AMONG = 10
"""Rows in which a header in an unknown language is searched."""
HEADER = (
    "a column for the id (such as Track URI or track_id) or the title (such as Track Name or title)"
)


def read_table(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of a table, one a row.

    Columns are known by their names in the header, in any language of Exportify, or else by values
    such as `spotify:track:…`. Raises DataError for a table with neither.
    """
    guess = _guessed(path)
    if guess is None:
        table = Table(path, notes, is_header, HEADER)
        columns = by_names(table.columns)
    else:
        table = Table(path, notes, lambda cells: cells == guess.first, HEADER, header=guess.header)
        columns = guess.columns
    if guess or "track" in map(plain, table.columns):
        notes.say(_note_on_columns(table.columns, columns))
    for line in table:
        yield from _song(f"line {line.number}", notes, line.cells, table.columns, columns)


class _Guess(NamedTuple):
    """Columns found by values, and the first row; `header`: True if the first row is a header."""

    first: list[str]
    columns: Columns
    header: bool


def _guessed(path: Path) -> _Guess | None:
    """Return the columns found by values; None if names in the header decide, or nothing does."""
    lines = [text for _, text in islice(lines_of(path, Notes(path)), LOOKED_AT)]
    loose: _Guess | None = None
    for separator in SEPARATORS:
        try:
            rows = [
                [cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)
            ]
        except csv.Error:
            continue
        rows = [row for row in rows if any(row)]
        for place, first in enumerate(rows[:HEADER_AMONG]):
            # Without a header, the first row has the same kinds of values as the other rows.
            columns = by_values(first, rows[place + (not any(map(is_id, first))) :])
            if is_header(first) and (columns is None or by_names(first).ids):
                return None
            if columns:
                return _Guess(first, columns, header=not is_id(first[columns.ids[0]]))
        if columns := without_header(rows):
            return _Guess(next(row for row in rows if len(row) == WITHOUT), columns, header=False)
        if rows and len(rows[0]) > 1 and names_a_song(rows[0]):
            loose = loose or _Guess(rows[0], by_names(rows[0]), header=True)
    return loose


def _song(
    place: str, notes: Notes, cells: list[str], header: list[str], columns: Columns
) -> list[Wanted]:
    def cell(column: int) -> str:
        return without_apostrophe(cells[column]) if column >= 0 else ""

    ids: list[str] = []
    for column in columns.ids:
        text = cell(column)
        ids += (
            ids_of_file(text)
            if plain(header[column]) == "location"
            else spellings(text, header[column])
        )
    title = cell(columns.title)
    # A lone column of names holds `artist – title`, as in Apple's export of tracks.
    name = name_in(title) if columns.artist < 0 and not ids else Name(cell(columns.artist), title)
    name = name._replace(album=cell(columns.album))
    return song(place, notes, ids, name, cell(columns.playlist))


def _column_name(header: list[str], place: int) -> str:
    return repr(header[place]) if header[place] else f"number {place + 1}"


def _note_on_columns(header: list[str], columns: Columns) -> str:
    """Return a note on the columns taken for id, artist and title."""
    named = [
        ("the id", columns.ids[:1]),
        ("the artist", [columns.artist]),
        ("the title", [columns.title]),
    ]
    taken = [
        f"{_column_name(header, place)} for {what}"
        for what, places in named
        for place in places
        if place >= 0
    ]
    return f"columns: {', '.join(taken)}"
