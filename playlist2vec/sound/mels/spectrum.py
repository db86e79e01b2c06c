"""The mel spectrogram: power in Slaney bands, in decibels below the loudest point of a clip.

Agrees with librosa's `melspectrogram` and `power_to_db`; tests/sound/mels/test_spectrum.py says how
far.
"""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

RATE = 22_050
"""Samples per second."""
WINDOW, HOP = 1_024, 512
"""Samples of a frame, and between the starts of two frames."""
LEAST_POWER = 1e-10
LINEAR_STEP = 200 / 3
"""Hertz per mel below BREAK."""
BREAK = 1_000.0
LOG_STEP = np.log(6.4) / 27
"""Natural logarithm of the ratio of frequencies a mel apart, above BREAK."""
BLOCK = 512
"""Frames transformed at once."""


def mel_spectrogram(
    samples: NDArray[np.float32], bins: int, low: float, high: float
) -> NDArray[np.float32]:
    """Return the levels of mono samples at RATE: float32 (samples,) to float32 (frames, bins).

    A level is 10 log10(power / largest power of the clip), in decibels, clipped to the range from
    `low` to `high`. Frames are centred on multiples of HOP, with zeros before the first sample and
    after the last: 1 + samples // HOP frames.
    """
    from scipy.fft import rfft

    padded = np.pad(samples.astype(np.float32), WINDOW // 2)
    frames = sliding_window_view(padded, WINDOW)[::HOP]
    window, filters = hann(), mel_filters(bins).T
    power = np.empty((len(frames), bins), np.float32)
    for first in range(0, len(frames), BLOCK):
        spectrum = rfft(frames[first : first + BLOCK] * window, axis=1)
        power[first : first + BLOCK] = (spectrum.real**2 + spectrum.imag**2) @ filters
    reference = max(LEAST_POWER, float(power.max()))
    levels = 10 * np.log10(np.maximum(power, LEAST_POWER) / np.float32(reference))
    found: NDArray[np.float32] = np.clip(levels, low, high).astype(np.float32)
    return found


@cache
def hann() -> NDArray[np.float32]:
    """Return the periodic Hann window, float32 (WINDOW,)."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)


@cache
def mel_filters(bins: int) -> NDArray[np.float32]:
    """Return triangular filters of equal area up to RATE / 2: float32 (bins, WINDOW // 2 + 1).

    Slaney, Auditory toolbox, version 2, Interval Research technical report 1998-010: mels are
    linear in frequency up to BREAK and logarithmic above; a filter rises from the centre of the
    filter before to its own, and falls to the next.
    """
    edges = frequency_of(np.linspace(mel_of(0.0), mel_of(RATE / 2), bins + 2))
    frequencies = np.arange(WINDOW // 2 + 1) * (RATE / WINDOW)
    rising = (frequencies - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - frequencies) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def mel_of(frequency: float) -> float:
    """Return the mel of a frequency in hertz."""
    if frequency < BREAK:
        return frequency / LINEAR_STEP
    return float(BREAK / LINEAR_STEP + np.log(frequency / BREAK) / LOG_STEP)


def frequency_of(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the frequencies of mels in hertz: float64, any shape."""
    first = BREAK / LINEAR_STEP
    above = BREAK * np.exp(LOG_STEP * (np.maximum(mels, first) - first))
    return np.where(mels < first, mels * LINEAR_STEP, above)
