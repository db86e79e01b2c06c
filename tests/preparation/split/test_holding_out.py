import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.preparation.split.holding_out import split_playlists
from playlist2vec.preparation.split.places import target_places
from tests.builders.examples import lists_of, playlists_of, some_playlists, split_params

SIZES = st.one_of(st.integers(1, 6), st.floats(0.05, 0.6))


def keyed(lists: list[list[int]], keys: list[int]) -> Playlists:
    plain = playlists_of(lists)
    return Playlists(plain.tracks, plain.offsets, mix(np.array(keys, np.uint64)), plain.rows)


@given(some_playlists(min_size=3), SIZES, SIZES, st.integers(2, 4), st.integers(0, 9))
def test_splits_are_disjoint_and_complete(
    playlists: Playlists, validation: int | float, test: int | float, min_length: int, seed: int
) -> None:
    playlists = keyed(lists_of(playlists), list(range(len(playlists))))
    try:
        split = split_playlists(playlists, split_params(validation, test, min_length, seed))
    except DataError:
        assume(False)
    held = dict.fromkeys(split.validation.playlists.rows.tolist(), "validation")
    assert not held.keys() & set(split.test.playlists.rows.tolist())
    held |= dict.fromkeys(split.test.playlists.rows.tolist(), "test")
    whole = lists_of(playlists)
    kept = [(row, songs[:-1] if row in held else songs) for row, songs in enumerate(whole)]
    found = list(zip(split.train.rows.tolist(), lists_of(split.train), strict=True))
    assert found == [(row, songs) for row, songs in kept if songs]
    for pairs in (split.validation, split.test):
        for row, target, query, history in zip(
            pairs.playlists.rows.tolist(),
            pairs.targets,
            pairs.queries,
            lists_of(pairs.histories()),
            strict=True,
        ):
            assert len(whole[row]) >= min_length
            assert whole[row] == [*history, target]
            assert history[-1] == query
    for size, pairs in ((validation, split.validation), (test, split.test)):
        assert isinstance(size, float) or len(pairs) == size


def test_a_fraction_leaves_every_playlist_where_it_is_when_others_are_added() -> None:
    few = [[0, 1, 2]] * 300
    keys = list(range(300))
    before = split_playlists(keyed(few, keys), split_params(0.2, 0.1))
    after = split_playlists(
        keyed(few + [[2, 1, 0]] * 700, keys + list(range(300, 1000))), split_params(0.2, 0.1)
    )
    for old, new in ((before.validation, after.validation), (before.test, after.test)):
        rows = set(old.playlists.rows.tolist())
        assert rows == {row for row in new.playlists.rows.tolist() if row < 300}
        assert rows
    assert 150 < len(after.validation) < 250
    assert 60 < len(after.test) < 140


def test_the_choice_hangs_on_the_id_and_the_seed_but_not_on_the_place() -> None:
    lists = [[track, 1, 2] for track in range(40)]
    keys = list(range(40))
    chosen = (
        split_playlists(keyed(lists, keys), split_params(8, 8))
        .validation.playlists.tracks[::3]
        .tolist()
    )
    backwards = split_playlists(keyed(lists[::-1], keys[::-1]), split_params(8, 8)).validation
    assert backwards.playlists.tracks[::3].tolist() == chosen
    other = split_playlists(keyed(lists, keys), split_params(8, 8, seed=2)).validation
    assert other.playlists.tracks[::3].tolist() != chosen


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((4, 1), "split.validation = 4: expected at most 3, the playlists of 2 songs or more"),
        ((1, 4), "split.test = 4: expected at most 3, the playlists of 2 songs or more"),
        (
            (2, 2),
            "split.validation = 2 and split.test = 2 overlap: "
            "expected at most 3 playlists in all, those of 2 songs or more",
        ),
        (
            (1e-9, 1),
            "split.validation = 1e-09 chooses none of 3 playlists: expected a larger share",
        ),
    ],
)
def test_sizes_that_cannot_be_had(sizes: tuple[int | float, int], message: str) -> None:
    with pytest.raises(DataError) as error:
        split_playlists(keyed([[0, 1, 2]] * 3, [0, 1, 2]), split_params(*sizes))
    assert str(error.value) == message


NOTHING = (
    "the split leaves no training data: expected a playlist with two songs that are not held out"
)


def test_numbers_that_a_small_data_set_has_not_are_answered_with_fractions() -> None:
    lists = keyed([[0, 1, 2]] * 60, list(range(60)))
    advice = "; fractions fit any data set: -S split.validation=0.1 -S split.test=0.1"
    for sizes in ((500, 500), (40, 40)):
        with pytest.raises(DataError) as error:
            split_playlists(lists, split_params(*sizes))
        assert str(error.value).endswith(advice)
    fraction = split_playlists(lists, split_params(0.1, 0.1))
    assert 1 <= len(fraction.validation) <= 15


def test_a_split_that_leaves_nothing_to_train_on() -> None:
    with pytest.raises(DataError) as error:
        split_playlists(keyed([[0, 1], [1, 0]], [0, 1]), split_params(1, 1))
    assert str(error.value) == NOTHING
    enough = split_playlists(keyed([[0, 1, 2], [2, 1, 0]], [0, 1]), split_params(1, 1))
    assert sorted(lists_of(enough.train)) == [[0, 1], [2, 1]]


