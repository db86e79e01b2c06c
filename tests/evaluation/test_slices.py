import itertools

import numpy as np
import pytest
from hypothesis import given

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.evaluation.slices import (
    bigram_counts,
    cold_slices,
    describe_suggestions,
    length_slices,
    near_copies,
    place_slices,
    popularity_slices,
    slice_scores,
)
from tests.builders.examples import lists_of, playlists_of, some_playlists


def groups(slices: list) -> dict[str, list[int]]:  # type: ignore[type-arg]
    return {each.group: np.flatnonzero(each.chosen).tolist() for each in slices}


def test_thirds_of_the_plays_by_hand() -> None:
    """Plays 6, 3, 3, 2, 2, 2 of 18: the first song is a third, the next two are, the last three
    are.
    """
    counts = np.array([2, 6, 3, 0, 2, 3, 2])
    found = groups(popularity_slices(np.arange(7), counts))
    assert found == {"head": [1], "middle": [2, 5], "tail": [0, 4, 6], "unseen": [3]}


@given(some_playlists(min_size=1), some_playlists(min_size=1))
def test_bigrams_agree_with_counting_by_hand(train: Playlists, asked: Playlists) -> None:
    pairs = Pairs.of_last(playlists_of([tracks for tracks in lists_of(asked) if len(tracks) > 1]))
    by_hand = [
        sum(
            (a, b) == (query, target)
            for tracks in lists_of(train)
            for a, b in itertools.pairwise(tracks)
        )
        for query, target in zip(pairs.queries, pairs.targets, strict=True)
    ]
    assert bigram_counts([train], pairs, 8).tolist() == by_hand
    assert bigram_counts([train, train], pairs, 8).tolist() == [2 * count for count in by_hand]


def test_cold_pairs_and_lengths_fall_into_their_groups() -> None:
    assert groups(cold_slices(np.array([0, 1, 2, 3, 9]))) == {
        "never seen": [0],
        "seen 1-2 times": [1, 2],
        "seen 3 times or more": [3, 4],
    }
    assert groups(length_slices(np.array([2, 3, 5, 6, 10, 11, 20, 21, 900]))) == {
        "3-5": [0, 1, 2],
        "6-10": [3, 4],
        "11-20": [5, 6],
        "21 or more": [7, 8],
    }


def test_places_fall_into_halves_and_the_end() -> None:
    pairs = Pairs(
        playlists_of([[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [5, 6], [0, 1, 2, 3, 4]]),
        np.array([1, 2, 1, 4]),
    )
    assert groups(place_slices(pairs)) == {
        "first half": [0],
        "second half": [1],
        "last song": [2, 3],
    }


def test_a_near_copy_is_six_songs_in_their_order_within_one_playlist() -> None:
    run = [3, 1, 4, 1, 5, 2]
    asked = Pairs(
        playlists_of([[7, *run, 0], run, run[:5], [*run[:4], 2, 5], [6, *run]]),
        np.array([6, 5, 4, 5, 5]),
    )
    whole, cut = playlists_of([[0, *run, 6]]), playlists_of([run[:3], run[3:], [*run[1:], 3]])
    assert near_copies([whole], asked).tolist() == [True, True, False, False, False]
    assert near_copies([cut, whole], asked).tolist() == [True, True, False, False, False]
    assert not near_copies([cut], asked).any()
    assert not near_copies([whole], Pairs.of_last(playlists_of([[0, 1]]))).any()


def test_every_pair_is_in_one_group_and_the_parts_make_the_whole() -> None:
    ranks = np.array([1.0, 30, 2, np.inf])
    scored = slice_scores(cold_slices(np.array([0, 0, 1, 5])), ranks, 10, 20, seed=1)
    assert [pairs for _, pairs, _ in scored] == [2, 1, 1]
    assert [scores["hit@10"].estimate for _, _, scores in scored] == [0.5, 1, 0]


def test_suggestions_by_hand() -> None:
    lists = np.array([[1, 2], [0, -1]])
    found = describe_suggestions(
        lists, np.array([0, 3]), np.array([6, 3, 2, 1]), np.array([7, 7, 8, -1])
    )
    assert found.coverage == 3 / 4
    assert found.mean_popularity == pytest.approx(((3 + 2 + 6) / 3) / 3)
    assert found.same_artist == 1 / 2
