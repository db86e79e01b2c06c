"""Kinds of questions, ranks and tables of scores, each against a loop."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.intervals import bootstrap_by
from playlist2vec.listening.history.storage import History, Songs
from playlist2vec.listening.scoring.params import ListenScoring
from playlist2vec.listening.scoring.questions import NEW, Questions
from playlist2vec.listening.scoring.tables import CUTOFFS, compare, rates, score
from playlist2vec.listening.scoring.tuning import tune
from playlist2vec.models.histories.rankers import BASELINES, Heard, made
from tests.builders.listens.histories import START, random_history

SONGS = 8
FIRST, END = START + 100_000, START + 400_000
SCORING = ListenScoring(resamples=50, seed=1)


def questions(seed: int) -> Questions:
    whole = random_history(12, 40, SONGS, seed)
    heard = np.arange(SONGS) * 10_000 + START
    vocabulary = Vocabulary([f"s{row}" for row in range(SONGS)], np.arange(SONGS, 0, -1))
    songs = Songs(vocabulary, np.zeros(SONGS, np.int32), heard.astype(np.uint32))
    asked = np.flatnonzero(whole.seconds >= END)
    return Questions(History(whole, songs, FIRST, END, asked), gap=30, back=15)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_kinds_of_questions_are_those_of_a_loop(seed: int) -> None:
    found = questions(seed)
    whole = found.history.histories
    for number, place in enumerate(found.history.questions.tolist()):
        user = next(u for u in range(12) if whole.users[u] <= place < whole.users[u + 1])
        first = int(whole.users[user])
        before = range(max(first, place - 15), place)
        song = int(whole.tracks[place])
        repeat = any(whole.tracks[each] == song for each in before)
        start = place == first or int(whole.seconds[place]) - int(whole.seconds[place - 1]) > 1_800
        expected = {
            "repeats": repeat,
            "discoveries": not repeat,
            "session_starts": start,
            "cold_listeners": not any(
                FIRST <= second < END for second in whole.seconds[first : whole.users[user + 1]]
            ),
            "new_songs": song >= 0 and START + 10_000 * song >= END - NEW * (END - FIRST),
            "outside": song < 0,
        }
        assert {name: bool(chosen[number]) for name, chosen in found.slices.items()} == expected
        assert found.users[number] == user


def test_ranks_are_places_and_songs_outside_are_misses() -> None:
    found = questions(3)
    ranker = made(
        "popularity", Heard(found.history.training(), found.history.songs.vocabulary, 30), {}
    )
    ranks = found.rank(ranker)
    # By popularity a song stands at its row.
    assert ranks.tolist() == [row + 1.0 if row >= 0 else np.inf for row in found.targets.tolist()]
    among = found.rank_discoveries(ranker)
    for number, rank in enumerate(among.tolist()):
        target = int(found.targets[number])
        heard = set(found.queries(np.array([number])).songs.tolist())
        never = found.slices["discoveries"][number] and target >= 0
        assert rank == (1 + sum(row not in heard for row in range(target)) if never else np.inf)
    some = found.among(np.arange(len(found)) % 2 == 0)
    assert some.rank(ranker).tolist() == ranks[::2].tolist()


def test_rates_and_the_table_are_shares() -> None:
    found = questions(4)
    ranks = np.where(np.arange(len(found)) % 4 == 0, 1.0, 7.0)
    assert rates(np.array([1.0, 2.0, np.inf, 60.0])) == {
        "top_1": 0.25,
        "top_5": 0.5,
        "top_10": 0.5,
        "top_50": 0.5,
        "top_100": 0.75,
    }
    metrics, lines = score(found, {"a": ranks}, {"a": ranks}, SCORING)
    rows = list(csv.DictReader(io.StringIO(lines)))
    for row in rows:
        chosen = found.slices.get(row["slice"], np.ones(len(found), bool))
        assert int(row["questions"]) == np.count_nonzero(chosen)
        assert float(row["hit_rate"]) == pytest.approx(
            np.mean(ranks[chosen] <= int(row["cutoff"])), abs=1e-6
        )
        assert float(row["low"]) <= float(row["hit_rate"]) <= float(row["high"])
    assert metrics["all"]["a"]["top_10"] == 1.0
    assert [name for name in metrics if name not in ("questions", "all")] == list(
        dict.fromkeys(row["slice"] for row in rows if row["slice"] != "all")
    )
    assert compare(found, ranks, ranks, SCORING) == {
        f"top_{cutoff}": [0.0, 0.0, 0.0] for cutoff in CUTOFFS
    }


def test_intervals_draw_whole_listeners() -> None:
    rng = np.random.default_rng(1)
    groups = np.sort(rng.integers(0, 9, 60))
    values = rng.random((2, 60))
    found = bootstrap_by(values, groups, 40, seed=5)
    generator, means = np.random.Generator(np.random.PCG64(5)), []
    for _ in range(40):
        drawn = generator.integers(9, size=9)
        parts = np.concatenate([values[:, groups == each] for each in drawn], axis=1)
        means.append(parts.mean(axis=1))
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    for number, each in enumerate(found):
        np.testing.assert_allclose(each, [values[number].mean(), low[number], high[number]])


def test_settings_are_the_best_on_the_questions() -> None:
    found = questions(6)
    heard, named = Heard(found.history.training(), found.history.songs.vocabulary, 30), list[str]()
    chosen = tune(found, heard, named.append)
    assert named == list(BASELINES) == list(chosen)
    best = chosen["base_level"]["decay"]
    scores = {
        value: rates(found.rank(made("base_level", heard, {"decay": value})))["top_10"]
        for value in BASELINES["base_level"].options["decay"]
    }
    assert scores[best] == max(scores.values())


def test_histories_of_nobody_have_no_question() -> None:
    nothing = Histories(np.zeros(0, np.int32), np.zeros(0, np.uint32), np.zeros(1, np.int64))
    assert len(nothing.sessions(30)) == 0
    assert len(nothing.between(0, 10)) == 0
