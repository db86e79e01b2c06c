"""Cache of answers about songs in an SQLite file, a row a question, without preview addresses."""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(question TEXT PRIMARY KEY, id INTEGER, title TEXT, artist TEXT, album TEXT, duration INTEGER)"
)
_DAMAGES = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR}
"""SQLite's error codes for a foreign or damaged file, and for a different table of the same name.
"""


class Song(NamedTuple):
    """Information on a song.

    `id`: Deezer's. `title`, `artist`, `album`: '' if unknown. `duration`: in seconds, 0 if unknown.
    """

    id: int
    title: str
    artist: str
    album: str
    duration: int


class Answer(NamedTuple):
    """A cached answer; `song` is None if there is known to be none."""

    song: Song | None


class SongCache:
    """The cached answers in the file `path`, which is created with the first answer.

    A damaged file is renamed to `<path>.damaged` and a new file is begun; a file that cannot be
    read or written is not used any more. Both are logged as warnings, and neither is an error.
    """

    def __init__(self, path: str | Path, *, patience: float = 5.0) -> None:
        """Set the file; `patience`: seconds to wait for another program's writes."""
        self.path = Path(path)
        self._patience = patience
        self._usable = True

    def find(self, question: str) -> Answer | None:
        """Return the cached answer to a question, None if missing."""
        rows = self._run(
            "SELECT id, title, artist, album, duration FROM answers WHERE question = ?", (question,)
        )
        return None if not rows else Answer(None if rows[0][0] is None else Song(*rows[0]))

    def keep(self, question: str, song: Song | None) -> None:
        """Cache an answer; None for no such song."""
        self._run(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            (question, *(song or [None] * 5)),
        )

    def _run(
        self, statement: str, values: tuple[object, ...]
    ) -> list[tuple[int, str, str, str, int]]:
        for _ in range(2):
            if not self._usable:
                break
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with (
                    closing(sqlite3.connect(self.path, timeout=self._patience)) as connection,
                    connection,
                ):
                    connection.execute(_TABLE)
                    return connection.execute(statement, values).fetchall()
            except (sqlite3.DatabaseError, OSError) as error:
                self._recover(error)
        return []

    def _recover(self, error: sqlite3.DatabaseError | OSError) -> None:
        """Move a damaged file aside; disable the cache if there is no damage, or the move fails."""
        damaged = (
            isinstance(error, sqlite3.DatabaseError) and error.sqlite_errorcode & 0xFF in _DAMAGES
        )
        if damaged:
            aside = self.path.with_name(f"{self.path.name}.damaged")
            try:
                os.replace(self.path, aside)
                # The journal belongs to the old file.
                self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)
            except OSError:
                damaged = False
            else:
                log.warning(
                    "%s: damaged (%s): renamed to %s and begun anew", self.path, error, aside.name
                )
        if not damaged:
            self._usable = False
            log.warning("%s: cannot be used (%s): nothing is kept from now on", self.path, error)