@pytest.mark.parametrize("seed", range(12))
def test_with_the_rest_held_out_two_songs_before_a_first_target_are_enough(seed: int) -> None:
    playlists = keyed([[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]], [0, 1])
    params = split_params(1, 1, seed=seed, held_out="rest", target="random", places=2)
    number, place = target_places(playlists.lengths, playlists.keys, params)
    first = [int(place[number == each].min()) for each in (0, 1)]
    if max(first) >= 2:
        assert sorted(map(len, lists_of(split_playlists(playlists, params).train))) == sorted(first)
        return
    with pytest.raises(DataError, match=NOTHING):
        split_playlists(playlists, params)


def timed(lists: list[list[int]], times: list[int]) -> Playlists:
    plain = keyed(lists, list(range(len(lists))))
    return Playlists(plain.tracks, plain.offsets, plain.keys, plain.rows, np.array(times, np.int64))


def test_by_time_the_latest_are_asked_about_and_what_ended_before_is_for_training() -> None:
    times = [50, 10, 40, 20, 60, 30, 45]
    playlists = timed([[0, 1, 2]] * 6 + [[3]], times)
    split = split_playlists(playlists, split_params(2, 1, by="time"))
    assert split.test.playlists.times is not None
    assert split.test.playlists.times.tolist() == [60]
    assert sorted(split.validation.playlists.rows.tolist()) == [0, 2]
    # The playlist of one song cannot be asked about, and it ended after the first of those that
    # are.
    assert (split.train.rows.tolist(), lists_of(split.train)) == ([1, 3, 5], [[0, 1, 2]] * 3)
    shares = split_playlists(playlists, split_params(0.3, 0.1, by="time"))
    assert (len(shares.validation), len(shares.test)) == (2, 1)


@given(
    some_playlists(min_size=4),
    st.lists(st.integers(0, 6), min_size=20, max_size=20),
    SIZES,
    SIZES,
    st.integers(2, 3),
    st.integers(0, 9),
)
def test_by_time_nothing_in_training_is_later_than_what_is_asked(
    playlists: Playlists,
    times: list[int],
    validation: int | float,
    test: int | float,
    min_length: int,
    seed: int,
) -> None:
    playlists = timed(lists_of(playlists), times[: len(playlists)])
    try:
        split = split_playlists(playlists, split_params(validation, test, min_length, seed, "time"))
    except DataError:
        assume(False)
    parts = [split.train, split.validation.playlists, split.test.playlists]
    in_train, in_validation, in_test = (
        part.times.tolist() for part in parts if part.times is not None
    )
    assert max(in_train) < min(in_validation) <= max(in_validation) <= min(in_test)
    asked = [
        time for time, length in zip(times, playlists.lengths, strict=False) if length >= min_length
    ]
    assert sorted(in_validation + in_test) == sorted(asked)[-len(in_validation + in_test) :]
    full = [time for time, length in zip(times, playlists.lengths, strict=False) if length]
    assert set(in_train) == {time for time in full if time < min(in_validation)}
    hashes = mix(split.validation.playlists.keys, seed).tolist()
    assert hashes == sorted(hashes)


@pytest.mark.parametrize(
    ("share", "playlists", "expected"), [(0.1, 10, 1), (0.5, 6, 3), (0.29, 100, 29), (0.3, 6, 2)]
)
def test_by_time_a_fraction_is_that_of_the_playlists(
    share: float, playlists: int, expected: int
) -> None:
    split = split_playlists(
        timed([[0, 1]] * playlists, list(range(playlists))), split_params(1, share, by="time")
    )
    assert len(split.test) == expected


def test_by_time_there_must_be_enough_playlists() -> None:
    with pytest.raises(
        DataError, match=r"^split.validation = 7: expected at most 6, the playlists "
    ):
        split_playlists(timed([[0, 1]] * 6, list(range(6))), split_params(7, 1, by="time"))
    with pytest.raises(
        DataError, match=r"^split.test = 0.3 chooses none of 1 playlists: expected a larger share$"
    ):
        split_playlists(timed([[0, 1]], [0]), split_params(1, 0.3, by="time"))


def test_by_time_needs_times() -> None:
    with pytest.raises(DataError) as error:
        split_playlists(keyed([[0, 1, 2]] * 9, list(range(9))), split_params(1, 1, by="time"))
    assert str(error.value) == (
        "split.by = time: expected playlist, "
        "because this data set does not say when a song was played"
    )


def test_by_time_training_can_be_empty() -> None:
    with pytest.raises(DataError, match=r"^the split leaves no training data: "):
        split_playlists(timed([[0, 1, 2]] * 9, [5] * 9), split_params(1, 1, by="time"))


def test_a_playlist_that_is_held_out_whole_leaves_nothing_behind() -> None:
    playlists = keyed([[track, 1, 2, track % 3] for track in range(50)], list(range(50)))
    song = split_playlists(playlists, split_params(10, 0.3))
    whole = split_playlists(playlists, split_params(10, 0.3, held_out="playlist"))
    for one, other in ((song.validation, whole.validation), (song.test, whole.test)):
        assert one.playlists.rows.tolist() == other.playlists.rows.tolist()
        assert lists_of(one.playlists) == lists_of(other.playlists)
    asked = {*whole.validation.playlists.rows.tolist(), *whole.test.playlists.rows.tolist()}
    assert whole.train.rows.tolist() == [row for row in range(50) if row not in asked]
    assert lists_of(whole.train) == [lists_of(playlists)[row] for row in whole.train.rows.tolist()]
    with pytest.raises(DataError, match="the split leaves no training data"):
        split_playlists(playlists, split_params(25, 25, held_out="playlist"))
