"""The state of a crawl in one SQLite file: findings, open calls, and results of all rounds.

A round is one transaction. A process that is killed leaves the state of the last whole round.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.online.crawling.arms import Arm
from playlist2vec.online.crawling.settings import CrawlSettings

VERSION = "2"
CACHE = 65_536
"""KiB of the file that are kept in memory, as rounds access calls in the whole file."""
OPEN, DONE, FAILED = 0, 1, 2
"""States of a call: to be made, made, and made without a result."""
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tracks (id INTEGER PRIMARY KEY, uploader INTEGER NOT NULL, free INTEGER NOT NULL,
    okay INTEGER NOT NULL, counts INTEGER NOT NULL, genre TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE playlists (id INTEGER PRIMARY KEY, maker INTEGER NOT NULL, visited INTEGER NOT NULL,
    seen TEXT NOT NULL, entries TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE calls (kind TEXT NOT NULL, subject INTEGER NOT NULL, promise REAL NOT NULL,
    tie INTEGER NOT NULL, page TEXT NOT NULL, pages INTEGER NOT NULL, state INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)) WITHOUT ROWID;
CREATE INDEX open_calls ON calls (kind, promise DESC, tie, subject) WHERE state = 0;
CREATE TABLE failures (round INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, failure TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (round, place)) WITHOUT ROWID;
CREATE TABLE arms (kind TEXT PRIMARY KEY, calls REAL NOT NULL, gain REAL NOT NULL,
    promised REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE genres (genre TEXT PRIMARY KEY, tracks INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE counts (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
"""
OpenCall = tuple[int, float, str, int]
"""An open call: the subject, the promise, the next page (empty: the first), and the pages so far.
"""


class CrawlState:
    """The state of a crawl in a file, open in a single process at a time."""

    def __init__(
        self, connection: sqlite3.Connection, path: str | Path, settings: CrawlSettings
    ) -> None:
        self.connection = connection
        self.path = path
        self.settings = settings

    @staticmethod
    def open(
        path: str | Path, settings: CrawlSettings | None, starts: Sequence[tuple[str, str]] = ()
    ) -> "CrawlState":
        """Open the state in a file, or create a state with settings and starts.

        `settings`: None to take the settings of the existing state. `starts`: pairs of a call's
        kind and text. Raises DataError if settings or starts differ from those of the state, if the
        file is missing and settings or starts are not given, and for a file that is no state or in
        use.
        """
        existing = path != ":memory:" and Path(path).exists()
        if not existing and (settings is None or not starts):
            raise DataError(
                f"{path}: no such file: expected a crawl that was begun, or where to start one"
            )
        try:
            connection = sqlite3.connect(path, timeout=1.0, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute(f"PRAGMA cache_size = -{CACHE}")
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                _begin(connection, settings or CrawlSettings(), starts)
            _upgrade(connection)
            found = dict(connection.execute("SELECT key, value FROM meta"))
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise DataError(
                f"{path}: {error}: expected the state of a crawl that no other process has open"
            ) from None
        return CrawlState(connection, path, _checked(path, found, settings, starts))

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all writes of the block, or none after an error.

        Raises DataError for an SQLite error, such as a full disk.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise DataError(
                f"{self.path}: cannot be written: {error}: the state is as it was"
            ) from None
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(statement, values).fetchall()

    def meta(self, key: str) -> Any:
        """Return the value of a key, None for an unknown key."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return json.loads(found[0][0]) if found else None

    def keep(self, key: str, value: Any) -> None:
        """Keep a value under a key."""
        self.connection.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value))
        )

    def counts(self) -> Counter[str]:
        """Return all counts by name; a missing name counts 0."""
        return Counter(
            dict(self.connection.execute("SELECT name, number FROM counts ORDER BY name"))
        )

    def genres(self) -> dict[str, int]:
        """Return the number of tracks that count by genre."""
        return dict(self.connection.execute("SELECT genre, tracks FROM genres ORDER BY genre"))

    def arms(self, kinds: Iterable[str], most: int = 0) -> list[Arm]:
        """Return the arms of some kinds of call; open calls are counted up to `most`."""
        known = {
            kind: rest for kind, *rest in self.rows("SELECT kind, calls, gain, promised FROM arms")
        }
        return [Arm(kind, self.open_number(kind, most), *known.get(kind, ())) for kind in kinds]

    def open_number(self, kind: str, most: int) -> int:
        """Return the number of open calls of a kind, at most `most`."""
        statement = (
            "SELECT count(*) FROM (SELECT 1 FROM calls INDEXED BY open_calls "
            "WHERE kind = ? AND state = 0 LIMIT ?)"
        )
        return int(self.rows(statement, (kind, most))[0][0])

    def open_calls(self, kind: str, number: int) -> list[OpenCall]:
        """Return the `number` open calls of a kind with the highest promise."""
        statement = (
            "SELECT subject, promise, page, pages FROM calls INDEXED BY open_calls "
            "WHERE kind = ? AND state = 0 ORDER BY promise DESC, tie, subject LIMIT ?"
        )
        return self.rows(statement, (kind, number))


def _begin(
    connection: sqlite3.Connection, settings: CrawlSettings, starts: Sequence[tuple[str, str]]
) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    kept = {
        "version": VERSION,
        "settings": settings.as_dict(),
        "starts": [list(each) for each in starts],
        "round": 0,
    }
    connection.executemany(
        "INSERT INTO meta VALUES (?, ?)", [(key, json.dumps(each)) for key, each in kept.items()]
    )


def _upgrade(connection: sqlite3.Connection) -> None:
    """Convert a state of version 1 to VERSION.

    Past calls count as promises of 1, and new settings have the defaults. The crawl continues by
    the present rules.
    """
    found = {
        key: json.loads(value) for key, value in connection.execute("SELECT key, value FROM meta")
    }
    if found.get("version") != "1":
        return
    connection.execute("ALTER TABLE arms ADD COLUMN promised REAL NOT NULL DEFAULT 0")
    connection.execute("UPDATE arms SET promised = calls")
    kept = {"version": VERSION, "settings": CrawlSettings(**found["settings"]).as_dict()}
    rows = [(json.dumps(each), key) for key, each in kept.items()]
    connection.executemany("UPDATE meta SET value = ? WHERE key = ?", rows)


def _checked(
    path: str | Path,
    found: dict[str, str],
    settings: CrawlSettings | None,
    starts: Sequence[tuple[str, str]],
) -> CrawlSettings:
    """Return the settings of an existing state.

    Raises DataError if the settings or starts given are different.
    """
    kept = {key: json.loads(value) for key, value in found.items()}
    if kept.get("version") != VERSION:
        raise DataError(f"{path}: a state of version {kept.get('version')}: expected {VERSION}")
    if starts and kept["starts"] != [list(each) for each in starts]:
        words = ", ".join(text for _, text in kept["starts"])
        raise DataError(
            f"{path}: begun at {words}: expected the same starts, none, or another folder"
        )
    begun = CrawlSettings(**kept["settings"])
    for name, value in (settings or begun).as_dict().items():
        if value != kept["settings"][name]:
            raise DataError(
                f"{path}: begun with {name} = {kept['settings'][name]}, not {value}: expected the "
                "same, or another folder"
            )
    return begun
