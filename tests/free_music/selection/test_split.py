from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.rules import RefusedError
from playlist2vec.free_music.selection.params import UploaderSplitParams
from playlist2vec.free_music.selection.split import PARTS, split_of

PARAMS = UploaderSplitParams(0.1, 0.2, 200, 1)


@given(st.lists(st.integers(1, 60).map(str)), st.integers(0, 100))
def test_an_uploader_is_in_one_part(uploaders: list[str], seed: int) -> None:
    parts = split_of(uploaders, replace(PARAMS, seed=seed))
    assert set(parts) <= set(PARTS)
    assert len(set(zip(uploaders, parts, strict=True))) == len(set(uploaders))


def test_shares_are_of_the_uploaders() -> None:
    counts = Counter(split_of([str(number) for number in range(20_000)], PARAMS))
    assert counts["validation"] == pytest.approx(2_000, abs=150)
    assert counts["test"] == pytest.approx(4_000, abs=200)


def test_a_fifth_more_tracks_move_none() -> None:
    before = [str(number % 700) for number in range(10_000)]
    more = [*before, *(str(number % 900) for number in range(2_000))]
    assert split_of(more, PARAMS)[: len(before)] == split_of(before, PARAMS)


def test_an_uploader_of_many_tracks_is_for_training() -> None:
    held_out = split_of([str(number) for number in range(100)], PARAMS).index("test")
    assert split_of([str(held_out)] * 200, PARAMS) == ["test"] * 200
    assert split_of([str(held_out)] * 201, PARAMS) == ["train"] * 201


def test_another_seed_holds_out_others() -> None:
    names = [str(number) for number in range(100)]
    assert split_of(names, PARAMS) != split_of(names, replace(PARAMS, seed=2))
    assert set(split_of(names, replace(PARAMS, validation=0, test=0))) == {"train"}


def test_something_is_left_for_training() -> None:
    with pytest.raises(RefusedError, match="expected less than 1 together with"):
        replace(PARAMS, validation=0.5, test=0.5).check()
