"""Reading of the user's files: tables of plays, and files with a playlist each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.tables import Table, named
from playlist2vec.sources.copies import TABLES, TEXT, ending_of
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.local.plays import Plays, playlists_of

UNREADABLE = "files that cannot be read: left out"


@dataclass
class Read:
    """The plays of all files, and the notes on the files.

    `tables`, `lists`: the number of files read as tables and as playlist files.
    """

    plays: Plays
    notes: Notes
    tables: int = 0
    lists: int = 0

    def playlists(self, times: list[int]) -> Iterator[RawPlaylist]:
        """Yield the playlists; append the time of the last play of every playlist to `times`.

        `times` stays empty unless all playlists are cut at pauses.
        """
        known = True
        for playlist, time in playlists_of(self.plays, self.notes):
            known = known and time is not None
            if known and time is not None:
                times.append(time)
            else:
                times.clear()
            yield playlist

    def said(self) -> Iterator[str]:
        """Yield the sentences of the summary after the counts of playlists and songs."""
        if self.tables + self.lists > 1:
            numbers = (self.tables, "tables of plays"), (self.lists, "playlist files")
            yield "from " + " and ".join(f"{number:,} {what}" for number, what in numbers if number)
        if self.plays.song_ids.songs:
            yield str(self.plays.song_ids)
        yield from self.notes.texts()


def read_one(path: Path, params: LocalParams, *, table: bool) -> Read:
    """Return the plays of a single file.

    Raises DataError for a table without the columns, and for a file that cannot be read.
    """
    read = Read(Plays(params), Notes(params.file))
    if table:
        read.plays.add_table(path, read.notes)
        read.tables = 1
    else:
        _add_list(read, path, Path(params.file).name, read.notes)
    return read


def read_files(top: Path, params: LocalParams) -> Read:
    """Return the plays of the files in a folder.

    A table with all columns is a log of plays, any other file a playlist. A file that cannot be
    read is skipped and named. Raises DataError if no file can be read.
    """
    read = Read(Plays(params), Notes(params.file))
    reasons = []
    for path in sorted(path for path in top.rglob("*") if path.is_file()):
        name = path.relative_to(top).as_posix()
        notes = Notes(name)
        try:
            if ending_of(name).startswith((*TABLES, TEXT)) and _is_log(path, params):
                read.plays.add_table(path, notes)
                read.tables += 1
            else:
                _add_list(read, path, name, notes)
        except DataError as error:
            reasons.append(str(error).replace(str(path), name))
            read.notes.count(UNREADABLE, reasons[-1])
        read.notes.take(notes)
    if reasons and not read.plays.tracks:
        raise DataError(f"{params.file}: no file can be read: {reasons[0]}")
    return read


def _is_log(path: Path, params: LocalParams) -> bool:
    """Return True if a file is a table with the columns named in `params`."""
    try:
        Table(path, Notes(path), named(*params.columns), "the columns")
    except DataError:
        return False
    return True


def _add_list(read: Read, path: Path, name: str, notes: Notes) -> None:
    from playlist2vec.reading.playlists.reader import read_playlist

    read.plays.add_list(name, read_playlist(path, notes), notes)
    read.lists += 1
