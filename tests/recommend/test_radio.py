"""The radio keeps its rules for ever, on any corpus; the path and the diverse list do what they
say.
"""

from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.diversity import diversify
from playlist2vec.recommend.path import path
from playlist2vec.recommend.radio import Radio, RadioParams, Scores


def by_cosine(vectors: NDArray[np.float32]) -> Scores:
    """The cosines of unit vectors with the last song's; a vector that is zero or not finite is
    never suggested.
    """
    double = vectors.astype(np.float64)
    usable = np.isfinite(double).all(axis=1) & (double != 0).any(axis=1)

    def scores(songs: Sequence[Row]) -> NDArray[np.float64]:
        return np.where(usable, np.nan_to_num(double) @ np.nan_to_num(double[songs[-1]]), -np.inf)

    return scores


def directions(songs: int, size: int, seed: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(songs, size))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(
        np.float32
    )
    return unit


@given(
    st.integers(1, 40),
    st.lists(st.integers(-1, 6), min_size=40, max_size=40),
    st.integers(0, 39),
    st.builds(
        RadioParams,
        neighbours=st.integers(1, 10),
        temperature=st.sampled_from([0.0, 0.05, 5.0]),
        look_back=st.integers(1, 60),
        cool_down=st.integers(1, 6),
        pull=st.sampled_from([0.0, 0.3, 1.0]),
    ),
    st.integers(0, 5),
)
@settings(max_examples=100, deadline=None)
def test_no_rule_is_broken_without_a_word(
    songs: int, codes: list[int], start: int, params: RadioParams, seed: int
) -> None:
    artists = np.array(codes[:songs])
    radio = Radio(by_cosine(directions(songs, 3, seed)), artists, Row(start % songs), params, seed)
    steps = list(islice(radio, 120))
    rows = [step.row for step in steps]
    assert len(rows) == 120
    for place, step in enumerate(steps):
        before = rows[max(0, place - params.look_back) : place]
        near = [artists[row] for row in rows[max(0, place - params.cool_down + 1) : place]]
        if step.row in before:
            assert "a song may come again after" in step.note
        elif artists[step.row] >= 0 and artists[step.row] in near:
            assert "may come again after" in step.note
        elif "may come again" in step.note:
            assert "an artist" in step.note or "a song" in step.note


def test_rules_are_relaxed_only_where_nothing_else_is_left() -> None:
    one_artist = Radio(
        by_cosine(directions(5, 3, 1)),
        np.zeros(5, np.int64),
        Row(0),
        RadioParams(look_back=100, cool_down=3),
    )
    steps = list(islice(one_artist, 7))
    assert [step.note for step in steps[:2]] == [
        "",
        "an artist may come again after 0 songs: no other artist is left",
    ]
    assert sorted(step.row for step in steps[:5]) == [0, 1, 2, 3, 4]
    assert steps[5].note == "a song may come again after 4 songs: all others have been played"
    assert steps[5].row == steps[0].row
    alone = Radio(by_cosine(directions(1, 3, 1)), np.array([-1]), Row(0))
    assert [step.row for step in islice(alone, 3)] == [0, 0, 0]


def test_the_same_seed_is_the_same_radio() -> None:
    cosines, artists = by_cosine(directions(200, 5, 1)), np.full(200, -1)
    first, again, other = (
        [step.row for step in islice(Radio(cosines, artists, Row(3), RadioParams(), seed), 50)]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
    assert first[0] == 3


def test_the_pull_keeps_it_at_home() -> None:
    """Two clouds with a bridge between them: with a pull the radio stays in the first, without it
    drifts.
    """
    angles = np.linspace(0, np.pi, 400)
    cosines = by_cosine(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))
    artists = np.full(400, -1)

    def furthest(pull: float) -> int:
        radio = Radio(
            cosines, artists, Row(0), RadioParams(neighbours=5, pull=pull, look_back=1000), 1
        )
        return max(step.row for step in islice(radio, 60))

    assert furthest(0.5) < 90
    assert furthest(0.0) >= 59
    hot = RadioParams(neighbours=20, temperature=10, pull=0, look_back=1000)
    free = [step.row for step in islice(Radio(cosines, artists, Row(200), hot, 1), 100)]
    held = [
        step.row
        for step in islice(
            Radio(cosines, artists, Row(200), RadioParams(20, 10, 1000, 1, 1.0), 1), 100
        )
    ]
    assert np.abs(np.array(held) - 200).max() < np.abs(np.array(free) - 200).max()


def test_temperature_zero_is_the_nearest_song() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1]], np.float32)
    radio = Radio(by_cosine(vectors), np.full(4, -1), Row(0), RadioParams(temperature=0, pull=0))
    steps = list(islice(radio, 4))
    assert [step.row for step in steps] == [0, 1, 2, 3]
    assert [step.score and round(step.score, 4) for step in steps] == [None, 0.8, 0.96, 0.8]


