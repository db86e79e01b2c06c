"""The policies of a crawl on a small generated world."""

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.crawl.policies import Found, run
from benchmarks.data.soundcloud_shapes import FLAT, SCENES, Shape, generate
from benchmarks.data.soundcloud_world import FIRST_LIST, FIRST_USER, World
from playlist2vec.online.soundcloud.answers import CallError
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    PLAYLIST,
    PLAYLISTS,
    TRACKS,
    UPLOADS,
    Call,
)
from playlist2vec.sources.soundcloud.genres import Genres
from tests.conftest import ROOT
from tests.online.crawling.small import whole

GENRES = Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")
CALLS = 500


@cache
def world(shape: Shape = FLAT) -> World:
    return generate(replace(shape, tracks=150_000), sorted(set(GENRES.genre_of.values()) - {""}), 1)


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
    assert arms.playlists > seed.playlists


def test_arms_are_better_than_anything_else_and_without_uploads_better_than_the_rule() -> None:
    assert found("arms").tracks > found("uniform").tracks
    assert found("arms").tracks > found("arms without uploads").tracks >= 2.5 * found("seed").tracks


def test_arms_are_better_where_lists_name_no_other_tracks() -> None:
    poor = replace(world(), stubs=False)
    arms, seed = (run(poor, policy, [CALLS], 1, GENRES)[0] for policy in ("arms", "seed"))
    assert arms.tracks >= 2.5 * seed.tracks > 0


@pytest.mark.parametrize("shape", [FLAT, SCENES])
def test_a_world_is_as_its_shape_says(shape: Shape) -> None:
    made = world(shape)
    sizes = np.bincount(made.uploader)
    assert np.all(np.diff(made.uploader) >= 0)
    assert 0.6 * shape.mean < sizes.mean() < 1.1 * shape.mean
    assert 0.05 < made.counts.mean() < 0.08
    # Half of what counts is of the uploaders who give most, a tenth of them: the rest give next to
    # nothing.
    given = np.sort(np.bincount(made.uploader, made.counts))[::-1]
    assert given[: len(given) // 10].sum() > 0.5 * given.sum()
    assert made.lists.entries.max() < 150_000
    assert np.diff(made.lists.starts).min() >= 1
    chosen = {made.start(seed) for seed in range(9)}
    assert len(chosen) > 1
    for start in chosen:
        assert made.free[made.lists[int(start)]].mean() > 0.5


def test_scenes_are_of_uploaders_that_are_unlike() -> None:
    sizes = {shape: np.bincount(world(shape).uploader) for shape in (FLAT, SCENES)}
    assert sizes[SCENES].max() > 5 * sizes[FLAT].max()
    assert len(sizes[FLAT]) > 3 * len(sizes[SCENES])


def test_a_world_answers_as_its_lists_say() -> None:
    made = world()
    number = int(made.start(1))
    (playlist,) = made.ask(Call("resolve", made.start(1))).playlists
    assert [each["id"] - 1 for each in playlist["tracks"]] == made.lists[number].tolist()
    assert [each["license"] == "cc-by" for each in playlist["tracks"][:5]] == made.free[
        made.lists[number][:5]
    ].tolist()
    track = int(made.lists[number][0])
    for kind, ids, first in (
        (PLAYLISTS, made.lists.inverted, FIRST_LIST),
        (LIKERS, made.likes.inverted, FIRST_USER),
    ):
        reply = whole(made.ask, Call(kind, str(track + 1)))
        found = [each["id"] for each in reply.playlists] + reply.people
        assert [each - first for each in found] == ids[track].tolist()
    uploads = whole(made.ask, Call(UPLOADS, str(made.uploader[track] + 1)))
    assert [each["id"] - 1 for each in uploads.tracks] == np.flatnonzero(
        made.uploader == made.uploader[track]
    ).tolist()
    likes = whole(made.ask, Call(LIKES, str(FIRST_USER + 3)))
    assert [each["id"] - 1 for each in likes.tracks] == made.likes[3].tolist()
    assert [each["id"] for each in made.ask(Call(TRACKS, "5,3")).tracks] == [5, 3]
    with pytest.raises(CallError):
        made.ask(Call(LIKES, "3"))


def test_a_world_without_uploads_or_stubs_answers_less() -> None:
    made = replace(world(), uploads=False, stubs=False)
    with pytest.raises(CallError):
        made.ask(Call(UPLOADS, "3"))
    number = int(made.start(1))
    track = int(made.lists[number][0])
    (shown,) = (
        each
        for each in whole(made.ask, Call(PLAYLISTS, str(track + 1))).playlists
        if each["id"] == FIRST_LIST + number
    )
    (asked,) = made.ask(Call(PLAYLIST, str(FIRST_LIST + number))).playlists
    assert [each["id"] - 1 for each in asked["tracks"]] == made.lists[number].tolist()
    assert shown["tracks"] == asked["tracks"][:5]
    assert shown["track_count"] == len(asked["tracks"]) > 5
