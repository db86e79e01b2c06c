"""What a round brought, put into the state: tracks, playlists, and the calls that they open."""

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.arms import (
    ALL,
    LONGER,
    Arm,
    discounted,
    mean_gain,
    needs,
    rate,
    surplus,
)
from playlist2vec.online.crawling.bodies import (
    Body,
    Entry,
    Judged,
    entries_of,
    id_of_entry,
    is_full,
    judged,
    slim_playlist,
    slim_track,
    unlisted,
    uploader_of,
)
from playlist2vec.online.crawling.planning import KINDS, VISIT, Planned
from playlist2vec.online.crawling.removal import keep_removed
from playlist2vec.online.crawling.settings import SEED, UNIFORM
from playlist2vec.online.crawling.state import DONE, FAILED, OPEN, CrawlState
from playlist2vec.online.soundcloud.answers import MISSING, REFUSED, CallError, Reply
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    LISTS,
    MOST_IDS,
    PLAYLIST,
    PLAYLISTS,
    RESOLVE,
    TRACK,
    TRACKS,
    UPLOADS,
)
from playlist2vec.sources.soundcloud.records import id_of, is_system

DULL = 0.001
"""The promise of what follows from a track that does not count."""
FADING = 0.1
"""The part of its promise that a call keeps after a page without a gain, and after a failure."""
TRIES = 3
"""Rounds in which a call is made that has no answer of use: 50 tracks are not lost by one bad
minute.
"""

MIXED = 0.1
"""The part of its worth that a track keeps as a sign of what is near it when nothing else there
counts.
"""
FAMOUS = 10.0
"""The factor at most by which the fame of a track raises the promise of its playlists."""

_ENTER = "INSERT INTO calls VALUES (?, ?, ?, ?, '', 0, ?) ON CONFLICT (kind, subject) DO UPDATE SET {change} WHERE state = 0"
ENDED = _ENTER.format(change="state = excluded.state")
HIGHER = f"{_ENTER.format(change='promise = excluded.promise')} AND promise < excluded.promise"
SUM = _ENTER.format(change="promise = promise + excluded.promise")
"""Statements that enter calls; of one that is entered already and open they end it, raise its
promise, or add to it.
"""


