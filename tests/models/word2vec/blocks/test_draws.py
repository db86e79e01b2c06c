"""Random numbers by place, draws by shares, and blocks of even load."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.hashing import mix
from tests.conftest import needed_package

needed_package("numba")

from playlist2vec.models.word2vec.blocks.draws import alias_table, draw, fill_start, number_at  # noqa: E402
from playlist2vec.models.word2vec.blocks.plan import balanced, keeping, sigmoid_table  # noqa: E402
from playlist2vec.models.word2vec.blocks.rounds import REACH, STEPS  # noqa: E402

pytestmark = pytest.mark.extra


def test_numbers_are_those_of_the_hash() -> None:
    """`mix` starts its stream one step further on."""
    gamma = 0x9E3779B97F4A7C15
    ours = [int(number_at(np.uint64(gamma), np.uint64(place))) for place in range(100)]
    assert ours == mix(np.arange(100, dtype=np.uint64)).tolist()


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=50))
def test_the_table_gives_each_song_its_share(shares: list[float]) -> None:
    """A column gives its song up to the threshold and another one beyond; what a song gets adds up
    to its share.
    """
    thresholds, others = alias_table(np.array(shares))
    got = np.zeros(len(shares))
    for column, (threshold, other) in enumerate(
        zip(thresholds.tolist(), others.tolist(), strict=True)
    ):
        got[column] += threshold / 2**32 / len(shares)
        got[other] += (1 - threshold / 2**32) / len(shares)
    assert got == pytest.approx(np.array(shares) / sum(shares), abs=1e-8)


@pytest.mark.parametrize("exponent", [-1.0, -0.5, 0.0, 0.75, 1.0])
def test_negatives_come_by_count_to_the_exponent(exponent: float) -> None:
    shares = np.arange(1.0, 101) ** exponent
    thresholds, others = alias_table(shares)
    numbers = [np.uint64(number_at(np.uint64(3), np.uint64(place))) for place in range(100_000)]
    drawn = [draw(number, thresholds, others) for number in numbers]
    wanted = 100_000 * shares / shares.sum()
    found = np.bincount(drawn, minlength=100)
    # Chi-square over 100 songs: its mean is 99, its standard deviation 14.
    assert np.sum((found - wanted) ** 2 / wanted) < 99 + 5 * 14


def test_blocks_have_even_loads() -> None:
    loads = 1 / np.arange(1.0, 10_001)
    totals = np.bincount(balanced(loads, 8), loads)
    # The first song alone is more than an eighth of most splits; the others share the rest alike.
    assert totals.max() / totals.mean() < 1.01


def test_vectors_start_small_and_even_whatever_is_asked_first() -> None:
    whole, part = np.zeros((1000, 16), np.float32), np.zeros((10, 16), np.float32)
    fill_start(whole, 0, 10, np.uint64(5))
    fill_start(part, 500, 10, np.uint64(5))
    assert np.array_equal(whole[500:510], part)
    assert not whole[:, 10:].any()
    drawn = whole[:, :10] * 10
    assert drawn.min() >= -0.5
    assert drawn.max() < 0.5
    assert abs(drawn.mean()) < 0.02
    assert drawn.std() == pytest.approx(np.sqrt(1 / 12), abs=0.01)


def test_sub_sampling_keeps_what_the_rule_says() -> None:
    """A song with a hundredth of all plays, at sample 0.0025: sqrt(1 / 4) + 1 / 4 of its plays
    stay.
    """
    thresholds = keeping(np.array([9900, 100]), 0.0025)
    assert thresholds[1] / 2**64 == pytest.approx(0.75)
    assert keeping(np.array([9900, 100]), 0.01)[1] == 2**64 - 1
    assert len(keeping(np.array([1, 2]), 0)) == 0


def test_the_table_of_the_sigmoid() -> None:
    table = sigmoid_table()
    assert len(table) == STEPS
    assert table + table[::-1] == pytest.approx(np.ones(STEPS), abs=1e-6)
    assert table[STEPS // 2] == pytest.approx(1 / (1 + np.exp(-REACH / STEPS)), abs=1e-6)
