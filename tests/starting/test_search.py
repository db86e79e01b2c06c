"""The rule on corpora with a known answer."""

from dataclasses import fields
from typing import Any, cast

import numpy as np
import pytest

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.params import SECTIONS
from playlist2vec.starting.branches import MOST_EPOCHS, branches_of, epochs_for
from playlist2vec.starting.corpus import FRACTION, Corpus, corpus_of
from playlist2vec.starting.cost import megabytes, nominal_seconds, shown
from playlist2vec.starting.search import budgeted_seconds, choose, stage_seconds
from tests.builders.examples import playlists_of, query_params

SONGS = 60
IDS = [f"t{song:02}" for song in range(SONGS)]


def planted(ordered: bool, playlists: int = 300, *, few: bool = False) -> Corpus:
    """Playlists of eight songs: steps of 7 through a circle of songs, or songs of one of six groups
    in any order.
    """
    rng = np.random.default_rng(1)
    if ordered:
        drawn = [
            ((rng.integers(SONGS) + 7 * np.arange(8)) % SONGS).tolist() for _ in range(playlists)
        ]
    else:
        drawn = [
            (10 * rng.integers(6) + rng.choice(10, 8, replace=False)).tolist()
            for _ in range(playlists)
        ]
    train, asked = drawn[: 4 * playlists // 5], drawn[4 * playlists // 5 :]
    return corpus_of(
        playlists_of(train),
        Pairs.of_last(playlists_of(asked)),
        IDS,
        query_params(query="last"),
        few=few,
    )


def test_where_order_decides_it_is_trained_on() -> None:
    said: list[str] = []
    corpus = planted(ordered=True)
    found = choose(corpus, 600, said.append)
    assert found.branch.contexts == "offsets"
    assert found.trial is not None
    assert found.trial.score > 0.9
    assert [line.split(",")[0] for line in said[:2]] == ["window", "offsets"]
    assert found.epochs in [int(line.split()[1]) for line in said]
    assert stage_seconds(corpus, found, 1.0) > found.trial.seconds


def test_the_same_corpus_gives_the_same_answer_and_a_budget_of_none_asks_counts() -> None:
    corpus = planted(ordered=True)
    assert choose(corpus, 600, str).settings(corpus) == choose(corpus, 600, str).settings(corpus)
    said: list[str] = []
    counted = choose(corpus, 0, said.append)
    assert (counted.trial, counted.branch.contexts) == (None, "offsets")
    assert len(said) == 1
    assert said[0].startswith(
        "the budget is too small to train both ways; NDCG@10 of next-song counts 1.0000"
    )
    assert stage_seconds(corpus, counted, 2.0) > 2 * nominal_seconds(
        corpus, counted.branch, counted.epochs
    )
    # Groups in any order: neighbours on both sides say more than the one before.
    assert choose(planted(ordered=False), 0, str).branch.contexts == "window"


def test_a_small_budget_is_kept_and_counting_decides_between_the_ways() -> None:
    corpus = planted(ordered=True)
    _, offsets = branches_of(corpus)
    budget = 12 * nominal_seconds(corpus, offsets, 1)
    said: list[str] = []
    found = choose(corpus, budget, said.append)
    tried = [(line.split(",")[0], int(line.split()[1])) for line in said[1:]]
    assert tried == [("offsets", 3), ("offsets", 6)]
    assert nominal_seconds(corpus, offsets, 3 + 6) <= budget
    assert budgeted_seconds(corpus, budget) == budget
    assert found.epochs > 6
    assert "more than 6 epochs did not fit the budget" in found.reason


@pytest.mark.parametrize("few", [False, True])
def test_every_setting_is_accepted_and_says_all_that_the_rule_depends_on(few: bool) -> None:
    corpus = planted(ordered=False, few=few)
    settings = choose(corpus, 0, str).settings(corpus)
    known: dict[str, Any] = {}
    for section in SECTIONS:
        for each in fields(cast(Any, section)):
            known[f"{section.SECTION}.{each.name}"] = each.metadata["rule"]
    for name, value in settings.items():
        assert known[name](value) == value
    said = {name.split(".")[1] for name in settings if name.startswith("train.")}
    assert {name[6:] for name in known if name.startswith("train.")} - said == {
        "trainer",
        "blocks",
        "seed",
        "workers",
        "curve_pairs",
    }
    assert settings.get("split.validation") == (FRACTION if few else None)


def test_epochs_and_sizes_stay_in_range_for_any_corpus() -> None:
    rng = np.random.default_rng(2)
    for playlists, length in ((2, 2), (5_000, 3), (3, 4_000)):
        drawn = [rng.integers(0, SONGS, length).tolist() for _ in range(playlists)]
        corpus = corpus_of(
            playlists_of(drawn),
            Pairs.of_last(playlists_of([[0, 1]])),
            IDS,
            query_params(query="last"),
        )
        for branch in branches_of(corpus):
            assert 1 <= branch.window <= 8
            assert 30 <= branch.dimensions <= 300
            assert megabytes(corpus, branch) >= 130
        assert all(1 <= epochs_for(corpus, level) <= MOST_EPOCHS for level in (1, 600, 10**9))


def test_durations_as_text() -> None:
    assert [shown(seconds) for seconds in (0.2, 89, 90, 3_000, 9_000)] == [
        "1 s",
        "89 s",
        "1.5 min",
        "50.0 min",
        "2.5 h",
    ]
