"""Sound files for tests: good ones, and the ways in which files of people's are damaged."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 44_100


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0) -> NDArray[np.float32]:
    """A chord that grows louder, as float32 (samples, 2)."""
    time = np.arange(round(seconds * rate)) / rate
    mono = sum(np.sin(2 * np.pi * hertz * part * time) / part for part in (1, 1.26, 1.5, 2, 3)) * (
        0.1 + 0.1 * time
    )
    return np.stack([mono, 0.8 * mono], axis=1).astype(np.float32) / np.float32(4)


def write(
    path: Path, seconds: float = 4.0, rate: int = RATE, samples: NDArray[np.float32] | None = None
) -> Path:
    import soundfile

    data = tone(seconds, rate) if samples is None else samples
    soundfile.write(
        path,
        data,
        rate,
        format={"mp3": "MP3", "flac": "FLAC", "ogg": "OGG", "wav": "WAV"}[path.suffix[1:]],
    )
    return path


def faulty(folder: Path) -> dict[str, Path]:
    """Ten faulty files, by what is wrong with each."""
    mp3 = write(folder / "good.mp3").read_bytes()
    flac = write(folder / "good.flac").read_bytes()
    rng = np.random.default_rng(1)
    junk = rng.integers(1, 200, 5_000).astype(np.uint8).tobytes()
    tag = b"ID3\x04\x00\x00" + bytes([0, 0x7F, 0x7F, 0x00])
    contents = {
        "truncated.flac": flac[: len(flac) // 2],
        "junk before.mp3": junk + mp3,
        "junk between.mp3": mp3[: len(mp3) // 2] + junk + mp3[len(mp3) // 2 :],
        "trailing zeros.mp3": mp3 + bytes(20_000),
        "empty.mp3": b"",
        "page.mp3": b"<!DOCTYPE html><html><body>Too many requests</body></html>" * 40,
        "huge tag.mp3": tag + bytes(0x7F << 14 | 0x7F << 7) + mp3,
        "wrong extension.ogg": flac,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    write(folder / "silent.wav", samples=np.zeros((4 * RATE, 2), np.float32))
    write(folder / "tiny.wav", seconds=0.2)
    return {name: folder / name for name in (*contents, "silent.wav", "tiny.wav")}