def test_it_asks_with_all_songs_played_and_none_skipped() -> None:
    """The ranker suggests the song after the last; what it was asked with is written down."""
    heard: list[list[int]] = []

    def scores(songs: Sequence[Row]) -> NDArray[np.float64]:
        heard.append(list(songs))
        away: NDArray[np.float64] = np.abs(np.arange(9.0) - songs[-1] - 1)
        return -away

    radio = Radio(scores, np.full(9, -1), Row(2), RadioParams(temperature=0, pull=0))
    songs = iter(radio)
    assert [next(songs).row for _ in range(3)] == [2, 3, 4]
    radio.skip()
    assert next(songs).row == 5
    assert heard == [[2], [2], [2, 3], [2, 3]]


def test_the_scale_of_scores_changes_nothing() -> None:
    """Scores of rankers are no more than an order with distances: another unit, another zero, the
    same radio.
    """
    cosines = by_cosine(directions(100, 5, 1))
    units: list[Scores] = [cosines, lambda songs: 30 * cosines(songs) - 200]
    first, other = (
        [step.row for step in islice(Radio(unit, np.full(100, -1), Row(3)), 60)] for unit in units
    )
    assert first == other


def test_the_pull_is_the_share_of_what_follows_the_first_song() -> None:
    """After song 0 come songs 4 and 5, after any other song 3: at a pull of 0.6, 0.6 * 0.8 is more
    than 0.4 * 1.
    """

    def scores(songs: Sequence[Row]) -> NDArray[np.float64]:
        return (
            np.array([0, 0, 0, 0, 1.0, 0.8]) if songs[-1] == 0 else np.array([0, 0, 0, 1.0, 0, 0])
        )

    def first_three(pull: float) -> list[int]:
        radio = Radio(scores, np.full(6, -1), Row(0), RadioParams(temperature=0, pull=pull))
        return [step.row for step in islice(radio, 3)]

    assert first_three(0.5) == [0, 4, 3]
    assert first_three(0.6) == [0, 4, 5]


def test_a_skipped_song_does_not_come_again_and_its_artist_need_not_rest() -> None:
    vectors = np.array([[1, 0], [0.9, 0.1], [0.8, 0.2], [0.1, 0.9]], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    radio = Radio(
        by_cosine(vectors),
        np.array([0, 1, 1, 2]),
        Row(0),
        RadioParams(temperature=0, cool_down=2, look_back=2),
    )
    songs = iter(radio)
    assert [next(songs).row for _ in range(2)] == [0, 1]
    radio.skip()
    assert next(songs).row == 2
    assert 1 not in [next(songs).row for _ in range(20)]


def test_songs_without_a_direction_are_never_played() -> None:
    vectors = directions(6, 3, 1)
    vectors[2], vectors[4] = 0, np.nan
    played = {step.row for step in islice(Radio(by_cosine(vectors), np.full(6, -1), Row(0)), 20)}
    assert played == {0, 1, 3, 5}
    with pytest.raises(
        DataError, match="song 2 is never suggested: expected a song that was trained"
    ):
        Radio(by_cosine(vectors), np.full(6, -1), Row(2))


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"neighbours": 0}, "neighbours = 0: expected 1 or more"),
        ({"temperature": float("nan")}, "temperature = nan: expected a number, 0 or more"),
        ({"pull": 1.5}, "pull = 1.5: expected a number from 0 to 1"),
    ],
)
def test_wrong_parameters(values: dict[str, float], error: str) -> None:
    with pytest.raises(DataError) as caught:
        RadioParams(**values)  # type: ignore[arg-type]
    assert str(caught.value) == error


def test_a_path_turns_in_even_steps() -> None:
    angles = np.radians([0, 30, 60, 90, 31, 200])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    nobody = np.full(6, -1)
    assert path(vectors, nobody, Row(0), Row(3), 4) == [0, 1, 2, 3]
    assert path(vectors, nobody, Row(0), Row(3), 2) == [0, 3]
    assert path(vectors, np.array([0, 0, 1, 2, 3, 4]), Row(0), Row(3), 4) == [0, 4, 2, 3]
    assert path(vectors, nobody, Row(1), Row(1), 3) == [1, 4, 1]
    assert sorted(path(vectors, nobody, Row(0), Row(3), 6)) == list(range(6))
    with pytest.raises(DataError, match="songs = 7: expected from 2 to 6"):
        path(vectors, nobody, Row(0), Row(3), 7)
    with pytest.raises(
        DataError, match="song 6: expected a row from 0 to 5 whose vector is not zero"
    ):
        path(vectors, nobody, Row(0), Row(6), 3)


def test_a_diverse_list_by_hand() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    scores = np.array([3.0, 2.0, 1.0])
    assert diversify(scores, vectors, 3, 0.0).tolist() == [0, 1, 2]
    # After song 0: song 1 has 0.5 * 0.5 - 0.5 * 1 = -0.25, song 2 has 0.5 * 0 - 0.5 * 0 = 0.
    assert diversify(scores, vectors, 3, 0.5).tolist() == [0, 2, 1]
    assert diversify(scores, vectors, 2, 1.0).tolist() == [0, 2]
    assert diversify(np.array([1.0, 1.0]), vectors[:2], 5, 0.3).tolist() == [0, 1]
    assert diversify(np.array([]), vectors[:0], 5, 0.3).tolist() == []
