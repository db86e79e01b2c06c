from itertools import pairwise

import numpy as np
import pytest

from benchmarks.free_music.example import song
from playlist2vec.free_music.fingerprints.making import (
    BANDS,
    HOP,
    RATE,
    WINDOW,
    band_edges,
    fingerprint,
)


def plain(samples: np.ndarray) -> list[int]:
    """The bits of the paper: E(n, m) - E(n, m + 1) - (E(n - 1, m) - E(n - 1, m + 1)) > 0."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    edges = np.rint(300 * (20 / 3) ** (np.arange(BANDS + 1) / BANDS) * WINDOW / RATE).astype(int)
    words, before = [], None
    for first in range(0, len(samples) - WINDOW + 1, HOP):
        power = (
            np.abs(np.fft.rfft(samples[first : first + WINDOW].astype(np.float64) * window)) ** 2
        )
        energy = [power[low:high].sum() for low, high in pairwise(edges)]
        slope = [energy[band] - energy[band + 1] for band in range(BANDS - 1)]
        if before is not None:
            bits = [now > then for now, then in zip(slope, before, strict=True)]
            words.append(sum(bit << (31 - place) for place, bit in enumerate(bits)))
        before = slope
    return words


def test_bits_are_those_of_the_definition() -> None:
    samples = song(1, 4, RATE)
    found = fingerprint(samples)
    expected = np.array(plain(samples), np.uint32)
    assert found.dtype == np.uint32
    assert len(found) == (len(samples) - WINDOW) // HOP
    # Single precision turns a bit only where two differences of energy are all but equal.
    assert np.bitwise_count(found ^ expected).sum() <= 0.001 * 32 * len(found)


def test_bands_are_wide_enough_and_rise() -> None:
    assert len(band_edges()) == BANDS + 1
    assert (np.diff(band_edges()) >= 6).all()


@pytest.mark.parametrize("samples", [0, 1, WINDOW + HOP - 1])
def test_a_sound_of_less_than_two_frames_has_no_word(samples: int) -> None:
    assert len(fingerprint(np.ones(samples, np.float32))) == 0


def test_silence_has_words_of_zero_and_loudness_changes_none() -> None:
    assert fingerprint(np.zeros(RATE, np.float32)).tolist() == [0] * ((RATE - WINDOW) // HOP)
    samples = song(2, 3, RATE)
    assert fingerprint(samples * np.float32(0.25)).tolist() == fingerprint(samples).tolist()
