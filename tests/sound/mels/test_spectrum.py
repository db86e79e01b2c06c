"""The mel spectrogram, by hand and by its properties."""

import numpy as np
import pytest

from playlist2vec.sound.mels.features import features_of
from playlist2vec.sound.mels.spectrum import (
    HOP,
    RATE,
    WINDOW,
    frequency_of,
    mel_filters,
    mel_of,
    mel_spectrogram,
)
from playlist2vec.sound.mels.storage import to_bytes


def test_mels_are_linear_to_1000_hertz_and_logarithmic_above() -> None:
    assert mel_of(200.0) == pytest.approx(3)
    assert mel_of(1_000.0) == pytest.approx(15)
    assert mel_of(6_400.0) == pytest.approx(15 + 27)
    found = frequency_of(np.array([3.0, 15.0, 42.0]))
    np.testing.assert_allclose(found, [200, 1_000, 6_400])


def test_a_filter_is_a_triangle_of_area_one() -> None:
    filters = mel_filters(40)
    assert filters.shape == (40, WINDOW // 2 + 1)
    # Wide filters, whose triangle the frequencies of the transform follow closely.
    areas = filters[20:].sum(axis=1) * RATE / WINDOW
    np.testing.assert_allclose(areas, 1, atol=0.02)


def test_a_frame_is_the_power_of_its_window_by_a_plain_transform() -> None:
    rng = np.random.default_rng(1)
    samples = rng.standard_normal(5 * HOP).astype(np.float32)
    found = mel_spectrogram(samples, 16, -200, 0)
    assert found.shape == (1 + 5, 16)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    turns = np.exp(-2j * np.pi * np.outer(np.arange(WINDOW // 2 + 1), np.arange(WINDOW)) / WINDOW)
    padded = np.concatenate([np.zeros(WINDOW // 2), samples, np.zeros(WINDOW // 2)])
    frames = [padded[start : start + WINDOW] for start in range(0, 6 * HOP, HOP)]
    power = np.array(
        [
            mel_filters(16).astype(np.float64) @ np.abs(turns @ (frame * window)) ** 2
            for frame in frames
        ]
    )
    np.testing.assert_allclose(found, 10 * np.log10(power / power.max()), atol=1e-3)


def test_levels_are_below_the_loudest_point_and_do_not_know_the_gain() -> None:
    rng = np.random.default_rng(2)
    samples = (rng.standard_normal(RATE) * np.linspace(0, 0.1, RATE)).astype(np.float32)
    loud, soft = (mel_spectrogram(samples * np.float32(gain), 32, -80, 0) for gain in (8, 0.5))
    assert loud.max() == 0
    assert loud.min() >= -80
    np.testing.assert_allclose(loud, soft, atol=0.02)


def test_bytes_span_the_range_and_are_off_by_half_a_step_at_most() -> None:
    levels = np.linspace(-80, 0, 1_001, dtype=np.float32)
    found = to_bytes(levels, -80, 0)
    assert (found[0], found[-1]) == (0, 255)
    assert np.abs(found / 255 * 80 - 80 - levels).max() <= 80 / 255 / 2 + 1e-4


def test_features_are_mean_deviation_and_step() -> None:
    mel = np.array([[0, 10], [4, 10], [8, 10]], np.uint8)
    assert features_of(mel).tolist() == pytest.approx([4, 10, np.sqrt(32 / 3), 0, 4, 0])
    assert features_of(mel[:0]).tolist() == [0] * 6
