"""Matches that a person settles once: a table of songs as files name them, and the track id of
each.
"""

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
    """Ids by song: every spelling of the id that a person wrote beside the text, or the artist and
    title, of a file.
    """

    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ids_of(self, wanted: Wanted) -> Iterator[tuple[str, ...]]:
        """Yield the ids that were settled for a song, by its names and by each text that may be its
        id.
        """
        if self.ids:
            yield from (
                self.ids[text]
                for text in map(plain, (f"{wanted}", *wanted.ids))
                if text in self.ids
            )


NOTHING_SETTLED = Corrections()


def read_corrections(path: str | Path, notes: Notes) -> Corrections:
    """Read a table with EXPECTED; further columns may stand there. Of several rows for a song the
    last one counts.

    Case, accents and signs do not matter. Rows without an id are counted in `notes`. Raises
    DataError for a missing file or column.
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
    """Write a table of songs to be settled, with an empty column track_id; return how many are new
    in it.

    Rows of a table that is there already stay, with all of their columns. Raises DataError for
    another table.
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
    """The text, or `artist – title`, in a row."""
    said = [
        without_apostrophe(cells[place])
        for each in (SONG, ARTIST, TITLE)
        if (place := table.first_of(each)) >= 0
    ]
    return " – ".join(filter(None, said))
