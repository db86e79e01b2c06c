"""What the page carries to suggest by: vectors in 8 bits, and playlists."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.models.counting.rankers import training_of
from playlist2vec.report.rule import END, HIDDEN, Counted, eight_bits, plays_of, rule_data
from tests.builders.examples import playlists_of, query_params
from tests.report.small import asked, small_model, tracks_named

LISTS = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=8), min_size=1, max_size=12)


@given(LISTS, st.integers(1, 7))
def test_plays_are_the_training_playlists(lists: list[list[int]], shown: int) -> None:
    training = training_of(playlists_of(lists), [f"s{code}" for code in range(7)])
    plays, carried = plays_of(training, shown)
    assert carried == len(lists)
    ends = np.flatnonzero(plays == END)
    found = [part[part != END].tolist() for part in np.split(plays, ends + 1)[: len(ends)]]
    row_of = {name: row for row, name in enumerate(training.vocabulary.ids)}
    rows = [[row_of[f"s{code}"] for code in playlist] for playlist in lists]
    assert found == [[row if row < shown else HIDDEN for row in playlist] for playlist in rows]


def test_whole_playlists_are_left_out_where_there_are_too_many() -> None:
    training = training_of(playlists_of([[0, 1, 2]] * 10), ["a", "b", "c"])
    plays, carried = plays_of(training, 3, most=14)
    assert carried == 4
    assert np.count_nonzero(plays == END) == 4
    assert len(plays) == 16


@given(st.integers(1, 30), st.integers(1, 20), st.integers(0, 10))
def test_eight_bits_are_off_by_half_a_step(songs: int, size: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(songs, size)).astype(np.float32)
    numbers, scales = eight_bits(vectors)
    off = np.abs(numbers * scales[:, None] - vectors)
    assert (off <= np.abs(vectors).max(axis=1, keepdims=True) / 127 * 0.501).all()


def test_eight_bits_of_nothing_and_of_what_is_no_number() -> None:
    numbers, scales = eight_bits(np.array([[0, 0], [np.inf, 1], [np.nan, -2]], np.float32))
    assert numbers.tolist() == [[0, 0], [0, 127], [0, -127]]
    assert np.isfinite(scales).all()


@pytest.mark.parametrize(
    ("similarity", "matrices"),
    [("cosine", 1), ("euclidean", 1), ("dot", 2), ("log_odds", 2), ("log_odds_symmetric", 2)],
)
def test_a_similarity_has_the_matrices_that_it_needs(similarity: str, matrices: int) -> None:
    model, training = (
        small_model(5),
        training_of(playlists_of([[0, 1, 2, 3, 4]]), [f"s{row}" for row in range(5)]),
    )
    recommender = asked(model, tracks_named("x", 5))
    object.__setattr__(recommender, "params", query_params(similarity=similarity))
    data = rule_data(recommender, Counted(training, {}), 5)
    assert len(data["input"]) + (data["output"] is not None) == matrices
    bias = np.frombuffer(base64.b64decode(data["bias"]), "<f4")
    expected = {"log_odds": 0.75, "log_odds_symmetric": 0.875}.get(similarity, 0) * np.log(
        model.vocabulary.counts
    )
    if similarity != "euclidean":
        assert bias == pytest.approx(expected, abs=1e-6)


def test_a_song_that_is_never_suggested_has_a_bias_of_minus_infinity() -> None:
    model = small_model(4)
    model.output[2, 0] = np.nan
    recommender = asked(model, tracks_named("x", 4))
    object.__setattr__(recommender, "params", query_params(similarity="log_odds"))
    training = training_of(playlists_of([[0, 1, 2, 3]]), [f"s{row}" for row in range(4)])
    bias = np.frombuffer(
        base64.b64decode(rule_data(recommender, Counted(training, {}), 4)["bias"]), "<f4"
    )
    assert np.isneginf(bias).tolist() == [False, False, True, False]
