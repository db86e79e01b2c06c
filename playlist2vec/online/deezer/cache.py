"""Answers about songs, kept on disk: one SQLite file, a row for each question. Addresses of
previews are never kept.
"""

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
"""What SQLite says of a file that is none of its own, is damaged, or holds another table of this
name.
"""


class Song(NamedTuple):
    """What is known of a song: Deezer's id, names for people ('' = unknown), `duration` in seconds
    (0 = unknown).
    """

    id: int
    title: str
    artist: str
    album: str
    duration: int


class Answer(NamedTuple):
    """An answer that was kept; no song: it is known that there is none."""

    song: Song | None


class SongCache:
    """The answers in the file `path`, which is made when the first one is kept.

    A damaged file is renamed to `<path>.damaged` and begun anew; one that cannot be read or written
    is done without. Either is logged as a warning, and neither stops anything.
    """

    def __init__(self, path: str | Path, *, patience: float = 5.0) -> None:
        """`patience`: seconds to wait for another program that writes to the file."""
        self.path = Path(path)
        self._patience = patience
        self._usable = True

    def find(self, question: str) -> Answer | None:
        """What was kept for a question; None if nothing was."""
        rows = self._run(
            "SELECT id, title, artist, album, duration FROM answers WHERE question = ?", (question,)
        )
        return None if not rows else Answer(None if rows[0][0] is None else Song(*rows[0]))

    def keep(self, question: str, song: Song | None) -> None:
        """Keep an answer; None: there is no such song."""
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
        """Make room for a new file if this one is damaged; else, or if that is impossible, do
        without.
        """
        damaged = (
            isinstance(error, sqlite3.DatabaseError) and error.sqlite_errorcode & 0xFF in _DAMAGES
        )
        if damaged:
            aside = self.path.with_name(f"{self.path.name}.damaged")
            try:
                os.replace(self.path, aside)
                self.path.with_name(f"{self.path.name}-journal").unlink(
                    missing_ok=True
                )  # it belongs to the old file
            except OSError:
                damaged = False
            else:
                log.warning(
                    "%s: damaged (%s): renamed to %s and begun anew", self.path, error, aside.name
                )
        if not damaged:
            self._usable = False
            log.warning("%s: cannot be used (%s): nothing is kept from now on", self.path, error)