class Absorber:
    """Puts the answers of one round into the state, in the order of the plan. `genre_of`: see
    `genre_finder`.
    """

    def __init__(
        self, state: CrawlState, genre_of: Callable[[str], str], genres: int, removed: Removals
    ) -> None:
        self._state = state
        self._write = state.connection
        self._genre_of = genre_of
        self._removed = removed
        self._settings = state.settings
        self._round = int(state.meta("round"))
        self._known = Counter(state.genres())
        self._need = needs(self._known, genres, state.settings.balance)
        self._arms = {
            kind: Arm(kind, 0, *rest)
            for kind, *rest in state.rows("SELECT kind, calls, gain, promised FROM arms")
        }
        self._rates = {kind: rate(self._arm(kind), self._settings.prior) for kind in KINDS}
        self._average = mean_gain(self._arm(ALL))
        self._counts: Counter[str] = Counter()
        self._opened = 0.0

    def _arm(self, kind: str) -> Arm:
        return self._arms.get(kind, Arm(kind))

    def add(self, place: int, planned: Planned, outcome: Reply | CallError) -> None:
        """Put the outcome of the call at this place of the plan into the state."""
        call = planned.call
        self._counts["calls"] += 1
        if isinstance(outcome, CallError):
            self._counts["failed calls"] += 1
            values = (self._round, place, call.kind, call.subject, outcome.kind, str(outcome)[:200])
            self._write.execute("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)", values)
            if outcome.kind in (MISSING, REFUSED):
                self._close(planned, FAILED)
            else:
                self._put_off(planned)
            found = opened = 0.0
        else:
            self._counts["odd entries"] += outcome.odd
            self._opened = 0.0
            promised = (
                planned.promise * MOST_IDS / len(planned.subjects) if call.kind == TRACKS else None
            )
            found = self._tracks(outcome.tracks, promised)
            found += sum(
                self._playlist(body, whole=call.kind == PLAYLIST) for body in outcome.playlists
            )
            self._people(planned, outcome.people)
            opened = self._opened
            self._close(planned, DONE)
            self._go_on(planned, outcome, found + opened)
        discount = self._settings.discount
        self._arms[call.kind] = discounted(
            self._arm(call.kind), planned.promise, found + opened, discount
        )
        self._arms[ALL] = discounted(
            self._arm(ALL), planned.promise, found, 1 - (1 - discount) / LONGER
        )

    def finish(self, visit: dict[str, Any] | None) -> None:
        """Write what was counted, with the visit that goes on if there is one, and go on to the
        next round.
        """
        if visit:
            self._state.keep(VISIT, visit)
            self._write.execute(
                "UPDATE playlists SET visited = 1 WHERE id = ?", (visit["playlist"],)
            )
        arms = [(arm.kind, arm.calls, arm.gain, arm.promised) for arm in self._arms.values()]
        self._write.executemany("INSERT OR REPLACE INTO arms VALUES (?, ?, ?, ?)", arms)
        self._write.executemany(
            "INSERT OR REPLACE INTO genres VALUES (?, ?)", sorted(self._known.items())
        )
        add = "INSERT INTO counts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = number + excluded.number"
        self._write.executemany(add, sorted(self._counts.items()))
        keep_removed(self._state, self._removed)
        self._state.keep("round", self._round + 1)

    def _close(self, planned: Planned, state: int) -> None:
        kind = TRACKS if planned.call.kind == TRACK else planned.call.kind
        rows = [(state, kind, subject) for subject in planned.subjects]
        self._write.executemany("UPDATE calls SET state = ? WHERE kind = ? AND subject = ?", rows)

    def _put_off(self, planned: Planned) -> None:
        """Leave a call without an answer of use open, with little promise, until it failed TRIES
        times.
        """
        kind = TRACKS if planned.call.kind == TRACK else planned.call.kind
        change = "pages = pages + 1, promise = promise * ?, state = CASE WHEN pages + 1 < ? THEN ? ELSE ? END"
        rows = [(FADING, TRIES, OPEN, FAILED, kind, subject) for subject in planned.subjects]
        self._write.executemany(f"UPDATE calls SET {change} WHERE kind = ? AND subject = ?", rows)  # noqa: S608

    def _go_on(self, planned: Planned, reply: Reply, gain: float) -> None:
        """Open the call for the next page of a list, unless there were too many, or the page was
        this one.
        """
        call = planned.call
        if not reply.page:
            return
        last = planned.pages + 1 >= self._settings.pages or self._settings.score == SEED
        if not planned.subjects or reply.page == call.page or last:
            self._counts["pages left out"] += 1
            return
        promise = (
            gain / self._rates[call.kind]
            if gain and self._rates.get(call.kind)
            else planned.promise * FADING
        )
        values = (OPEN, reply.page, planned.pages + 1, promise, call.kind, planned.subjects[0])
        self._write.execute(
            "UPDATE calls SET state = ?, page = ?, pages = ?, promise = ? WHERE kind = ? AND subject = ?",
            values,
        )

    def _tracks(self, bodies: Sequence[Body], promised: float | None = None) -> float:
        """Keep the tracks that are given in full and are new, open what follows from them, and
        return their worth.

        `promised`: the mean promise of their ids, None for tracks that stand together.
        """
        full = {id_of(body) or 0: body for body in bodies if is_full(body)}
        unwanted = {
            number
            for number, body in full.items()
            if self._removed.has_track(number, uploader_of(body), body.get("permalink_url"))
        }
        self._counts["removed"] += len(unwanted)
        # A page or a user says nothing of ids, by which playlists name tracks.
        self._removed.tracks |= unwanted
        kept = [
            (judged(b, self._genre_of, self._settings), b)
            for number, b in full.items()
            if number not in unwanted
        ]
        new = [
            pair
            for pair in kept
            if not self._state.rows("SELECT 1 FROM tracks WHERE id = ?", (pair[0].id,))
        ]
        rows = [
            (*each[:2], each.free, each.okay, each.counts, each.genre, _as_text(slim_track(b)))
            for each, b in new
        ]
        self._write.executemany("INSERT INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        done = [(TRACKS, each.id, 0.0, 0, DONE) for each, _ in new]
        self._open(done, ENDED)
        for each, _ in new:
            self._counts["tracks"] += 1
            self._counts["free tracks"] += each.free
            self._counts["tracks that count"] += each.counts
            self._known[each.genre] += each.counts
        worth = sum(self._need.get(each.genre, 1.0) for each, _ in new if each.counts)
        share = sum(each.counts for each, _ in kept) / max(1, len(kept))
        self._follow([each for each, _ in new], share, promised)
        return worth

    def _follow(self, new: Sequence[Judged], share: float, promised: float | None) -> None:
        """Open the calls that follow from tracks: their playlists, likers, and what their uploaders
        have.

        `share`: of the tracks that stand together, those that count. `promised`: see `_tracks`.
        """
        worth = {each.id: self._need.get(each.genre, 1.0) for each in new if each.counts}
        # The promise of an id has the need of its genre in it already.
        near = {
            number: (need * share if promised is None else promised) + need * MIXED
            for number, need in worth.items()
        }
        lists = [
            (
                PLAYLISTS,
                each.id,
                near.get(each.id, DULL) * self._fame(each),
                self._tie(each.id),
                OPEN,
            )
            for each in new
        ]
        likers = [
            (LIKERS, number, promise, self._tie(number), OPEN) for number, promise in near.items()
        ]
        self._open([*lists, *likers], HIGHER)
        owners = [
            (UPLOADS, each.uploader, worth[each.id], self._tie(each.uploader), OPEN)
            for each in new
            if each.counts and each.uploader
        ]
        self._open(owners, SUM)

    def _fame(self, track: Judged) -> float:
        """Return the factor by which a track is expected to be in more lists than one that is just
        liked enough.
        """
        times = max(1.0, track.likes / max(1, self._settings.min_likes))
        return min(FAMOUS, math.sqrt(times))

    def _playlist(self, body: Body, *, whole: bool) -> float:
        """Keep a playlist and what it shows in full, open calls for the rest, and return the worth
        of what is new.

        `whole`: it was asked for alone, and lists what it did not before.
        """
        number = id_of(body) or 0
        entries = entries_of(body)
        if self._removed.has_playlist(number, uploader_of(body)):
            self._counts["removed"] += 1
            return 0.0
        known = bool(self._state.rows("SELECT 1 FROM playlists WHERE id = ?", (number,)))
        if is_system(body) or not entries or known is not whole:
            self._counts["playlists seen again, empty or not by people"] += 1
            return 0.0
        shown = [each for each in body["tracks"] if isinstance(each, dict) and id_of(each)]
        full = [each for each in shown if is_full(each)]
        gain = self._tracks(full)
        counts = [judged(each, self._genre_of, self._settings) for each in full]
        seen = [each.id for each in counts]
        texts = (_as_text(entries), _as_text(slim_playlist(body)))
        if known:
            self._write.execute(
                "UPDATE playlists SET entries = ?, body = ? WHERE id = ?", (*texts, number)
            )
        else:
            values = (number, uploader_of(body), 0, _as_text(seen), *texts)
            self._write.execute("INSERT INTO playlists VALUES (?, ?, ?, ?, ?, ?)", values)
            self._counts["playlists"] += 1
            gain += self._settings.playlist * (sum(each.counts for each in counts) > 1)
        promise = sum(self._need.get(each.genre, 1.0) for each in counts if each.counts) + 0.25
        self._rest(body, entries, seen, promise / (len(full) + 1))
        return gain

    def _rest(
        self, body: Body, entries: Sequence[Entry], seen: Sequence[int], promise: float
    ) -> None:
        """Open calls for the tracks that a playlist does not show in full, or for the playlist if
        it lists none.
        """
        rest = {id_of_entry(each) for each in entries} - {0, *seen} - self._removed.tracks
        stubs = [(TRACKS, each, promise, self._tie(each), OPEN) for each in sorted(rest)]
        raised = self._open(stubs, HIGHER)
        self._opened += raised * surplus(
            promise / MOST_IDS, self._rates[TRACKS], self._average, 1 / MOST_IDS
        )
        if missing := unlisted(body):
            number, promise = id_of(body) or 0, promise * missing / MOST_IDS
            raised = self._open([(PLAYLIST, number, promise, self._tie(number), OPEN)], HIGHER)
            self._opened += raised * surplus(promise, self._rates[PLAYLIST], self._average)

    def _people(self, planned: Planned, people: Sequence[int]) -> None:
        """Open calls for what people like, and for all that somebody has who was named at the
        start.
        """
        kinds = (UPLOADS, LISTS, LIKES) if planned.call.kind == RESOLVE else (LIKES,)
        promise = float(self._round) if self._settings.score == SEED else planned.promise
        there = [each for each in dict.fromkeys(people) if each not in self._removed.users]
        self._counts["removed"] += len(set(people)) - len(there)
        rows = [(kind, each, promise, self._tie(each), OPEN) for each in there for kind in kinds]
        raised = self._open(
            rows, SUM if len(kinds) == 1 and self._settings.score != SEED else HIGHER
        )
        self._opened += raised * surplus(promise, self._rates[LIKES], self._average)

    def _open(self, rows: Sequence[tuple[str, int, float, int, int]], change: str) -> int:
        """Enter calls, by one of the statements ENDED, HIGHER and SUM, and return how many are new
        or changed.
        """
        if self._settings.score == UNIFORM:
            rows = [(kind, subject, 0.0, tie, state) for kind, subject, _, tie, state in rows]
        return max(0, self._write.executemany(change, rows).rowcount)

    def _tie(self, subject: int) -> int:
        """Return a number that orders equal promises as if at random."""
        mixed = (subject + self._settings.seed * 0x9E3779B9) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        return (mixed ^ mixed >> 31) * 0x94D049BB133111EB & (1 << 62) - 1


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
