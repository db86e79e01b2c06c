"""Songs of `tones`: chords, a beat and a timbre by genre, artist and song."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHORDS = (
    (0, 4, 7),
    (0, 3, 7),
    (0, 5, 7),
    (0, 4, 9),
    (0, 3, 8),
    (0, 5, 10),
)
"""Notes of a chord in semitones above the root."""
STEPS = 16
"""Steps of a bar where a drum may sound."""
HARMONICS = 24
TABLE = 2_048
"""Samples of one period of a timbre, a power of two."""
BASE = 55.0
"""Hertz of the lowest key."""


@dataclass(frozen=True, eq=False)
class Genre:
    """Properties shared by all songs of a genre.

    `tempo`: beats per minute. `roots`: roots of four chords in semitones, int64 (4,). `chord`:
    index in CHORDS. `octave`: the register, 0 to 3. `drums`: strength of the drum at the steps,
    float64 (STEPS,). `roll_off`: exponent of the decay of harmonics.
    """

    tempo: float
    roots: NDArray[np.int64]
    chord: int
    octave: int
    drums: NDArray[np.float64]
    roll_off: float


@dataclass(frozen=True)
class Artist:
    """Properties shared by all songs of an artist.

    `formant`: hertz. `width`: octaves. `vibrato`: hertz. `depth`: depth of the vibrato.
    """

    formant: float
    width: float
    vibrato: float
    depth: float


def draw_genre(number: int, genres: int, rng: np.random.Generator) -> Genre:
    """Return a random genre; tempos are spread evenly over the genres."""
    spread = number / max(genres - 1, 1)
    drums = np.where(rng.random(STEPS) < 0.35, rng.uniform(0.3, 1.0, STEPS), 0.0)
    return Genre(
        tempo=70 + 90 * spread,
        roots=rng.integers(0, 12, 4),
        chord=int(rng.integers(len(CHORDS))),
        octave=int(rng.integers(4)),
        drums=drums,
        roll_off=float(rng.uniform(0.7, 2.0)),
    )


def draw_artist(rng: np.random.Generator) -> Artist:
    """Return a random artist."""
    return Artist(
        formant=float(300 * 2 ** rng.uniform(0, 3.5)),
        width=float(rng.uniform(0.3, 0.8)),
        vibrato=float(rng.uniform(2, 9)),
        depth=float(rng.uniform(0, 0.03)),
    )


def play(
    genre: Genre, artist: Artist, seconds: int, rate: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Return a song at `rate` samples per second: int16 (samples,).

    Key, tempo, noise and gain are drawn from `rng`.
    """
    key, pace, gain = int(rng.integers(12)), rng.uniform(0.97, 1.03), rng.uniform(0.25, 0.9)
    time = np.arange(seconds * rate) / rate
    bar = 240 / (genre.tempo * pace)
    chord_of = (time / bar).astype(np.int64) % len(genre.roots)
    turns = 1 + artist.depth * np.sin(2 * np.pi * artist.vibrato * time)
    timbre = period(genre.roll_off)
    notes = np.zeros(len(time))
    for step in CHORDS[genre.chord]:
        pitches = BASE * 2 ** (genre.octave + (key + step + genre.roots) / 12) * (TABLE / rate)
        places = np.cumsum(pitches[chord_of] * turns).astype(np.int64)
        notes += timbre[places & (TABLE - 1)]
    beat = drums(genre.drums, time, bar, rng)
    sound = (
        through_formant(notes / 3, artist, rate)
        + 0.5 * beat
        + 0.003 * rng.standard_normal(len(time))
    )
    found: NDArray[np.int16] = np.rint(sound * (gain * 32_000 / np.abs(sound).max())).astype(
        np.int16
    )
    return found


def period(roll_off: float) -> NDArray[np.float64]:
    """Return a period of a tone with strength h ** -roll_off of harmonic h: float64 (TABLE,)."""
    harmonic = np.arange(1, HARMONICS + 1)[:, None]
    waves = np.sin(2 * np.pi * harmonic * np.arange(TABLE) / TABLE)
    total = (harmonic**-roll_off * waves).sum(axis=0)
    found: NDArray[np.float64] = total / np.abs(total).max()
    return found


def drums(
    pattern: NDArray[np.float64], time: NDArray[np.float64], bar: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return bursts of noise at the steps of each bar: float64, in the shape of `time`.

    `pattern`: strengths of the steps.
    """
    place = time / bar * STEPS
    step = place.astype(np.int64)
    since = (place - step) * bar / STEPS
    burst: NDArray[np.float64] = (
        pattern[step % STEPS] * np.exp(-since / 0.03) * rng.uniform(-1, 1, len(time))
    )
    return burst


def through_formant(sound: NDArray[np.float64], artist: Artist, rate: int) -> NDArray[np.float64]:
    """Return the sound with frequencies around the artist's formant up to five times as strong."""
    spectrum = np.fft.rfft(sound)
    frequencies = np.maximum(np.fft.rfftfreq(len(sound), 1 / rate), 1)
    octaves = np.log2(frequencies / artist.formant)
    gains = 1 + 4 * np.exp(-0.5 * (octaves / artist.width) ** 2)
    found: NDArray[np.float64] = np.fft.irfft(spectrum * gains, len(sound))
    return found
