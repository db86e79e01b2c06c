"""Cold songs scored by rankers whose answers are known."""

from pathlib import Path

import numpy as np
import pytest

from playlist2vec.cold_songs.scoring.methods import (
    BASELINES,
    CEILING,
    ColdSongs,
    choose_share,
    scores_and_table,
)
from playlist2vec.cold_songs.scoring.params import ColdScoring
from playlist2vec.cold_songs.scoring.scores import means
from playlist2vec.cold_songs.split.questions import ColdQuestions
from playlist2vec.cold_songs.split.roles import Role, questions_of, restricted
from playlist2vec.corpus.vocabulary import training_vocabulary
from playlist2vec.models.audio.baselines import artist_mean, random_vectors, ridge, standardised
from playlist2vec.models.audio.vectors import SongVectors, mixture
from tests.builders.examples import playlists_of

SONGS, GROUPS = 120, 4
GROUP = np.arange(SONGS) % GROUPS
IDS = [f"t{number:03}" for number in range(SONGS)]
PARAMS = ColdScoring(k=5, resamples=200, seed=1)


def collection(artists: list[str] | None = None) -> tuple[ColdSongs, ColdQuestions]:
    """Playlists of one group of songs each; a third of the songs is for test."""
    rng = np.random.default_rng(1)
    roles = np.where(np.arange(SONGS) // GROUPS % 3 == 0, Role.TEST, Role.TRAINING).astype(np.int8)
    playlists = playlists_of(
        [rng.permutation(np.flatnonzero(n % GROUPS == GROUP))[:12].tolist() for n in range(80)]
    )
    vocabulary, _ = training_vocabulary([restricted(playlists, roles == Role.TRAINING)], IDS)
    songs = ColdSongs.of(vocabulary, IDS, artists or [f"a{group}" for group in GROUP], roles)
    return songs, questions_of(playlists, roles, Role.TEST)


def test_whoever_knows_the_groups_finds_all_and_chance_half() -> None:
    songs, questions = collection()
    task = songs.task(questions, Role.TEST, 5)
    methods = {
        "groups": SongVectors.of_units(np.eye(GROUPS)[GROUP]),
        "random": random_vectors(SONGS, 1),
    }
    found = {name: means(scores) for name, scores in songs.score(methods, task).items()}
    assert found["groups"]["auc"] > 0.85
    assert found["groups"]["hit@5"] > 0.9
    assert 0.44 < found["random"]["auc"] < 0.56


def test_the_order_of_questions_and_of_ids_changes_no_score() -> None:
    songs, questions = collection()
    task = songs.task(questions, Role.TEST, 5)
    vectors = SongVectors.of_units(
        np.eye(GROUPS)[GROUP] + 0.1 * np.random.default_rng(2).random((SONGS, GROUPS))
    )
    scores = songs.score({"a": vectors}, task)["a"]
    one = songs.task(
        ColdQuestions(playlists_of([list(questions.known)[3].tolist()]), *parts_of(questions, 3)),
        Role.TEST,
        5,
    )
    for name, each in songs.score({"a": vectors}, one)["a"].items():
        assert each[0] == scores[name][3]


def parts_of(questions: ColdQuestions, number: int) -> tuple[np.ndarray, np.ndarray]:
    start, end = questions.target_offsets[number], questions.target_offsets[number + 1]
    return questions.targets[start:end], np.array([0, end - start])


def test_ridge_and_artist_find_what_features_and_names_say() -> None:
    songs, questions = collection()
    task = songs.task(questions, Role.TEST, 5)
    training = songs.roles == Role.TRAINING
    rng = np.random.default_rng(3)
    word2vec = (np.eye(GROUPS)[GROUP] + 0.05 * rng.standard_normal((SONGS, GROUPS))).astype(
        np.float32
    )
    word2vec[~training] = 0
    features = np.hstack([np.eye(GROUPS)[GROUP], rng.standard_normal((SONGS, 6))]).astype(
        np.float32
    )
    predicted, learned = ridge(standardised(features, training), word2vec, training)
    named = artist_mean(songs.artists, word2vec, training)
    found = {
        name: means(each)["auc"]
        for name, each in songs.score({"r": predicted, "a": named}, task).items()
    }
    assert found["r"] > 0.85
    assert found["a"] > 0.85
    assert learned.penalty > 0
    renamed = [
        "new" if not known else name for name, known in zip(songs.artists, training, strict=True)
    ]
    unknown = artist_mean(renamed, word2vec, training)
    assert not unknown.found[~training].any()


def test_a_mixture_is_chosen_that_is_as_good_as_the_better_of_both() -> None:
    songs, questions = collection()
    task = songs.task(questions, Role.TEST, 5)
    good, bad = SongVectors.of_units(np.eye(GROUPS)[GROUP]), random_vectors(SONGS, 4)
    scores = {
        name: means(each)["ndcg@5"]
        for name, each in songs.score({"g": good, "b": bad}, task).items()
    }
    for first, second in ((good, bad), (bad, good)):
        share, ndcg = choose_share(songs, first, second, task, PARAMS)
        assert ndcg >= max(scores.values())
        assert ndcg == means(songs.score({"m": mixture(first, second, share)}, task)["m"])["ndcg@5"]


def test_a_gain_that_may_be_chance_is_not_taken() -> None:
    songs, questions = collection()
    task = songs.task(questions, Role.TEST, 5)
    rng = np.random.default_rng(5)
    named = np.eye(GROUPS)[GROUP]
    odd = np.arange(GROUPS) % 2
    halves = [SongVectors.of_units(named * weights) for weights in (1.0 - odd, 1.0 * odd)]
    share, _ = choose_share(songs, halves[0], halves[1], task, PARAMS)
    assert 0 < share < 1
    again = SongVectors.of_units(named + 1e-3 * rng.random((SONGS, GROUPS)))
    assert choose_share(songs, again, SongVectors.of_units(named), task, PARAMS)[0] in (0, 1)


def test_the_table_has_slices_a_ceiling_and_paired_differences(tmp_path: Path) -> None:
    artists = [
        f"a{group}" if number % 8 < 4 else f"own{number}" for number, group in enumerate(GROUP)
    ]
    songs, questions = collection(artists)
    task = songs.task(questions, Role.TEST, 5)
    taste = np.zeros((80, SONGS), np.int8)
    taste[np.arange(80)[:, None] % GROUPS == GROUP] = 2
    np.save(tmp_path / "taste.npy", taste)
    methods = {
        "artist": SongVectors.of_units(np.eye(GROUPS)[GROUP]),
        "random": random_vectors(SONGS, 1),
    }
    scores, table = scores_and_table(songs, methods, task, PARAMS, tmp_path / "taste.npy")
    assert set(scores) == {"questions", "candidates", "all", "known artist", "new artist"}
    assert set(scores["all"]) == {"artist", "random", CEILING}
    assert scores["all"]["artist"]["auc"] <= scores["all"][CEILING]["auc"] + 1e-9
    lines = [line.split(",") for line in table.splitlines()]
    assert len(lines) == 1 + 3 * 3 * 3
    assert all(len(line) == len(lines[0]) == 9 for line in lines)
    own = next(line for line in lines if line[:3] == ["all", "artist", "auc"])
    assert own[6:] == ["0.000000"] * 3
    assert float(own[4]) <= float(own[3]) <= float(own[5])
    np.save(tmp_path / "none.npy", np.zeros((0, 0), np.int8))
    without, _ = scores_and_table(songs, methods, task, PARAMS, tmp_path / "none.npy")
    assert CEILING not in without["all"]
    assert without["all"]["artist"] == scores["all"]["artist"]


def test_vectors_are_kept_as_they_are(tmp_path: Path) -> None:
    vectors = random_vectors(5, 1)
    vectors.save(tmp_path / "v.npz")
    again = SongVectors.load(tmp_path / "v.npz")
    np.testing.assert_array_equal(again.query, vectors.query)
    np.testing.assert_array_equal(again.found, vectors.found)
    assert len(BASELINES) == 4
    assert pytest.approx(np.linalg.norm(vectors.found, axis=1)) == np.ones(5)
