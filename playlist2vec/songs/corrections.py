"""Matches decided by a person: a table with the texts of songs and the assigned track ids."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.formulas import with_apostrophe, without_apostrophe
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.tables import QUOTES, RAGGED, Table
from playlist2vec.songs.likeness.spelling import plain

SONG = ("song", "text", "line")
ARTIST, TITLE = ("artist",), ("title",)
TRACK = ("track_id", "track id", "track", "id")
EXPECTED = "the columns song, or artist and title, and track_id"
UNSETTLED = "rows without a track id: not settled yet"


@dataclass(frozen=True)
class Corrections:
    """Track ids that a person assigned to songs of a file.

    `ids`: every spelling of the assigned id, by the text of the song in the form of `plain`.
    """

    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ids_of(self, wanted: Wanted) -> Iterator[tuple[str, ...]]:
        """Yield the ids assigned to a song, by the names and by every text that may be the id."""
        if self.ids:
            yield from (
                self.ids[text]
                for text in map(plain, (f"{wanted}", *wanted.ids))
                if text in self.ids
            )


NOTHING_SETTLED = Corrections()


def read_corrections(path: str | Path, notes: Notes) -> Corrections:
    """Read a table with the columns of EXPECTED; further columns are ignored.

    The last of several rows for a song counts. Case, accents and signs do not matter. Rows without
    an id are counted in `notes`. Raises DataError for a missing file or column.
    """
    table = _table(path, notes)
    track = table.first_of(TRACK)
    settled: dict[str, tuple[str, ...]] = {}
    for line in table:
        song = _song(table, line.cells)
        ids = spellings(without_apostrophe(line.cells[track]), table.columns[track])
        if ids and song:
            settled[plain(song)] = ids
        else:
            notes.count(UNSETTLED, f"line {line.number}")
    return Corrections(settled)


def write_unknown(path: str | Path, songs: Iterable[Wanted]) -> int:
    """Add songs to a table, with an empty column track_id to be filled in; return the number added.

    Rows of an existing table stay, with all their columns. Raises DataError for a file without the
    columns of EXPECTED, or with damaged rows.
    """
    columns, rows, known = ["song", "track_id"], [], set()
    if Path(path).exists():
        notes = Notes(path)
        table = _table(path, notes)
        columns = table.columns
        for line in table:
            rows.append(line.cells)
            known.add(plain(_song(table, line.cells)))
        if lost := next((what for what in (RAGGED, QUOTES) if notes.number(what)), ""):
            raise DataError(
                f"{path}: {notes.number(lost):,} {lost}: expected whole rows, or another file"
            )
    place = next(
        column for column, name in enumerate(columns) if name.casefold() in (*SONG, *TITLE)
    )
    new = 0
    for song in songs:
        if plain(f"{song}") not in known:
            known.add(plain(f"{song}"))
            cells = [""] * len(columns)
            cells[place] = with_apostrophe(f"{song}")
            rows.append(cells)
            new += 1
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    write_text(path, text.getvalue())
    return new


def _table(path: str | Path, notes: Notes) -> Table:
    if not Path(path).is_file():
        raise DataError(f"{path}: no such file: expected a table with {EXPECTED}")

    def is_header(cells: list[str]) -> bool:
        names = {cell.casefold() for cell in cells}
        return not names.isdisjoint(TRACK) and not names.isdisjoint((*SONG, *TITLE))

    return Table(path, notes, is_header, EXPECTED)


def _song(table: Table, cells: list[str]) -> str:
    """Return the text of a row, or `artist – title`."""
    said = [
        without_apostrophe(cells[place])
        for each in (SONG, ARTIST, TITLE)
        if (place := table.first_of(each)) >= 0
    ]
    return " – ".join(filter(None, said))
