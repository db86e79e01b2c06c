"""The scores: arms against arithmetic, and the rule of 2021 against a plain form of it, choice for
choice.
"""

import math
import random

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.crawling.arms import (
    Arm,
    allocate,
    discounted,
    mean_gain,
    needs,
    rate,
    surplus,
)
from playlist2vec.online.crawling.seed_rule import (
    Candidate,
    Seen,
    choose,
    genre_weights,
    sample,
    score_of,
)
from playlist2vec.online.crawling.settings import CrawlSettings, SeedRule, read_settings


def test_needs() -> None:
    # The mean of 12 tracks over 4 genres is 3.
    assert needs({"techno": 12, "jazz": 0}, 4, 0.5) == {
        "techno": (1 / (1 + 12 / 4)) ** 0.5,
        "jazz": 1.0,
    }
    assert needs({"techno": 12, "jazz": 0}, 4, 0) == {"techno": 1.0, "jazz": 1.0}
    assert needs({}, 4, 1) == {}


def test_gains_and_promises_fade() -> None:
    arm = discounted(discounted(Arm("likes", 9), 0.25, 8, 0.5), 0.5, 2, 0.5)
    assert arm == Arm("likes", 9, 1 * 0.5 + 1, 8 * 0.5 + 2, 0.25 * 0.5 + 0.5)
    assert mean_gain(arm) == 6 / 1.5
    assert mean_gain(Arm("likes")) == 0


def test_a_rate_is_what_a_promise_of_one_was_worth() -> None:
    assert rate(Arm("likes"), 10) == 10
    assert rate(Arm("likes", calls=5, gain=90, promised=3), 10) == (90 + 10) / (3 + 1)


def test_a_call_that_is_opened_is_worth_what_it_gains_above_others() -> None:
    assert surplus(0.5, 20, 6) == 0.5 * 20 - 6
    assert surplus(0.5, 20, 16) == 0
    # An id is a fiftieth of a call.
    assert surplus(0.5 / 50, 20, 6, 1 / 50) == pytest.approx((0.5 * 20 - 6) / 50)


def test_the_best_call_comes_next_of_whichever_kind() -> None:
    promises = {"tracks": [0.9, 0.5, 0.1], "playlists": [2.0, 0.2], "uploads": [1.0] * 9}
    rates = {"tracks": 10.0, "playlists": 5.0, "uploads": 4.0}
    # Gains: 9, 5, 1 of tracks; 10, 1 of playlists; 4 each of uploads.
    for number, expected in (
        (1, (0, 1, 0)),
        (2, (1, 1, 0)),
        (3, (2, 1, 0)),
        (7, (2, 1, 4)),
        (100, (3, 2, 9)),
    ):
        settings = CrawlSettings(explore=0, round=number)
        assert (
            tuple(allocate(promises, rates, settings, np.random.default_rng(1)).values())
            == expected
        )


def test_exploring_tries_all() -> None:
    promises = {"tracks": [1.0] * 90, "playlists": [0.0] * 90, "uploads": [0.0] * 90}
    rates = dict.fromkeys(promises, 1.0)
    for settings in (CrawlSettings(explore=1, round=90), CrawlSettings(score="uniform", round=90)):
        found = allocate(promises, rates, settings, np.random.default_rng(1))
        assert sum(found.values()) == 90
        assert min(found.values()) > 15


def plain_choice(
    candidates: list[Candidate], counts: dict[str, int], rule: SeedRule, drawn: float
) -> int:
    """The rule, written down once more from its description."""
    rank = {
        genre: place for place, genre in enumerate(sorted(sorted(counts), key=counts.__getitem__))
    }
    scores = []
    for seen, new, length in candidates:
        total = 0.0
        for track in seen:
            if track.genre in rank and track.genre != "":
                worth = rule.rarity ** (rank[track.genre] + 1)
                worth *= 1 if track.free else rule.unfree
                worth *= 1 if track.okay else rule.not_okay
                worth *= rule.known if track.known else 1
                total += worth
        size = math.tanh(new / rule.half / 2)
        scores.append(size * (new / length) * total / len(seen) if seen else 0.0)
    best = [i for _, i in sorted((-score, i) for i, score in enumerate(scores))][: rule.top]
    weights = np.exp(rule.sharpness * (np.array(scores)[best] - max(scores)))
    return best[int(np.searchsorted(np.cumsum(weights), drawn * weights.sum(), "right"))]


@pytest.mark.parametrize("sharpness", [0.0, 30.0, 10_000.0])
def test_the_rule_of_2021_choice_for_choice(sharpness: float) -> None:
    draw = random.Random(3)
    rule = SeedRule(sharpness=sharpness, top=7)
    genres = ["", "techno", "jazz", "ambient"]
    chosen = set()
    for number in range(200):
        candidates = [
            Candidate(
                [
                    Seen(
                        draw.random() < 0.5,
                        draw.random() < 0.5,
                        draw.random() < 0.5,
                        draw.choice(genres),
                    )
                    for _ in range(draw.randint(0, 5))
                ],
                draw.randint(0, 30),
                30,
            )
            for _ in range(draw.randint(1, 20))
        ]
        counts = {genre: draw.randint(1, 50) for genre in genres[: draw.randint(1, 4)]}
        weights = genre_weights(counts, rule.rarity)
        scores = [score_of(each, weights, rule) for each in candidates]
        found = choose(scores, rule, np.random.default_rng(number))
        assert found == plain_choice(
            candidates, counts, rule, np.random.default_rng(number).random()
        )
        chosen.add(found)
    assert len(chosen) > 5


def test_scores_that_are_far_apart_do_not_overflow() -> None:
    assert choose([0.0, 1.0, 0.5], SeedRule(sharpness=1e9), np.random.default_rng(1)) == 1
    assert choose([0.0], SeedRule(), np.random.default_rng(1)) == 0


def test_a_sample_of_fewer_candidates_than_its_size_is_all_of_them() -> None:
    assert sample(5, SeedRule(pool=20), np.random.default_rng(1)) == [0, 1, 2, 3, 4]
    found = sample(100, SeedRule(pool=20), np.random.default_rng(1))
    assert len(set(found)) == 20
    assert found == sorted(found)


def test_settings() -> None:
    assert read_settings(["balance=1", "score=seed", "round=7"]) == CrawlSettings(
        balance=1.0, score="seed", round=7
    )


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("balanc=1", "--set balanc=1: balanc is unknown: expected one of balance, discount, "),
        ("round=0", "--set round=0: expected a whole number from 1 to 1000"),
        ("score=best", "--set score=best: expected one of arms, seed, uniform"),
        ("discount", "--set discount: expected a number from 0 to 1"),
    ],
)
def test_a_wrong_setting_is_a_line(pair: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read_settings([pair])
    assert str(caught.value).startswith(said)
