"""The fingerprint of a sound: 32-bit words over time, robust to encoding, loudness and cuts.

Haitsma and Kalker, A highly robust audio fingerprinting system, ISMIR 2002: a bit is set where the
difference of energy between two neighbouring bands grew since the step before. Steps are longer
here, HOP samples instead of 64, so that 50,000 songs fit into memory.
"""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

RATE = 5_512
"""Samples of sound per second."""
WINDOW, HOP = 2_048, 256
"""Samples of a frame, and between the starts of two frames: 0.372 and 0.046 s."""
BANDS = 33
"""Frequency bands; the 32 differences between neighbours are the bits of a word."""
LOWEST, HIGHEST = 300.0, 2_000.0
"""Hertz of the lower edge of the first band, and of the upper edge of the last band."""
BLOCK = 512
"""Frames transformed at once."""


def fingerprint(samples: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return the words of a mono sound at RATE: float32 (samples,) to uint32 (words,).

    There is a word for every pair of neighbouring frames: (samples - WINDOW) // HOP words, none for
    a sound shorter than two frames. Bit 31 belongs to the two lowest bands. Digital silence gives
    words of 0.
    """
    from scipy.fft import rfft

    if len(samples) < WINDOW + HOP:
        return np.zeros(0, np.uint32)
    frames = sliding_window_view(samples.astype(np.float32, copy=False), WINDOW)[::HOP]
    window, edges = hann(), band_edges()
    energy = np.empty((len(frames), BANDS), np.float32)
    for first in range(0, len(frames), BLOCK):
        spectrum = rfft(frames[first : first + BLOCK] * window, axis=1)[:, edges[0] : edges[-1]]
        power = spectrum.real**2 + spectrum.imag**2
        energy[first : first + BLOCK] = np.add.reduceat(power, edges[:-1] - edges[0], axis=1)
    slope = energy[:, :-1] - energy[:, 1:]
    bits = np.packbits(slope[1:] > slope[:-1], axis=1)
    return bits.view(">u4")[:, 0].astype(np.uint32)


@cache
def hann() -> NDArray[np.float32]:
    """Return the periodic Hann window, float32 (WINDOW,)."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)


@cache
def band_edges() -> NDArray[np.int64]:
    """Return the first bin of every band and the bin after the last: int64 (BANDS + 1,).

    The edges are spaced logarithmically in frequency.
    """
    hertz = np.geomspace(LOWEST, HIGHEST, BANDS + 1)
    return np.rint(hertz * WINDOW / RATE).astype(np.int64)
