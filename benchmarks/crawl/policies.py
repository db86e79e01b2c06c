"""The number of free tracks found by the policies of a crawl on generated worlds."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from benchmarks.data.soundcloud_world import World
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.bodies import id_of_entry
from playlist2vec.online.crawling.rounds import crawl
from playlist2vec.online.crawling.settings import SEED, CrawlSettings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.crawling.statistics import COMMON
from playlist2vec.online.soundcloud.calls import RESOLVE
from playlist2vec.sources.soundcloud.genres import Genres

WITHOUT = "arms without uploads"
POLICIES = ("arms", WITHOUT, "uniform", SEED)


class Found(NamedTuple):
    """The results of a policy: calls, tracks that count, playlists, genres, and CPU seconds.

    `playlists`: with two or more tracks that count. `genres`: with COMMON or more.
    """

    calls: int
    tracks: int
    playlists: int
    genres: int
    cpu: float


def run(world: World, policy: str, calls: Sequence[int], seed: int, genres: Genres) -> list[Found]:
    """Return the results of a policy after every number of `calls`, at the end of a round.

    `calls`: ascending.
    """
    world = replace(world, uploads=policy != WITHOUT)
    settings = replace(CrawlSettings(), score=policy.split()[0], seed=seed)
    state = CrawlState.open(":memory:", settings, [(RESOLVE, world.start(seed))])
    left, found = list(calls), list[Found]()
    start = time.process_time()
    # A crawl that ends before all calls, as on a small world, keeps its last result.
    for _ in crawl(state, world.ask, genres, Removals(), progress=lambda: None):
        made = state.counts()["calls"]
        while left and made >= left[0]:
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
    wanted = {row[0] for row in state.rows("SELECT id FROM tracks WHERE counts")}
    lists = state.connection.execute("SELECT entries FROM playlists")
    playlists = sum(_has_two(map(id_of_entry, json.loads(entries)), wanted) for (entries,) in lists)
    return Found(counts["calls"], counts["tracks that count"], playlists, common, cpu)


def _has_two(entries: Iterable[int], wanted: set[int]) -> bool:
    return len(wanted.intersection(entries)) > 1
