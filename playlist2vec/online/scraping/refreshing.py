"""Refresh of a crawl: request all tracks again, and drop tracks that may no longer be kept."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from playlist2vec.online.crawling.bodies import slim_track
from playlist2vec.online.crawling.removal import delete_tracks, forget_tracks
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.fetching.in_order import in_order
from playlist2vec.online.scraping.queue import LEFT_OUT, TAKEN, metadata_text
from playlist2vec.online.scraping.rules import DELETED, LICENCE, PRIVATE, Body, refusal
from playlist2vec.online.soundcloud.answers import MISSING, CallError
from playlist2vec.online.soundcloud.calls import MOST_IDS, TRACK, Call, tracks_call
from playlist2vec.online.soundcloud.client import SoundCloud, StoppedError
from playlist2vec.sources.soundcloud.judging import SHARED
from playlist2vec.sources.soundcloud.records import id_of

GIVE_UP = 5
"""Calls in a row without a usable answer after which the network or the service is to blame."""
_KEY = "refreshed"
"""Key of the state for the last track of an unfinished refresh."""


class Batch(NamedTuple):
    """Current metadata of some tracks, None for deleted tracks, and the ids without an answer.

    `failure`: the reason if the batch as a whole failed, else empty.
    """

    bodies: dict[int, Body | None]
    unanswered: list[int]
    failure: str = ""


def refresh(
    state: CrawlState, soundcloud: SoundCloud, *, threads: int = 1
) -> Iterator[Counter[str]]:
    """Request the metadata of all tracks, 50 a call, and yield the counts of every kept batch.

    Counted are `asked`, and of these `deleted`, `private`, `licence` (a free licence was lost),
    `unanswered`, and `kept`; in addition `withdrawn`, tracks that stay in the crawl and whose sound
    leaves. A refresh that is stopped is resumed later. Raises StoppedError as `SoundCloud.ask`, and
    after GIVE_UP failures in a row.
    """
    last = state.meta(_KEY) or 0
    ids = [row[0] for row in state.rows("SELECT id FROM tracks WHERE id > ? ORDER BY id", (last,))]
    batches = [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]
    row = 0

    def work(batch: Sequence[int]) -> Batch:
        return _ask(soundcloud, batch)

    with closing(in_order([work] * threads, batches, threads)) as done:
        for batch, future in done:
            found = future.result()
            row = row + 1 if found.failure else 0
            if row == GIVE_UP:
                raise StoppedError(
                    f"{GIVE_UP} calls in a row brought nothing, the last one: {found.failure}: "
                    "expected answers of SoundCloud"
                )
            with state.transaction():
                counts = _absorb(state, found)
                if not found.failure:
                    state.keep(_KEY, batch[-1])
            yield counts
    with state.transaction():
        state.connection.execute("DELETE FROM meta WHERE key = ?", (_KEY,))


def _ask(soundcloud: SoundCloud, ids: Sequence[int]) -> Batch:
    """Request some tracks; request missing tracks singly, before counting them as deleted."""
    try:
        found = {id_of(body) or 0: body for body in soundcloud.ask(tracks_call(list(ids))).tracks}
    except CallError as error:
        return Batch({}, list(ids), str(error))
    bodies: dict[int, Body | None] = {}
    unanswered = []
    for number in ids:
        try:
            bodies[number] = found[number] if number in found else _ask_one(soundcloud, number)
        except CallError:
            unanswered.append(number)
    return Batch(bodies, unanswered)


def _ask_one(soundcloud: SoundCloud, number: int) -> Body | None:
    """Return the metadata of a track, None if deleted. Raises CallError if that is unknown."""
    try:
        found = [
            body
            for body in soundcloud.ask(Call(TRACK, str(number))).tracks
            if id_of(body) == number
        ]
    except CallError as error:
        if error.kind == MISSING:
            return None
        raise
    if not found:
        raise CallError("another shape", "another track than was asked for")
    return found[0]


def _absorb(state: CrawlState, batch: Batch) -> Counter[str]:
    """Write a batch into the state; delete tracks that may not be kept from state and queue."""
    leaving: dict[str, list[int]] = {DELETED: [], PRIVATE: [], LICENCE: []}
    counts = Counter(
        asked=len(batch.bodies) + len(batch.unanswered), unanswered=len(batch.unanswered)
    )
    for number, body in batch.bodies.items():
        ((free,),) = state.rows("SELECT free FROM tracks WHERE id = ?", (number,))
        reason = DELETED if body is None else refusal(body)
        if reason in (DELETED, PRIVATE) or (reason == LICENCE and free):
            leaving[reason].append(number)
        elif body is not None:
            counts["withdrawn"] += _renew(state, number, body, reason)
    forget_tracks(state, [*leaving[DELETED], *leaving[PRIVATE]])
    # Not forgotten, as the licence may return; playlists keep the track.
    delete_tracks(state, leaving[LICENCE])
    gone = [(number,) for ids in leaving.values() for number in ids]
    state.connection.executemany("DELETE FROM scraped WHERE id = ?", gone)
    counts.update({reason: len(ids) for reason, ids in leaving.items()})
    counts["kept"] = len(batch.bodies) - len(gone)
    return counts


def _renew(state: CrawlState, number: int, body: Body, reason: str) -> int:
    """Keep the present metadata of a track; return 1 if taken sound is withdrawn, else 0.

    `reason`: for withdrawing the sound, or empty. A track that became free waits for the next
    scrape; its judgement in the crawl does not change.
    """
    text = json.dumps(slim_track(body), ensure_ascii=True, separators=(",", ":"))
    free = isinstance(body.get("license"), str) and body["license"] in SHARED
    state.connection.execute(
        "UPDATE tracks SET body = ?, free = ? WHERE id = ?", (text, free, number)
    )
    if reason:
        change = (
            "state = ?, reason = ?, file = '', size = 0, sha256 = '', cover = '', metadata = ''"
        )
        values: tuple[object, ...] = (LEFT_OUT, reason, number, TAKEN)
    else:
        change, values = "metadata = ?", (metadata_text(body), number, TAKEN)
    done = state.connection.execute(
        f"UPDATE scraped SET {change} WHERE id = ? AND state = ?",  # noqa: S608
        values,
    )
    return done.rowcount if reason else 0
