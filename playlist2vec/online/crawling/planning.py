"""Plan of the next round, a function of the state and of (seed, round) alone."""

import json
from typing import Any, NamedTuple

import numpy as np

from playlist2vec.online.crawling.arms import allocate, rate
from playlist2vec.online.crawling.bodies import id_of_entry
from playlist2vec.online.crawling.seed_rule import (
    Candidate,
    Seen,
    choose,
    genre_weights,
    sample,
    score_of,
)
from playlist2vec.online.crawling.settings import SEED
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    LISTS,
    MOST_IDS,
    PLAYLIST,
    PLAYLISTS,
    TRACK,
    TRACKS,
    UPLOADS,
    Call,
    tracks_call,
)

KINDS = (TRACKS, PLAYLIST, PLAYLISTS, LIKERS, LIKES, UPLOADS, LISTS)
_OPEN = "SELECT subject FROM calls INDEXED BY open_calls WHERE kind = ? AND state = 0"
VISIT = "visit"
"""Key of the state for the playlist that `score: seed` visits, and the next step of the visit."""


class Planned(NamedTuple):
    """A planned call; `subjects`: the ids in question, none for a start. `pages`: earlier pages."""

    call: Call
    subjects: tuple[int, ...] = ()
    promise: float = 1.0
    pages: int = 0


class Plan(NamedTuple):
    """The calls of a round, in order, and the visit to a playlist, None for no visit.

    A plan with neither ends the crawl.
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
    settings = state.settings
    best = {kind: _best(state, kind, settings.round) for kind in KINDS}
    promises = {kind: [planned.promise for planned in calls] for kind, calls in best.items()}
    rates = {arm.kind: rate(arm, settings.prior) for arm in state.arms(KINDS)}
    numbers = allocate(promises, rates, settings, generator)
    return Plan([planned for kind in KINDS for planned in best[kind][: numbers[kind]]])


def _best(state: CrawlState, kind: str, number: int) -> list[Planned]:
    """Return `number` calls of a kind with the highest promise.

    A call for ids promises the mean over MOST_IDS places; an empty place counts as 0.
    """
    if kind != TRACKS:
        return [
            Planned(Call(kind, str(subject), page), (subject,), promise, pages)
            for subject, promise, page, pages in state.open_calls(kind, number)
        ]
    found = state.open_calls(TRACKS, number * MOST_IDS)
    groups = [found[start : start + MOST_IDS] for start in range(0, len(found), MOST_IDS)]
    return [
        _for_ids([each[0] for each in group], sum(each[1] for each in group) / MOST_IDS)
        for group in groups
    ]


def _for_ids(ids: list[int], promise: float) -> Planned:
    return Planned(tracks_call(ids), tuple(ids), promise)


def _plan_visit(state: CrawlState, generator: np.random.Generator) -> Plan:
    """Return the next step of the current visit, or else the first step of a new visit.

    A step may be without calls; the visit then continues in the next round.
    """
    visit = state.meta(VISIT) or {"playlist": None, "step": len(_STEPS)}
    playlist, step = visit["playlist"], visit["step"]
    if step == len(_STEPS):
        playlist, step = _chosen(state, generator), 0
    if playlist is None:
        return Plan([])
    if step == 0 and state.rows(f"{_OPEN} AND subject = ?", (PLAYLIST, playlist)):
        return Plan(
            [Planned(Call(PLAYLIST, str(playlist)), (playlist,))], {"playlist": playlist, "step": 0}
        )
    return Plan(_STEPS[step](state, playlist), {"playlist": playlist, "step": step + 1})


def _chosen(state: CrawlState, generator: np.random.Generator) -> int | None:
    """Return the playlist that the rule draws, None if all were visited."""
    rule = state.settings
    ids = [row[0] for row in state.rows("SELECT id FROM playlists WHERE visited = 0 ORDER BY id")]
    if not ids:
        return None
    ids = [ids[place] for place in sample(len(ids), rule, generator)]
    counts = dict(
        state.connection.execute(
            "SELECT genre, count(*) FROM tracks WHERE free AND okay GROUP BY genre"
        )
    )
    weights = genre_weights(counts, rule.rarity)
    known = {
        number: Seen(bool(free), bool(okay), bool(okay), genre)
        for number, free, okay, genre in state.rows("SELECT id, free, okay, genre FROM tracks")
    }
    short = {row[0] for row in state.rows(_OPEN, (PLAYLIST,))}
    scores = [score_of(_candidate(state, each, known, short), weights, rule) for each in ids]
    return int(ids[choose(scores, rule, generator)])


def _candidate(
    state: CrawlState, playlist: int, known: dict[int, Seen], short: set[int]
) -> Candidate:
    """Return a playlist as a candidate; unlisted tracks of `short` playlists count as new."""
    ((seen, entries, body),) = state.rows(
        "SELECT seen, entries, body FROM playlists WHERE id = ?", (playlist,)
    )
    tracks = [id_of_entry(entry) for entry in json.loads(entries)]
    unlisted = json.loads(body)["track_count"] - len(tracks) if playlist in short else 0
    new = sum(not (track in known and known[track].okay) for track in tracks) + unlisted
    return Candidate(
        [known[track] for track in json.loads(seen) if track in known], new, len(tracks) + unlisted
    )


def _tracks_of(state: CrawlState, playlist: int) -> list[int]:
    """Return the tracks of a playlist that a visit considers, in order."""
    found = state.rows("SELECT entries FROM playlists WHERE id = ?", (playlist,))
    tracks = [id_of_entry(entry) for entry in json.loads(found[0][0])] if found else []
    return [track for track in dict.fromkeys(tracks[: state.settings.tracks]) if track]


def _ask_tracks(state: CrawlState, playlist: int) -> list[Planned]:
    """Plan single calls for the tracks of a playlist that were not given in full."""
    waiting = "SELECT subject FROM calls WHERE kind = ? AND state = 0 AND subject = ?"
    tracks = [
        track for track in _tracks_of(state, playlist) if state.rows(waiting, (TRACKS, track))
    ]
    return [Planned(Call(TRACK, str(track)), (track,)) for track in tracks]


def _ask_playlists(state: CrawlState, playlist: int) -> list[Planned]:
    """Plan calls for the playlists of the best tracks, free tracks first.

    The last call is for the likers of the best track.
    """
    waiting = (
        "SELECT tracks.free FROM tracks JOIN calls ON calls.subject = tracks.id "
        "WHERE tracks.id = ? AND okay AND kind = ? AND state = 0"
    )
    found = [
        (track, state.rows(waiting, (track, PLAYLISTS))) for track in _tracks_of(state, playlist)
    ]
    order = sorted(
        (not rows[0][0], place, track) for place, (track, rows) in enumerate(found) if rows
    )
    best = [track for *_, track in order[: state.settings.expanded]]
    lists = [Planned(Call(PLAYLISTS, str(track)), (track,)) for track in best]
    return [*lists, *(Planned(Call(LIKERS, str(track)), (track,)) for track in best[:1])]


def _ask_likes(state: CrawlState, _: int) -> list[Planned]:
    """Plan calls for the likes of the people who were found last."""
    return _best(state, LIKES, state.settings.likers)


_STEPS = (_ask_tracks, _ask_playlists, _ask_likes)
