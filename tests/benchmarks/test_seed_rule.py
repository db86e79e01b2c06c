"""The rule of 2021 in a crawl of a generated world: each visit is the one that a plain form of the
rule draws.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.planning import VISIT
from playlist2vec.online.crawling.rounds import crawl
from playlist2vec.online.crawling.seed_rule import Candidate, Seen
from playlist2vec.online.crawling.settings import CrawlSettings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.soundcloud.calls import RESOLVE
from tests.benchmarks.test_crawl import GENRES, world
from tests.online.crawling.test_scores import plain_choice


def plain_visit(state: CrawlState) -> int:
    """The playlist that is to be visited next, from all that the state holds."""
    tracks = {
        number: Seen(bool(free), bool(okay), bool(okay), genre)
        for number, free, okay, genre in state.rows("SELECT id, free, okay, genre FROM tracks")
    }
    counts: dict[str, int] = {}
    for seen in tracks.values():
        if seen.free and seen.okay:
            counts[seen.genre] = counts.get(seen.genre, 0) + 1
    waiting = sorted(state.rows("SELECT id, seen, entries, body FROM playlists WHERE visited = 0"))
    candidates = []
    for _, shown, entries, body in waiting:
        length = json.loads(body)["track_count"]
        old = sum(each in tracks and tracks[each].okay for each in json.loads(entries))
        candidates.append(
            Candidate([tracks[each] for each in json.loads(shown)], length - old, length)
        )
    generator = np.random.default_rng([state.settings.seed, state.meta("round")])
    if len(candidates) > state.settings.pool:
        looked_at = sorted(generator.choice(len(candidates), state.settings.pool, replace=False))
        candidates, waiting = (
            [all_[place] for place in looked_at] for all_ in (candidates, waiting)
        )
    return int(waiting[plain_choice(candidates, counts, state.settings, generator.random())][0])


@pytest.mark.parametrize("stubs", [True, False])
@pytest.mark.parametrize("pool", [20, 20_000])
def test_a_crawl_visits_what_a_plain_form_of_the_rule_draws(pool: int, stubs: bool) -> None:
    made = replace(world(), stubs=stubs)
    settings = CrawlSettings(score="seed", seed=3, pool=pool, sharpness=50.0, rarity=0.95, likers=3)
    state = CrawlState.open(":memory:", settings, [(RESOLVE, made.start(1))])
    rounds = crawl(state, made.ask, GENRES, Removals(), progress=lambda: None)
    next(rounds)
    visited = []
    for _ in range(60):
        visit = state.meta(VISIT) or {"playlist": None, "step": 3}
        expected = plain_visit(state) if visit["step"] == 3 else visit["playlist"]
        next(rounds)
        assert state.meta(VISIT)["playlist"] == expected
        visited.append(expected)
    assert len(set(visited)) >= 15
    state.close()
