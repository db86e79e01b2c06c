"""Rounds of a crawl: planned from the state, requested in threads, kept in the plan's order."""

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
"""Consecutive calls without a usable answer after which the crawl stops.

The network or the service is then to blame, not a call.
"""
Ask = Callable[[Call], Reply]
"""Function that answers a call; raises CallError or StoppedError (see `SoundCloud.ask`)."""


class Round(NamedTuple):
    """Counts of a finished round: calls, and calls without a result."""

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
    """Yield the rounds of a crawl after they are kept, until no call is left.

    `removed`: content that is neither kept nor requested. `threads`: calls at a time; the number
    does not change the result. `progress`: called after every call. An incomplete round is not
    kept, so the next crawl plans the same round again. Raises StoppedError if no further call may
    be made, and after GIVE_UP consecutive failures.
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
    """Return the outcomes of a plan's calls, in order, and the number of failures in a row.

    `row`: the number of failures in a row before the plan; the result is the number at its end.
    Raises StoppedError when the number is GIVE_UP.
    """
    outcomes: list[Reply | CallError] = []
    calls = [planned.call for planned in plan.calls]
    with closing(in_order([ask] * min(threads, max(1, len(calls))), calls, threads)) as answers:
        for call, future in answers:
            error = future.exception()
            if isinstance(error, CallError):
                outcomes.append(error)
                # Missing content is an answer of the service.
                row = 0 if error.kind == MISSING else row + 1
            elif error is not None:
                raise error
            else:
                outcomes.append(future.result())
                row = 0
            if row == GIVE_UP:
                raise StoppedError(
                    f"{GIVE_UP} calls in a row brought nothing, the last one of {call.kind}: "
                    f"{error}: expected answers of SoundCloud"
                )
            progress()
    return outcomes, row
