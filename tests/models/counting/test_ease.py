import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.models.counting import ease as module
from playlist2vec.models.counting import play_index
from playlist2vec.models.counting.ease import GRAIN, MAX_SONGS, ease, ease_weights, why_no_ease
from playlist2vec.models.counting.play_index import PlayIndex
from tests.builders.examples import lists_of, playlists_of, some_playlists
from tests.models.counting.ranked import row_of

SONGS = 8
SOME = some_playlists(min_size=1, tracks=SONGS)


def least_squares(train: Playlists, penalty: float) -> NDArray[np.float64]:
    """The definition: a ridge regression of each song on all the others."""
    sets = [set(tracks) for tracks in lists_of(train)]
    held = np.array([[song in each for song in range(SONGS)] for each in sets], np.float64)
    weights = np.zeros((SONGS, SONGS))
    for song in range(SONGS):
        others = np.delete(np.arange(SONGS), song)
        x = held[:, others]
        square = x.T @ x + penalty * np.eye(SONGS - 1)
        weights[others, song] = np.linalg.solve(square, x.T @ held[:, song])
    return weights


@settings(max_examples=60, deadline=None)
@given(SOME, st.sampled_from([0.5, 10.0]), st.sampled_from([3, 1024]))
def test_weights_are_those_of_a_regression(train: Playlists, penalty: float, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        patch.setattr(play_index, "WORK", block)
        weights = ease_weights(PlayIndex(train, SONGS), penalty)
    np.testing.assert_allclose(weights, least_squares(train, penalty), atol=GRAIN)
    assert (weights == np.rint(weights / GRAIN) * GRAIN).all()
    assert (weights.diagonal() == 0).all()


def test_by_hand() -> None:
    # Songs 0 and 1 share one of two playlists each: X'X + 1 = [[3, 1], [1, 3]], whose inverse
    # is [[3, -1], [-1, 3]] / 8.
    weights = ease_weights(PlayIndex(playlists_of([[0, 1, 0], [0], [1]]), 2), penalty=1.0)
    assert weights == pytest.approx(np.array([[0, 1 / 3], [1 / 3, 0]]), abs=GRAIN)


@settings(max_examples=40, deadline=None)
@given(SOME, st.lists(st.integers(0, SONGS - 1), max_size=5))
def test_scores_are_sums_of_rows_from_0_up(train: Playlists, session: list[int]) -> None:
    index = PlayIndex(train, SONGS)
    weights = ease_weights(index, 2.0)
    total = np.zeros(SONGS)
    for place, song in enumerate(session, start=1):
        total += 0.5 ** (len(session) - place) * weights[song]
    row = row_of(ease(index, 2.0), session, decay=0.5)
    assert row == pytest.approx(total - total.min(), abs=1e-12)
    assert min(row) == 0


def test_a_song_that_another_explains_says_little() -> None:
    # Song 2 comes with 0, and with 1 only because 1 comes with 0.
    train = [[0, 1, 2]] * 30 + [[0, 2]] * 30 + [[1, 3]] * 30 + [[3]] * 30
    weights = ease_weights(PlayIndex(playlists_of(train), 4), penalty=1.0)
    assert weights[0, 2] > 0.9
    assert abs(weights[1, 2]) < 0.05
    # Songs that avoid each other speak against each other: such a song is the last of all.
    assert weights[0, 3] < 0
    row = row_of(ease(PlayIndex(playlists_of(train), 4), 1.0), [0])
    assert np.argmin(row) == 3
    assert np.argmax(row) == 2


def test_without_structure_weights_are_small_and_with_it_they_are_not() -> None:
    rng = np.random.default_rng(1)
    drawn = [rng.choice(20, 4, replace=False).tolist() for _ in range(3000)]
    twins = [[*songs, *(song + 20 for song in songs)] for songs in drawn]
    without = ease_weights(PlayIndex(playlists_of(drawn), 20), 10.0)
    planted = ease_weights(PlayIndex(playlists_of(twins), 40), 10.0)
    pairs = np.arange(20)
    assert without.max() < 0.1
    assert planted[pairs, pairs + 20].min() > 0.9


def test_a_vocabulary_that_is_too_large_is_named() -> None:
    assert why_no_ease(MAX_SONGS) is None
    assert why_no_ease(134_019) == "134,019 songs, at most 10,000"
    with pytest.raises(ValueError, match=r"^EASE: 10,001 songs, at most 10,000$"):
        ease(PlayIndex(playlists_of([[0, 1]]), MAX_SONGS + 1), 1.0)


def test_a_penalty_that_is_lost_in_rounding_is_named() -> None:
    index = PlayIndex(playlists_of([[0, 1]] * 3), 2)
    with pytest.raises(DataError, match=r"^EASE: the penalty 1e-18 is too small for these"):
        ease_weights(index, 1e-18)


def test_the_playlists_stay_as_they_are_and_a_second_time_gives_the_same_bytes() -> None:
    rng = np.random.default_rng(2)
    train = playlists_of([rng.integers(0, 50, 6).tolist() for _ in range(200)])
    before = train.tracks.tobytes()
    first = ease_weights(PlayIndex(train, 50), 3.0).tobytes()
    assert ease_weights(PlayIndex(train, 50), 3.0).tobytes() == first
    assert train.tracks.tobytes() == before
