"""A scrape: batches of the queue, taken by several threads, with outcomes in the queue's order."""

from collections.abc import Iterator
from contextlib import closing

from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.fetching.in_order import in_order
from playlist2vec.online.scraping.queue import FAILED, LEFT_OUT, Outcome, finish, waiting
from playlist2vec.online.scraping.rules import Body
from playlist2vec.online.scraping.taking import Taker
from playlist2vec.online.soundcloud.answers import SILENT, CallError
from playlist2vec.online.soundcloud.calls import MOST_IDS, tracks_call
from playlist2vec.online.soundcloud.client import SoundCloud, StoppedError
from playlist2vec.sources.soundcloud.records import id_of

GIVE_UP = 5
"""Tracks in a row without a usable result after which the network or the service is to blame.

A track that failed before, and has an answer, is to blame itself and does not count.
"""


def scrape(
    state: CrawlState, soundcloud: SoundCloud, taker: Taker, *, threads: int = 1
) -> Iterator[Outcome]:
    """Take all waiting tracks, and yield every outcome after keeping it.

    The metadata of 50 tracks are requested at once, which excludes many tracks without a separate
    call; the metadata of the rest are requested again just before the sound is taken. `threads`:
    tracks that are taken at a time; the number does not change the result. Raises StoppedError if
    no further call may be made, and after GIVE_UP failures in a row.
    """
    row = 0
    while ids := waiting(state):
        for start in range(0, len(ids), MOST_IDS):
            for outcome in _take_batch(soundcloud, taker, ids[start : start + MOST_IDS], threads):
                failed_before = finish(state, outcome)
                if outcome.state != FAILED:
                    row = 0
                elif not failed_before or outcome.reason.startswith(SILENT):
                    row += 1
                yield outcome
                if row == GIVE_UP:
                    raise StoppedError(
                        f"{GIVE_UP} tracks in a row brought nothing, the last one, {outcome.id}: "
                        f"{outcome.reason}: expected answers of SoundCloud"
                    )


def _take_batch(
    soundcloud: SoundCloud, taker: Taker, ids: list[int], threads: int
) -> Iterator[Outcome]:
    """Yield the outcomes of some tracks in order."""
    bodies = _present(soundcloud, ids)

    def work(number: int) -> Outcome:
        refused = taker.refuse(number, bodies[number]) if number in bodies else ""
        return Outcome(number, LEFT_OUT, refused) if refused else taker.take(number)

    with closing(in_order([work] * threads, ids, threads)) as done:
        for _, future in done:
            yield future.result()


def _present(soundcloud: SoundCloud, ids: list[int]) -> dict[int, Body]:
    """Return the available metadata of tracks by id; missing tracks are requested singly later."""
    try:
        found = soundcloud.ask(tracks_call(ids)).tracks
    except CallError:
        return {}
    return {id_of(body) or 0: body for body in found}
