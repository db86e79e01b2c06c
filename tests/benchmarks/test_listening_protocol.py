"""The paper's protocol: shares of pairs, ranks by plays, a song that is listed twice, and the drawn
rows.
"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from benchmarks.listening.protocol import (  # noqa: E402
    earliest,
    ranks_by_plays,
    ranks_listed_twice,
    share_in_training,
)
from playlist2vec.corpus.histories import Histories  # noqa: E402

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=30)


def test_two_of_three_test_pairs_are_in_training() -> None:
    training = np.array([[0, 1], [0, 1], [1, 2], [2, 0]])
    assert share_in_training(training, np.array([[0, 1], [1, 1], [2, 0]])) == pytest.approx(2 / 3)


def test_the_most_played_is_first_and_ties_go_to_the_smaller_row() -> None:
    training = np.array([[0, 3], [0, 3], [0, 1], [1, 0]])
    asked = np.array([[0, 3], [0, 1], [0, 0], [0, 2], [1, 0], [1, 3]])
    assert ranks_by_plays(training, asked, 4).tolist() == [1, 2, 3, 4, 1, 4]


@given(PAIRS, PAIRS)
def test_ranks_by_plays_are_those_of_a_slow_loop(
    training: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    slow = []
    for user, song in asked:
        order = sorted(range(6), key=lambda row: (-training.count((user, row)), row))
        slow.append(order.index(song) + 1)
    assert ranks_by_plays(np.array(training), np.array(asked), 6).tolist() == slow


def test_a_song_that_is_listed_twice_stands_one_place_lower_where_its_double_is_above_it() -> None:
    ranks = np.array([1.0, 1.0, 7.0, np.inf])
    assert ranks_listed_twice(ranks).tolist() == [2, 2, 8, np.inf]
    assert ranks_listed_twice(ranks, np.array([True, False, True, False])).tolist() == [
        2,
        1,
        8,
        np.inf,
    ]


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=6), min_size=1, max_size=4), st.integers(0, 12)
)
def test_the_earliest_listens_stay_with_their_listeners(times: list[list[int]], count: int) -> None:
    each = [sorted(user) for user in times]
    flat = [second for user in each for second in user]
    users = np.concatenate([[0], np.cumsum([len(user) for user in each])]).astype(np.int64)
    whole = Histories(np.arange(len(flat), dtype=np.int32), np.array(flat, np.uint32), users)
    early = earliest(whole, count)
    chosen = sorted(sorted(range(len(flat)), key=lambda place: (flat[place], place))[:count])
    assert early.tracks.tolist() == chosen
    for user, (begin, end) in enumerate(pairwise(early.users.tolist())):
        assert whole.user_of(early.tracks[begin:end].astype(np.int64)).tolist() == [user] * (
            end - begin
        )
