"""The frontier of a crawl: calls in the state that are opened, continued, postponed and ended."""

from collections.abc import Iterable, Sequence

from playlist2vec.online.crawling.planning import Planned
from playlist2vec.online.crawling.settings import UNIFORM
from playlist2vec.online.crawling.state import DONE, FAILED, OPEN, CrawlState
from playlist2vec.online.soundcloud.calls import TRACK, TRACKS

FADING = 0.1
"""Share of the promise that a call keeps after a page without a gain, and after a failure."""
TRIES = 3
"""Rounds in which a call without a usable answer is tried.

A call may be for 50 tracks, which are not given up for a short disturbance.
"""
NewCall = tuple[str, int, float]
"""The kind, the subject and the promise of a call."""

_ENTER = (
    "INSERT INTO calls VALUES (?, ?, ?, ?, '', 0, ?) ON CONFLICT (kind, subject) DO UPDATE SET "
    "{change} WHERE state = 0"
)
_ENDED = _ENTER.format(change="state = excluded.state")
HIGHER = f"{_ENTER.format(change='promise = excluded.promise')} AND promise < excluded.promise"
SUM = _ENTER.format(change="promise = promise + excluded.promise")
"""SQL statements that enter calls; a call that is open already gets the higher promise or the sum.
"""


class Frontier:
    """The calls in the state of a crawl, to be changed inside a transaction."""

    def __init__(self, state: CrawlState) -> None:
        self._write = state.connection
        self._settings = state.settings

    def open(self, calls: Sequence[NewCall], statement: str) -> int:
        """Enter open calls by HIGHER or SUM; return the number of new or changed calls."""
        uniform = self._settings.score == UNIFORM
        rows = [
            (kind, subject, 0.0 if uniform else promise, self._tie(subject), OPEN)
            for kind, subject, promise in calls
        ]
        return max(0, self._write.executemany(statement, rows).rowcount)

    def end(self, kind: str, subjects: Iterable[int]) -> None:
        """Enter calls of a kind as done, so that no round makes them."""
        rows = [(kind, subject, 0.0, 0, DONE) for subject in subjects]
        self._write.executemany(_ENDED, rows)

    def close(self, planned: Planned, state: int) -> None:
        """Set the state, DONE or FAILED, of a call that was made."""
        rows = [(state, *key) for key in _keys(planned)]
        self._write.executemany("UPDATE calls SET state = ? WHERE kind = ? AND subject = ?", rows)

    def postpone(self, planned: Planned) -> None:
        """Keep a call without a usable answer open, with a small promise, until TRIES failures."""
        rows = [(FADING, TRIES, OPEN, FAILED, *key) for key in _keys(planned)]
        self._write.executemany(
            "UPDATE calls SET pages = pages + 1, promise = promise * ?, "
            "state = CASE WHEN pages + 1 < ? THEN ? ELSE ? END WHERE kind = ? AND subject = ?",
            rows,
        )

    def continue_at(self, planned: Planned, page: str, promise: float) -> None:
        """Open a call again for the next page of a list."""
        values = (OPEN, page, planned.pages + 1, promise, planned.call.kind, planned.subjects[0])
        self._write.execute(
            "UPDATE calls SET state = ?, page = ?, pages = ?, promise = ? "
            "WHERE kind = ? AND subject = ?",
            values,
        )

    def _tie(self, subject: int) -> int:
        """Return a number that orders equal promises pseudo-randomly."""
        mixed = (subject + self._settings.seed * 0x9E3779B9) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        return (mixed ^ mixed >> 31) * 0x94D049BB133111EB & (1 << 62) - 1


def _keys(planned: Planned) -> list[tuple[str, int]]:
    """Return the kind and the subject of every call in the state that a planned call stands for."""
    kind = TRACKS if planned.call.kind == TRACK else planned.call.kind
    return [(kind, subject) for subject in planned.subjects]
