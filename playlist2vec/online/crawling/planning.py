"""What the next round asks: a plan that follows from the state and from (seed, round) alone."""

import json
from typing import Any, NamedTuple

import numpy as np

from playlist2vec.online.crawling.arms import allocate
from playlist2vec.online.crawling.bodies import id_of_entry
from playlist2vec.online.crawling.seed_rule import Candidate, Seen, choose, genre_weights, sample, score_of
from playlist2vec.online.crawling.settings import SEED
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    LISTS,
    MOST_IDS,
    PLAYLISTS,
    TRACK,
    TRACKS,
    UPLOADS,
    Call,
    tracks_call,
)

KINDS = (TRACKS, PLAYLISTS, LIKERS, LIKES, UPLOADS, LISTS)
VISIT = "visit"
"""The key under which the state has the playlist that `score: seed` visits, and the step that comes next."""


class Planned(NamedTuple):
    """A call of a plan. `subjects`: the ids that it is about, none at the start. `pages`: those that came before."""

    call: Call
    subjects: tuple[int, ...] = ()
    promise: float = 1.0
    pages: int = 0


class Plan(NamedTuple):
    """The calls of a round, in order, and the visit to a playlist that the state keeps, None for none.

    Where there is neither, the crawl is at its end.
    """

    calls: list[Planned]
    visit: dict[str, Any] | None = None


def plan_round(state: CrawlState) -> Plan:
    """Return the plan of the next round."""
    number = int(state.meta("round"))
    if number == 0:
        return Plan([Planned(Call(kind, text)) for kind, text in state.meta("starts")])
    generator = np.random.default_rng([state.settings.seed, number])
    if state.settings.score == SEED:
        return _plan_visit(state, generator)
    most = state.settings.round * MOST_IDS
    numbers = allocate(state.arms(KINDS, most), state.settings, generator)
    return Plan([planned for kind in KINDS for planned in _best(state, kind, numbers[kind])])


def _best(state: CrawlState, kind: str, number: int) -> list[Planned]:
    """Return so many calls of a kind, those that promise most."""
    if number == 0:
        return []
    if kind != TRACKS:
        return [
            Planned(Call(kind, str(subject), page), (subject,), promise, pages)
            for subject, promise, page, pages in state.open_calls(kind, number)
        ]
    ids = [subject for subject, *_ in state.open_calls(TRACKS, number * MOST_IDS)]
    groups = [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]
    return [Planned(tracks_call(group), tuple(group)) for group in groups]


def _plan_visit(state: CrawlState, generator: np.random.Generator) -> Plan:
    """Return the next step of the visit that goes on, or else the first one of another visit.

    A step may be without calls, and the visit goes on in the round after.
    """
    visit = state.meta(VISIT) or {"playlist": None, "step": len(_STEPS)}
    playlist, step = visit["playlist"], visit["step"]
    if step == len(_STEPS):
        playlist, step = _chosen(state, generator), 0
    if playlist is None:
        return Plan([])
    return Plan(_STEPS[step](state, playlist), {"playlist": playlist, "step": step + 1})


def _chosen(state: CrawlState, generator: np.random.Generator) -> int | None:
    """Return the playlist that the rule draws, None if all were visited."""
    rule = state.settings
    ids = [row[0] for row in state.rows("SELECT id FROM playlists WHERE visited = 0 ORDER BY id")]
    if not ids:
        return None
    ids = [ids[place] for place in sample(len(ids), rule, generator)]
    counts = dict(state.connection.execute("SELECT genre, count(*) FROM tracks WHERE free AND okay GROUP BY genre"))
    weights = genre_weights(counts, rule.rarity)
    known = {
        number: Seen(bool(free), bool(okay), bool(okay), genre)
        for number, free, okay, genre in state.rows("SELECT id, free, okay, genre FROM tracks")
    }
    scores = [score_of(_candidate(state, each, known), weights, rule) for each in ids]
    return int(ids[choose(scores, rule, generator)])


def _candidate(state: CrawlState, playlist: int, known: dict[int, Seen]) -> Candidate:
    ((seen, entries),) = state.rows("SELECT seen, entries FROM playlists WHERE id = ?", (playlist,))
    tracks = [id_of_entry(entry) for entry in json.loads(entries)]
    new = sum(not (track in known and known[track].okay) for track in tracks)
    return Candidate([known[track] for track in json.loads(seen) if track in known], new, len(tracks))


def _tracks_of(state: CrawlState, playlist: int) -> list[int]:
    """Return the tracks of a playlist that a visit looks at, in order."""
    found = state.rows("SELECT entries FROM playlists WHERE id = ?", (playlist,))
    tracks = [id_of_entry(entry) for entry in json.loads(found[0][0])] if found else []
    return [track for track in dict.fromkeys(tracks[: state.settings.tracks]) if track]


def _ask_tracks(state: CrawlState, playlist: int) -> list[Planned]:
    """Ask for the tracks of a playlist that were not given in full, one by one."""
    waiting = "SELECT subject FROM calls WHERE kind = ? AND state = 0 AND subject = ?"
    tracks = [track for track in _tracks_of(state, playlist) if state.rows(waiting, (TRACKS, track))]
    return [Planned(Call(TRACK, str(track)), (track,)) for track in tracks]


def _ask_playlists(state: CrawlState, playlist: int) -> list[Planned]:
    """Ask for the playlists of its best tracks, free ones first, where they are open, and for likers of the first."""
    waiting = (
        "SELECT tracks.free FROM tracks JOIN calls ON calls.subject = tracks.id WHERE tracks.id = ? AND okay "
        "AND kind = ? AND state = 0"
    )
    found = [(track, state.rows(waiting, (track, PLAYLISTS))) for track in _tracks_of(state, playlist)]
    order = sorted((not rows[0][0], place, track) for place, (track, rows) in enumerate(found) if rows)
    best = [track for *_, track in order[: state.settings.expanded]]
    lists = [Planned(Call(PLAYLISTS, str(track)), (track,)) for track in best]
    return [*lists, *(Planned(Call(LIKERS, str(track)), (track,)) for track in best[:1])]


def _ask_likes(state: CrawlState, _: int) -> list[Planned]:
    """Ask for the likes of the people who were found last."""
    return _best(state, LIKES, state.settings.likers)


_STEPS = (_ask_tracks, _ask_playlists, _ask_likes)
