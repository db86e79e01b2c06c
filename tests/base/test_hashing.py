import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.hashing import key_of_name, mix


def test_the_first_values_of_splitmix64() -> None:
    """With seed 0, mix(0), mix(1), ... are the outputs of SplitMix64 started at 0, as published
    with it.
    """
    assert mix(np.arange(3, dtype=np.uint64)).tolist() == [
        0xE220A8397B1DCDAF,
        0x6E789E6AA1B965F4,
        0x06C45D188009454F,
    ]


@given(st.lists(st.integers(0, 2**64 - 1), unique=True), st.integers(0, 2**32))
def test_different_values_stay_different(values: list[int], seed: int) -> None:
    assert len(set(mix(np.array(values, np.uint64), seed).tolist())) == len(values)


def test_hashes_are_spread_evenly() -> None:
    shares = np.histogram(
        mix(np.arange(100_000, dtype=np.uint64), 5) / 2.0**64, bins=10, range=(0, 1)
    )[0]
    assert np.abs(shares - 10_000).max() < 5 * np.sqrt(9_000)


def test_names_have_their_own_keys() -> None:
    assert key_of_name("1977/05/08") != key_of_name("1977/05/09")
    assert 0 <= key_of_name("Zürich") < 2**64
