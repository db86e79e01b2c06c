"""The policies of a crawl on a small generated world."""

import time
from functools import cache

import numpy as np
import pytest

from benchmarks.crawl.policies import Found, run
from benchmarks.data.soundcloud_world import FIRST_LIST, FIRST_USER, Shape, World, generate
from playlist2vec.online.soundcloud.answers import CallError
from playlist2vec.online.soundcloud.calls import LIKERS, LIKES, PLAYLISTS, TRACKS, UPLOADS, Call
from playlist2vec.sources.soundcloud.genres import Genres
from tests.conftest import ROOT
from tests.online.crawling.small import whole

GENRES = Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")
CALLS = 500


@cache
def world() -> World:
    return generate(Shape(150_000), sorted(set(GENRES.genre_of.values()) - {""}), 1)


@cache
def found(policy: str) -> Found:
    return run(world(), policy, [CALLS], 1, GENRES)[0]


def test_arms_find_three_times_what_the_rule_of_2021_finds_in_seconds() -> None:
    start = time.process_time()
    arms, seed = found("arms"), found("seed")
    assert time.process_time() - start < 20
    assert CALLS <= arms.calls < CALLS + 20
    assert arms.tracks >= 3 * seed.tracks > 0
    assert arms.genres > seed.genres


def test_arms_are_better_than_anything_else_and_without_uploads_better_than_the_rule() -> None:
    assert found("arms").tracks > found("uniform").tracks
    assert found("arms").tracks > found("arms without uploads").tracks >= 1.5 * found("seed").tracks


def test_a_world_answers_as_its_lists_say() -> None:
    made = world()
    number = int(made.start)
    (playlist,) = made.ask(Call("resolve", made.start)).playlists
    assert [each["id"] - 1 for each in playlist["tracks"]] == made.lists[number].tolist()
    assert [each["license"] == "cc-by" for each in playlist["tracks"][:5]] == made.free[made.lists[number][:5]].tolist()
    track = int(made.lists[number][0])
    for kind, ids, first in ((PLAYLISTS, made.lists_of, FIRST_LIST), (LIKERS, made.likers_of, FIRST_USER)):
        reply = whole(made.ask, Call(kind, str(track + 1)))
        found = [each["id"] for each in reply.playlists] + reply.people
        assert [each - first for each in found] == ids[track].tolist()
    uploads = whole(made.ask, Call(UPLOADS, str(made.uploader[track] + 1)))
    assert [each["id"] - 1 for each in uploads.tracks] == np.flatnonzero(made.uploader == made.uploader[track]).tolist()
    likes = whole(made.ask, Call(LIKES, str(FIRST_USER + 3)))
    assert [each["id"] - 1 for each in likes.tracks] == made.likes[3].tolist()
    assert [each["id"] for each in made.ask(Call(TRACKS, "5,3")).tracks] == [5, 3]
    with pytest.raises(CallError):
        made.ask(Call(LIKES, "3"))
