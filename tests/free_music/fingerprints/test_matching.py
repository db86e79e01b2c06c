import numpy as np
import pytest

from benchmarks.free_music.example import song
from playlist2vec.free_music.fingerprints import matching
from playlist2vec.free_music.fingerprints.making import RATE, fingerprint
from playlist2vec.free_music.fingerprints.matching import MAX_ERROR, error_at, find_copies
from playlist2vec.free_music.fingerprints.storage import Fingerprints
from tests.free_music.songs import least_error, prints

SECONDS = 40


def copies_of(number: int) -> dict[str, np.ndarray]:
    whole, rng = song(number, SECONDS, RATE), np.random.default_rng(number)
    noise = rng.standard_normal(len(whole)).astype(np.float32)
    coarse = np.float32(np.abs(whole).max() / 60)
    return {
        "whole": whole,
        "quieter": whole * np.float32(0.1),
        "with noise": whole + np.float32(0.02 * np.abs(whole).max()) * noise,
        "coarse": np.rint(whole / coarse) * coarse,
        "cut": whole[RATE * 3 + 100 : -RATE * 5],
        "30 seconds": whole[RATE * 7 + 130 : RATE * 37 + 130],
        "after silence": np.concatenate([np.zeros(RATE * 4, np.float32), whole]),
    }


@pytest.fixture(scope="module")
def made() -> Fingerprints:
    return Fingerprints.of_all(
        [fingerprint(sound) for number in (1, 2) for sound in copies_of(number).values()]
    )


def test_all_copies_of_a_song_are_found_and_no_other(made: Fingerprints) -> None:
    size = len(copies_of(1))
    expected = [
        (a + at, b + at) for at in (0, size) for a in range(size) for b in range(a + 1, size)
    ]
    assert [pair[:2] for pair in find_copies(made)] == expected


def test_the_error_is_the_least_over_all_shifts(made: Fingerprints) -> None:
    for pair in find_copies(made):
        sounds = made.of(pair.first), made.of(pair.second)
        if 6 not in (pair.first % 7, pair.second % 7):
            assert pair.error == pytest.approx(least_error(*sounds))


def test_rounds_and_blocks_change_nothing(
    made: Fingerprints, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = find_copies(made)
    monkeypatch.setattr(matching, "SORTED_AT_ONCE", 999)
    monkeypatch.setattr(matching, "BLOCK", 1_234)
    assert find_copies(made) == expected


def test_three_percent_faster_is_not_found() -> None:
    whole = song(3, SECONDS, RATE)
    faster = np.interp(np.arange(0, len(whole) - 1, 1.03), np.arange(len(whole)), whole).astype(
        np.float32
    )
    assert find_copies(Fingerprints.of_all([fingerprint(whole), fingerprint(faster)])) == []


def no_false_pairs(count: int, seconds: int) -> float:
    found = prints(count, seconds)
    assert find_copies(Fingerprints.of_all(found)) == []
    return min(least_error(found[a], found[b]) for a in range(count) for b in range(a))


def test_unlike_songs_are_no_copies() -> None:
    # 435 pairs; the error at the best of all shifts is far from the limit.
    assert no_false_pairs(30, 15) > MAX_ERROR + 0.1


@pytest.mark.thorough
def test_no_false_pair_of_3160() -> None:
    assert no_false_pairs(80, 30) > MAX_ERROR + 0.1


def test_silence_is_no_likeness() -> None:
    # A few seconds of sound between minutes of silence.
    quiet = np.zeros(2_000, np.uint32)
    rng = np.random.default_rng(1)
    sounds = [
        np.concatenate([quiet, rng.integers(1, 2**32, 60, np.uint32), quiet]) for _ in range(2)
    ]
    assert error_at(sounds[0], sounds[1], 0) == 1
    assert find_copies(Fingerprints.of_all(sounds)) == []


def test_arithmetic_of_an_error() -> None:
    first = np.random.default_rng(1).integers(1, 2**32, 100, np.uint32)
    second = first[10:].copy()
    second[0] ^= 0b111
    assert error_at(first, second, 10) == 3 / (32 * 90)
    assert error_at(first, second[:30], 10) == 1
    assert error_at(second, first, -10) == 3 / (32 * 90)


def test_nothing_and_one_sound_have_no_copies() -> None:
    assert find_copies(Fingerprints.of_all([])) == []
    assert find_copies(Fingerprints.of_all(prints(1, 3))) == []
    assert find_copies(Fingerprints.of_all([np.zeros(0, np.uint32)] * 3)) == []
