"""Songs that must not be suggested: which they are for each query, and what fills a list that they
leave short.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.exclusions import Exclusions, filled_up

THREE = Exclusions(Rows(np.array([4, 5, 6])), np.array([0, 2, 2, 3]))
"""The first query excludes 4 and 5, the second nothing, the third 6."""


def lists_in(excluded: Exclusions) -> list[list[int]]:
    """The excluded songs of each query."""
    return [
        excluded.of_block(query, query + 1)[1].tolist()
        for query in range(len(excluded.offsets) - 1)
    ]


def test_none_one_of_each_and_some_by_hand() -> None:
    nothing = Exclusions.none(2)
    assert (nothing.songs.tolist(), nothing.offsets.tolist(), nothing.allowed) == (
        [],
        [0, 0, 0],
        None,
    )
    assert lists_in(nothing) == [[], []]
    assert lists_in(Exclusions.of_each(np.array([7, 3, 7]))) == [[7], [3], [7]]
    assert lists_in(THREE) == [[4, 5], [], [6]]


@pytest.mark.parametrize(
    ("start", "end", "queries", "songs"),
    [(0, 3, [0, 0, 2], [4, 5, 6]), (1, 3, [1], [6]), (0, 2, [0, 0], [4, 5]), (1, 2, [], [])],
)
def test_a_block_counts_its_queries_from_its_start(
    start: int, end: int, queries: list[int], songs: list[int]
) -> None:
    assert [part.tolist() for part in THREE.of_block(start, end)] == [queries, songs]


def test_chosen_queries_keep_their_songs_and_what_is_allowed() -> None:
    allowed = np.array([True, False])
    chosen = replace(THREE, allowed=allowed).choose(np.array([2, 0, 1, 2]))
    assert lists_in(chosen) == [[6], [4, 5], [], [6]]
    assert chosen.allowed is allowed


def test_lists_are_filled_up_by_hand() -> None:
    best = np.array([[3, 0, -1, -1], [2, 1, 0, 3], [9, -1, -1, -1]])
    excluded = Exclusions(Rows(np.array([1, 5, 0, 1])), np.array([0, 2, 2, 4]))
    assert filled_up(best, excluded, 10).tolist() == [[3, 0, 2, 4], [2, 1, 0, 3], [9, 2, 3, 4]]
    assert best[0].tolist() == [3, 0, -1, -1], "the lists themselves stay"
    odd = replace(excluded, allowed=np.arange(10) % 2 == 1)
    assert filled_up(best, odd, 10).tolist() == [[3, 0, 7, 9], [2, 1, 0, 3], [9, 3, 5, 7]]
    few = replace(excluded, allowed=np.arange(10) == 7)
    assert filled_up(best, few, 10).tolist() == [[3, 0, 7, -1], [2, 1, 0, 3], [9, 7, -1, -1]]


@given(
    st.lists(st.integers(0, 7), unique=True, max_size=4),
    st.lists(st.integers(0, 7), max_size=6),
    st.integers(1, 8),
)
def test_what_fills_a_list_is_the_next_song_that_is_free(
    there: list[int], out: list[int], songs: int
) -> None:
    listed = [song for song in there if song < songs]
    best = np.full((1, 5), -1)
    best[0, : len(listed)] = listed
    free = [song for song in range(songs) if song not in listed and song not in out]
    expected = [*listed, *free, *[-1] * 5][:5]
    excluded = Exclusions(Rows(np.array(out, np.int64)), np.array([0, len(out)]))
    assert filled_up(best, excluded, songs).tolist() == [expected]
