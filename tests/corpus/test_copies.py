"""Hashes of songs in their order are equal where the songs are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.copies import content_hashes, one_of_each, run_hashes
from playlist2vec.corpus.playlists import Playlists
from tests.builders.examples import lists_of, playlists_of, some_playlists


@given(some_playlists(min_size=1))
def test_equal_songs_in_equal_order_have_equal_hashes_and_others_do_not(
    playlists: Playlists,
) -> None:
    lists = [tuple(songs) for songs in lists_of(playlists)]
    hashes = content_hashes(playlists).tolist()
    for one, first in zip(lists, hashes, strict=True):
        for other, second in zip(lists, hashes, strict=True):
            assert (one == other) == (first == second)


@given(some_playlists(min_size=1), st.integers(1, 4))
def test_runs_within_playlists_have_equal_hashes_where_they_are_equal(
    playlists: Playlists, songs: int
) -> None:
    runs = [
        tuple(each[end - songs : end])
        for each in lists_of(playlists)
        for end in range(songs, len(each) + 1)
    ]
    ends, hashes = run_hashes(playlists, songs)
    tracks = playlists.tracks.tolist()
    assert [tuple(tracks[end + 1 - songs : end + 1]) for end in ends.tolist()] == runs
    assert (
        len(set(hashes.tolist()))
        == len(set(runs))
        == len({*zip(runs, hashes.tolist(), strict=True)})
    )


def test_one_of_equal_playlists_is_marked_the_first_by_the_order() -> None:
    contents = content_hashes(playlists_of([[1, 2], [3], [1, 2], [], [3], [2, 1], []]))
    rows = np.arange(7)
    assert one_of_each(contents, rows).tolist() == [True, True, False, True, False, True, False]
    assert one_of_each(contents, -rows).tolist() == [False, False, True, False, True, True, True]
    assert one_of_each(contents, rows, np.array([1, 1, 0, 0, 1, 0, 0])).tolist() == [
        *(False, True, True, True, False, True, False)
    ]
