"""Results of a round, written into the state: tracks, playlists, and new calls."""

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
from playlist2vec.online.crawling.frontier import FADING, HIGHER, SUM, Frontier
from playlist2vec.online.crawling.planning import KINDS, VISIT, Planned
from playlist2vec.online.crawling.removal import keep_removed
from playlist2vec.online.crawling.settings import SEED
from playlist2vec.online.crawling.state import DONE, FAILED, CrawlState
from playlist2vec.online.soundcloud.answers import MISSING, REFUSED, CallError, Reply
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    LISTS,
    MOST_IDS,
    PLAYLIST,
    PLAYLISTS,
    RESOLVE,
    TRACKS,
    UPLOADS,
)
from playlist2vec.sources.soundcloud.records import id_of, is_system

DULL = 0.001
"""The promise of calls for the playlists of a track that does not count."""
MIXED = 0.1
"""Share of a track's worth that is added to the promise of the track's playlists and likers."""
FAMOUS = 10.0
"""Upper limit of the factor for a track's fame in the promise of the track's playlists."""


class Absorber:
    """Writer of a round's answers into the state, in the order of the plan.

    `genre_of`: see `genre_finder`.
    """

    def __init__(
        self, state: CrawlState, genre_of: Callable[[str], str], genres: int, removed: Removals
    ) -> None:
        self._state = state
        self._write = state.connection
        self._frontier = Frontier(state)
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
        """Write a call's outcome into the state; `place`: the index of the call in the plan."""
        call = planned.call
        self._counts["calls"] += 1
        if isinstance(outcome, CallError):
            self._counts["failed calls"] += 1
            values = (self._round, place, call.kind, call.subject, outcome.kind, str(outcome)[:200])
            self._write.execute("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)", values)
            if outcome.kind in (MISSING, REFUSED):
                self._frontier.close(planned, FAILED)
            else:
                self._frontier.postpone(planned)
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
            self._frontier.close(planned, DONE)
            self._go_on(planned, outcome, found + opened)
        discount = self._settings.discount
        self._arms[call.kind] = discounted(
            self._arm(call.kind), planned.promise, found + opened, discount
        )
        self._arms[ALL] = discounted(
            self._arm(ALL), planned.promise, found, 1 - (1 - discount) / LONGER
        )

    def finish(self, visit: dict[str, Any] | None) -> None:
        """Write the counts and the current visit, if any, and advance to the next round."""
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
        add = (
            "INSERT INTO counts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = number + "
            "excluded.number"
        )
        self._write.executemany(add, sorted(self._counts.items()))
        keep_removed(self._state, self._removed)
        self._state.keep("round", self._round + 1)

    def _go_on(self, planned: Planned, reply: Reply, gain: float) -> None:
        """Open the call for the next page of a list; stop at the limit and at a repeated page."""
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
        self._frontier.continue_at(planned, reply.page, promise)

    def _tracks(self, bodies: Sequence[Body], promised: float | None = None) -> float:
        """Keep new tracks given in full, open the calls that follow, and return the worth gained.

        `promised`: the mean promise of the ids, None for tracks that were listed together.
        """
        full = {id_of(body) or 0: body for body in bodies if is_full(body)}
        unwanted = {
            number
            for number, body in full.items()
            if self._removed.has_track(number, uploader_of(body), body.get("permalink_url"))
        }
        self._counts["removed"] += len(unwanted)
        # Playlists name tracks by id only, so ids removed by page or user are noted.
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
        self._frontier.end(TRACKS, (each.id for each, _ in new))
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
        """Open calls for the playlists and likers of tracks, and for the uploads of the uploaders.

        `share`: the part of the tracks listed together that count. `promised`: see `_tracks`.
        """
        worth = {each.id: self._need.get(each.genre, 1.0) for each in new if each.counts}
        # The promise of an id already includes the need of the genre.
        near = {
            number: (need * share if promised is None else promised) + need * MIXED
            for number, need in worth.items()
        }
        lists = [(PLAYLISTS, each.id, near.get(each.id, DULL) * self._fame(each)) for each in new]
        likers = [(LIKERS, number, promise) for number, promise in near.items()]
        self._frontier.open([*lists, *likers], HIGHER)
        owners = [
            (UPLOADS, each.uploader, worth[each.id])
            for each in new
            if each.counts and each.uploader
        ]
        self._frontier.open(owners, SUM)

    def _fame(self, track: Judged) -> float:
        """Return the expected number of playlists, relative to a track with just enough likes."""
        times = max(1.0, track.likes / max(1, self._settings.min_likes))
        return min(FAMOUS, math.sqrt(times))

    def _playlist(self, body: Body, *, whole: bool) -> float:
        """Keep a playlist and its tracks, open calls for the rest, and return the worth gained.

        `whole`: True if the playlist was requested alone, and lists tracks that were missing
        before.
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
        """Open calls for the tracks that a playlist does not show in full, and for unlisted tracks.

        Unlisted tracks are requested by a call for the whole playlist.
        """
        rest = {id_of_entry(each) for each in entries} - {0, *seen} - self._removed.tracks
        stubs = [(TRACKS, each, promise) for each in sorted(rest)]
        raised = self._frontier.open(stubs, HIGHER)
        self._opened += raised * surplus(
            promise / MOST_IDS, self._rates[TRACKS], self._average, 1 / MOST_IDS
        )
        if missing := unlisted(body):
            number, promise = id_of(body) or 0, promise * missing / MOST_IDS
            raised = self._frontier.open([(PLAYLIST, number, promise)], HIGHER)
            self._opened += raised * surplus(promise, self._rates[PLAYLIST], self._average)

    def _people(self, planned: Planned, people: Sequence[int]) -> None:
        """Open calls for the likes of people, and for all lists of a user named as a start."""
        kinds = (UPLOADS, LISTS, LIKES) if planned.call.kind == RESOLVE else (LIKES,)
        promise = float(self._round) if self._settings.score == SEED else planned.promise
        there = [each for each in dict.fromkeys(people) if each not in self._removed.users]
        self._counts["removed"] += len(set(people)) - len(there)
        rows = [(kind, each, promise) for each in there for kind in kinds]
        raised = self._frontier.open(
            rows, SUM if len(kinds) == 1 and self._settings.score != SEED else HIGHER
        )
        self._opened += raised * surplus(promise, self._rates[LIKES], self._average)


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
