"""The queue of a scrape in the crawl's state: free tracks that wait, or ended with a reason."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from playlist2vec.online.crawling.bodies import slim_track
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.scraping.rules import NOT_OFFERED, STREAMS

WAITING, TAKEN, LEFT_OUT, FAILED = "waiting", "taken", "left out", "failed"
STATES = (TAKEN, LEFT_OUT, FAILED, WAITING)
OFFER, STREAM = "offered", "streamed"
"""Reasons for taking a track."""
TRIES = 3
"""Tries of a track without a usable result; every further try comes after all other tracks."""
PERMISSIONS = "permissions"
"""Key of the state for the stated permissions, in order."""
_TABLE = """
CREATE TABLE IF NOT EXISTS scraped (id INTEGER PRIMARY KEY, state TEXT NOT NULL,
    reason TEXT NOT NULL, tries INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, cover TEXT NOT NULL, metadata TEXT NOT NULL)
"""
_FREE = "tracks LEFT JOIN scraped USING (id) WHERE (free OR scraped.id IS NOT NULL)"
_WAITS = "(scraped.state IS NULL OR scraped.state = 'waiting')"


class Outcome(NamedTuple):
    """The end of a track; `state`: one of STATES but WAITING. `reason`: of the state.

    `file`, `size`, `sha256`, `cover`, `metadata`: as in the manifest, of a track that was taken.
    """

    id: int
    state: str
    reason: str
    file: str = ""
    size: int = 0
    sha256: str = ""
    cover: str = ""
    metadata: str = ""


def prepare(state: CrawlState, audio: str, *, retry: bool) -> int:
    """Update the queue to the crawl and the sound to take; return the number of tracks that left.

    A track that the crawl no longer has leaves. Tracks that are not offered wait again if streams
    are taken, and failed tracks wait again if `retry` is True.
    """
    with state.transaction():
        state.connection.execute(_TABLE)
        gone = state.connection.execute(
            "DELETE FROM scraped WHERE id NOT IN (SELECT id FROM tracks)"
        ).rowcount
        if audio == STREAMS:
            state.connection.execute("DELETE FROM scraped WHERE reason = ?", (NOT_OFFERED,))
        if retry:
            state.connection.execute("DELETE FROM scraped WHERE state = ?", (FAILED,))
    return int(gone)


def waiting(state: CrawlState) -> list[int]:
    """Return the tracks that wait, fewest tries first."""
    statement = f"SELECT id FROM {_FREE} AND {_WAITS} ORDER BY coalesce(tries, 0), id"  # noqa: S608
    return [row[0] for row in state.rows(statement)]


def finish(state: CrawlState, outcome: Outcome) -> int:
    """Keep the end of a track, and return the number of earlier failures.

    A failed track waits again, after all other tracks, until it was tried TRIES times.
    """
    with state.transaction():
        found = state.rows("SELECT tries FROM scraped WHERE id = ?", (outcome.id,))
        before = int(found[0][0]) if found else 0
        tries = before + 1 if outcome.state == FAILED else 0
        ended = WAITING if outcome.state == FAILED and tries < TRIES else outcome.state
        values = (outcome.id, ended, outcome.reason, tries, *outcome[3:])
        state.connection.execute(
            "INSERT OR REPLACE INTO scraped VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values
        )
    return before


def counts(state: CrawlState) -> Counter[tuple[str, str]]:
    """Return the number of tracks by state and reason; the sum is the whole queue."""
    columns = (
        f"CASE WHEN {_WAITS} THEN 'waiting' ELSE state END, "
        f"CASE WHEN {_WAITS} THEN '' ELSE reason END"
    )
    statement = f"SELECT {columns}, count(*) FROM {_FREE} GROUP BY 1, 2 ORDER BY 1, 2"  # noqa: S608
    rows = state.rows(statement)
    return Counter({(found, reason): number for found, reason, number in rows})


def taken(state: CrawlState) -> Iterable[Outcome]:
    """Yield the tracks that were taken, ascending by id."""
    columns = ", ".join(Outcome._fields)
    statement = f"SELECT {columns} FROM scraped WHERE state = ? ORDER BY id"  # noqa: S608
    for row in state.connection.execute(statement, (TAKEN,)):
        yield Outcome(*row)


def state_permission(state: CrawlState, permission: str) -> None:
    """Keep a stated permission, once."""
    known = state.meta(PERMISSIONS) or []
    if permission not in known:
        with state.transaction():
            state.keep(PERMISSIONS, [*known, permission])


def metadata_text(body: dict[str, Any]) -> str:
    """Return the kept metadata of a track as JSON, without tokens.

    Lone surrogates become question marks.
    """
    text = json.dumps(slim_track(body), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")
