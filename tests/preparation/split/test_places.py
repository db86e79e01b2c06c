"""Which place of a playlist is asked for, what stays in training of it, and what becomes of its
copies.
"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.preparation.split.holding_out import Split, split_playlists
from playlist2vec.preparation.split.places import target_places
from tests.builders.examples import lists_of, playlists_of, some_playlists, split_params


def keyed(lists: list[list[int]]) -> Playlists:
    plain = playlists_of(lists)
    return Playlists(plain.tracks, plain.offsets, mix(plain.keys), plain.rows)


def asked_of(split: Split) -> dict[int, list[int]]:
    """The places asked for, by the row of the playlist."""
    places: dict[int, list[int]] = {}
    for pairs in (split.validation, split.test):
        for row, place in zip(pairs.playlists.rows.tolist(), pairs.places.tolist(), strict=True):
            places.setdefault(row, []).append(place)
    return places


def pieces_of(songs: list[int], places: list[int], held_out: str) -> list[list[int]]:
    """What stays in training of a playlist, written down plainly."""
    if held_out == "playlist":
        return []
    if held_out == "rest":
        return [songs[: places[0]]]
    edges = [-1, *places, len(songs)]
    pieces = [songs[first + 1 : end] for first, end in pairwise(edges)]
    return [piece for piece in pieces if piece]


@given(
    some_playlists(min_size=3),
    st.sampled_from(["random", "last"]),
    st.sampled_from(["song", "rest", "playlist"]),
    st.integers(1, 3),
    st.integers(2, 4),
    st.integers(0, 9),
)
def test_what_is_asked_for_leaves_and_the_rest_stays_in_its_pieces(
    playlists: Playlists, target: str, held_out: str, places: int, min_length: int, seed: int
) -> None:
    whole = lists_of(playlists)
    params = split_params(2, 0.3, min_length, seed, held_out=held_out, target=target, places=places)
    try:
        split = split_playlists(keyed(whole), params)
    except DataError:
        assume(False)
    asked = asked_of(split)
    expected = []
    for row, songs in enumerate(whole):
        kept = pieces_of(songs, asked[row], held_out) if row in asked else [songs]
        expected += [
            (row, piece, row not in asked or asked[row][-1] < len(songs) - 1)
            for piece in kept
            if piece
        ]
    found = list(zip(split.train.rows.tolist(), lists_of(split.train), strict=True))
    assert found == [(row, piece) for row, piece, _ in expected]
    for row, of_row in asked.items():
        assert of_row == sorted(set(of_row))
        possible = (
            range(min_length - 1, len(whole[row])) if target == "random" else [len(whole[row]) - 1]
        )
        assert set(of_row) <= set(possible)
        assert len(of_row) == (min(places, len(possible)) if target == "random" else 1)


@given(some_playlists(min_size=3), st.sampled_from(["song", "rest"]), st.integers(1, 2))
def test_only_the_own_end_of_a_playlist_closes_it(
    playlists: Playlists, held_out: str, places: int
) -> None:
    # Songs that no playlist has twice, so that the end can be told by the song alone.
    lists = [
        [100 * row + place for place in range(len(songs))]
        for row, songs in enumerate(lists_of(playlists))
    ]
    params = split_params(1, 1, held_out=held_out, target="random", places=places)
    try:
        train = split_playlists(keyed(lists), params).train
    except DataError:
        assume(False)
    assert train.closed is not None
    ends = {songs[-1] for songs in lists if songs}
    assert train.closed.tolist() == [songs[-1] in ends for songs in lists_of(train)]


def test_places_are_drawn_all_alike_and_stay_when_more_are_asked() -> None:
    lengths, keys = np.full(6000, 6), mix(np.arange(6000, dtype=np.uint64))
    playlist, place = target_places(lengths, keys, split_params(min_length=3, target="random"))
    assert playlist.tolist() == list(range(6000))
    times = np.bincount(place, minlength=6)
    assert times[:2].tolist() == [0, 0]
    # Binomial with 6,000 draws of probability 1 / 4: standard deviation 33.5.
    assert np.all(np.abs(times[2:] - 1500) < 5 * 33.5)
    twice = target_places(lengths, keys, split_params(min_length=3, target="random", places=2))
    several = set(zip(*twice, strict=True))
    assert len(several) == 12_000
    assert set(zip(playlist, place, strict=True)) < several
    other = target_places(lengths, keys, split_params(min_length=3, seed=2, target="random"))[1]
    assert 0.2 < np.mean(other == place) < 0.3


def test_a_pair_is_the_song_at_its_place_and_what_is_before_it() -> None:
    pairs = Pairs(playlists_of([[5, 6, 7, 8], [1, 2, 3], [5, 6, 7, 8]]), np.array([2, 2, 1]))
    assert (pairs.targets.tolist(), pairs.queries.tolist()) == ([7, 3, 6], [6, 2, 5])
    assert lists_of(pairs.histories()) == [[5, 6], [1, 2], [5]]
    assert pairs.first(2).targets.tolist() == [7, 3]
    assert pairs.choose(np.array([2, 0])).targets.tolist() == [6, 7]


@pytest.mark.parametrize("target", ["random", "last"])
@pytest.mark.parametrize("held_out", ["song", "rest", "playlist"])
def test_no_copy_of_what_is_asked_about_is_trained_on_and_one_of_them_is_asked(
    target: str, held_out: str
) -> None:
    lists = [[100 * (row // 3) + place for place in range(6)] for row in range(90)]
    params = split_params(8, 7, target=target, held_out=held_out, copies="drop")
    split = split_playlists(keyed(lists), params)
    asked = asked_of(split)
    contents = [row // 3 for row in asked]
    assert len(asked) == len(set(contents)) == 15
    trained = set(split.train.rows.tolist())
    assert (held_out != "playlist") == (asked.keys() <= trained)
    assert trained - asked.keys() == {row for row in range(90) if row // 3 not in contents}
    kept = split_playlists(keyed(lists), split_params(8, 7, target=target, held_out=held_out)).train
    assert len({row // 3 for row in kept.rows.tolist()}) > 15


def test_by_time_the_latest_of_copies_is_asked() -> None:
    plain = keyed([[0, 1, 2], [3, 4, 5], [0, 1, 2], [6, 7, 8], [9, 1, 2]])
    times = np.array([10, 20, 50, 40, 5])
    playlists = Playlists(plain.tracks, plain.offsets, plain.keys, plain.rows, times)
    split = split_playlists(playlists, split_params(1, 1, by="time", copies="drop"))
    assert (split.test.playlists.rows.tolist(), split.validation.playlists.rows.tolist()) == (
        [2],
        [3],
    )
    assert split.train.rows.tolist() == [1, 4]


def test_by_time_each_that_is_asked_is_the_latest_of_its_copies() -> None:
    """Every list is there five times, at times that rise, so that the last 20 of 100 are one of
    each.
    """
    plain = keyed([[row % 20, 20 + row % 20, 40 + row % 20] for row in range(100)])
    playlists = Playlists(plain.tracks, plain.offsets, plain.keys, plain.rows, np.arange(100))
    split = split_playlists(playlists, split_params(3, 4, by="time", copies="drop"))
    assert sorted(split.test.playlists.rows.tolist()) == [96, 97, 98, 99]
    assert sorted(split.validation.playlists.rows.tolist()) == [93, 94, 95]
    assert split.train.rows.tolist() == [row for row in range(93) if row % 20 < 13]


def test_copies_count_once_where_there_are_too_few() -> None:
    with pytest.raises(DataError) as error:
        split_playlists(keyed([[0, 1, 2]] * 9 + [[3, 4, 5]]), split_params(3, 1, copies="drop"))
    assert str(error.value) == (
        "split.validation = 3: expected at most 2, the playlists of 2 songs or more, "
        "copies of one counted once"
    )
