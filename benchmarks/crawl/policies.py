"""How many free tracks the policies of a crawl find on generated worlds, for so many calls."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from benchmarks.data.soundcloud_world import World
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.rounds import Ask, crawl
from playlist2vec.online.crawling.settings import CrawlSettings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.crawling.statistics import COMMON
from playlist2vec.online.soundcloud.answers import CallError, Reply
from playlist2vec.online.soundcloud.calls import RESOLVE, UPLOADS, Call
from playlist2vec.sources.soundcloud.genres import Genres

POLICIES = ("arms", "arms without uploads", "uniform", "seed")


class Found(NamedTuple):
    """What a policy found: calls, tracks that count, genres with COMMON of them or more, and seconds of CPU."""

    calls: int
    tracks: int
    genres: int
    cpu: float


def run(world: World, policy: str, calls: Sequence[int], seed: int, genres: Genres) -> list[Found]:
    """Return what a policy has found after so many calls, ascending, each time at the end of a round."""
    ask: Ask = world.ask if policy != "arms without uploads" else _without_uploads(world)
    settings = replace(CrawlSettings(), score=policy.split()[0], seed=seed)
    state = CrawlState.open(":memory:", settings, [(RESOLVE, world.start)])
    left, found = list(calls), list[Found]()
    start = time.process_time()
    # An end before all calls are made, as on a small world, is the last that is found.
    for _ in crawl(state, ask, genres, Removals(), progress=lambda: None):
        counts = state.counts()
        while left and counts["calls"] >= left[0]:
            left.pop(0)
            found.append(_found(state, time.process_time() - start))
        if not left:
            break
    found += [_found(state, time.process_time() - start)] * len(left)
    state.close()
    return found


def _found(state: CrawlState, cpu: float) -> Found:
    counts, genres = state.counts(), state.genres()
    common = sum(number >= COMMON for genre, number in genres.items() if genre)
    return Found(counts["calls"], counts["tracks that count"], common, cpu)


def _without_uploads(world: World) -> Ask:
    """Return a world whose uploaders show nothing."""

    def ask(call: Call) -> Reply:
        if call.kind == UPLOADS:
            raise CallError("missing", "404 Not Found")
        return world.ask(call)

    return ask
