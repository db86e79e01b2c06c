"""The rounds of a crawl: each is planned from the state, asked by several threads, and kept in the
plan's order.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import NamedTuple

from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.absorbing import Absorber
from playlist2vec.online.crawling.bodies import genre_finder
from playlist2vec.online.crawling.planning import Plan, plan_round
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.fetching.in_order import in_order
from playlist2vec.online.soundcloud.answers import MISSING, CallError, Reply
from playlist2vec.online.soundcloud.calls import Call
from playlist2vec.online.soundcloud.client import StoppedError
from playlist2vec.sources.soundcloud.genres import Genres

GIVE_UP = 5
"""Calls in a row without an answer of use after which the network or the service, not a call, is to
blame.
"""
Ask = Callable[[Call], Reply]
"""Answers a call; raises CallError or StoppedError (see `SoundCloud.ask`)."""


class Round(NamedTuple):
    """A round that was kept: its calls and those that brought nothing."""

    calls: int
    failures: int


def crawl(
    state: CrawlState,
    ask: Ask,
    genres: Genres,
    removed: Removals,
    *,
    threads: int = 1,
    progress: Callable[[], object],
) -> Iterator[Round]:
    """Make one round after the other and yield each when it is kept; end when nothing is left to
    ask.

    `removed`: what is neither kept nor asked for. `threads`: calls that are made at once; they
    change nothing in what is kept. `progress`: is called after each call. A round that is not whole
    is not kept, so the next crawl plans the same again. Raises StoppedError where no further call
    may be made, and after GIVE_UP failures in a row.
    """
    genre_of = genre_finder(genres)
    number = len({genre for genre in genres.genre_of.values() if genre})
    row = 0
    while (plan := plan_round(state)).calls or plan.visit:
        outcomes, row = _ask_all(plan, ask, threads, progress, row)
        with state.transaction():
            absorber = Absorber(state, genre_of, number, removed)
            for place, (planned, outcome) in enumerate(zip(plan.calls, outcomes, strict=True)):
                absorber.add(place, planned, outcome)
            absorber.finish(plan.visit)
        yield Round(len(outcomes), sum(isinstance(outcome, CallError) for outcome in outcomes))


def _ask_all(
    plan: Plan, ask: Ask, threads: int, progress: Callable[[], object], row: int
) -> tuple[list[Reply | CallError], int]:
    """Return the outcomes of a plan's calls, in its order, and the number of failures in a row at
    its end.

    `row`: that number before it. Raises StoppedError when it is GIVE_UP.
    """
    outcomes: list[Reply | CallError] = []
    calls = [planned.call for planned in plan.calls]
    with closing(in_order([ask] * min(threads, max(1, len(calls))), calls, threads)) as answers:
        for call, future in answers:
            error = future.exception()
            if isinstance(error, CallError):
                outcomes.append(error)
                # That something is gone is an answer.
                row = 0 if error.kind == MISSING else row + 1
            elif error is not None:
                raise error
            else:
                outcomes.append(future.result())
                row = 0
            if row == GIVE_UP:
                raise StoppedError(
                    f"{GIVE_UP} calls in a row brought nothing, the last one of {call.kind}: {error}: expected "
                    "answers of SoundCloud"
                )
            progress()
    return outcomes, row
