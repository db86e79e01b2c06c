import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playlist2vec.errors import DataError
from playlist2vec.hashing import mix
from playlist2vec.playlists import Playlists
from playlist2vec.splitting import split_playlists
from tests.examples import lists_of, playlists_of, some_playlists, split_params

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
    for row, tracks in enumerate(lists_of(split.train)):
        assert tracks == (whole[row][:-1] if row in held else whole[row])
    for pairs in (split.validation, split.test):
        for row, target, query, history in zip(
            pairs.playlists.rows.tolist(), pairs.targets, pairs.queries, lists_of(pairs.histories()), strict=True
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
    after = split_playlists(keyed(few + [[2, 1, 0]] * 700, keys + list(range(300, 1000))), split_params(0.2, 0.1))
    for old, new in ((before.validation, after.validation), (before.test, after.test)):
        rows = set(old.playlists.rows.tolist())
        assert rows == {row for row in new.playlists.rows.tolist() if row < 300}
        assert rows
    assert 150 < len(after.validation) < 250
    assert 60 < len(after.test) < 140


def test_the_choice_hangs_on_the_id_and_the_seed_but_not_on_the_place() -> None:
    lists = [[track, 1, 2] for track in range(40)]
    keys = list(range(40))
    chosen = split_playlists(keyed(lists, keys), split_params(8, 8)).validation.playlists.tracks[::3].tolist()
    backwards = split_playlists(keyed(lists[::-1], keys[::-1]), split_params(8, 8)).validation
    assert backwards.playlists.tracks[::3].tolist() == chosen
    other = split_playlists(keyed(lists, keys), split_params(8, 8, seed=2)).validation
    assert other.playlists.tracks[::3].tolist() != chosen


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((4, 1), "split.validation = 4: expected at most 3, the playlists of 2 songs or more"),
        (
            (2, 2),
            "split.validation = 2 and split.test = 2 overlap: "
            "expected at most 3 playlists in all, those of 2 songs or more",
        ),
        ((1e-9, 1), "split.validation = 1e-09 chooses none of 3 playlists: expected a larger share"),
    ],
)
def test_sizes_that_cannot_be_had(sizes: tuple[int | float, int], message: str) -> None:
    with pytest.raises(DataError) as error:
        split_playlists(keyed([[0, 1, 2]] * 3, [0, 1, 2]), split_params(*sizes))
    assert str(error.value) == message


def test_a_split_that_leaves_nothing_to_train_on() -> None:
    with pytest.raises(DataError, match=r"^the split leaves no training data: "):
        split_playlists(keyed([[0, 1], [1, 0]], [0, 1]), split_params(1, 1))
