"""Invented songs at the rate of fingerprints, and the share of wrong bits at the best of all
shifts.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from benchmarks.free_music.example import song
from playlist2vec.free_music.fingerprints.making import RATE, fingerprint
from playlist2vec.free_music.fingerprints.matching import MIN_OVERLAP, MIN_SHARE


def prints(count: int, seconds: int, first: int = 0) -> list[NDArray[np.uint32]]:
    return [fingerprint(song(number, seconds, RATE)) for number in range(first, first + count)]


def signs(words: NDArray[np.uint32]) -> NDArray[np.float64]:
    bits = np.unpackbits(words.astype(">u4").view(np.uint8).reshape(-1, 4), axis=1)
    return np.where(bits, 1.0, -1.0)


def least_error(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """By correlation: equal bits less unequal ones are the sum of products of signs."""
    size = len(one) + len(other)
    product = rfft(signs(one), size, axis=0) * np.conj(rfft(signs(other), size, axis=0))
    agreement = irfft(product.sum(axis=1), size)
    shifts = np.arange(1 - len(other), len(one))
    overlap = np.minimum(len(one), len(other) + shifts) - np.maximum(0, shifts)
    errors = (1 - agreement[shifts % size] / (32 * overlap)) / 2
    enough = overlap >= max(MIN_OVERLAP, MIN_SHARE * min(len(one), len(other)))
    return float(errors[enough].min())
