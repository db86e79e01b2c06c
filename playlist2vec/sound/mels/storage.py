"""Mel spectrograms in files: levels as bytes, in memory-mapped shards of 1,000 songs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, reading, whole_file, write_json
from playlist2vec.sound.table.rows import OK, Row, read_rows, write_rows

SHARD = 1_000
"""Songs of a shard."""
LEVELS = 255
"""Byte of the highest level; the lowest is 0."""


def to_bytes(levels: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Return levels between `low` and `high` as bytes, in the same shape."""
    found: NDArray[np.uint8] = np.rint((levels - low) * (LEVELS / (high - low))).astype(np.uint8)
    return found


@dataclass(frozen=True, eq=False)
class Mels:
    """Mel spectrograms of songs by code; songs without sound have none.

    `rows`: a row of the table for each code. `shards`: uint8 (frames, bins), the songs of a shard
    in sequence. `low`, `high`: levels of byte 0 and byte LEVELS, in decibels.
    """

    rows: list[Row]
    shards: list[NDArray[np.uint8]]
    low: float
    high: float

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def there(self) -> NDArray[np.bool_]:
        """Songs with a spectrogram: bool (songs,)."""
        return np.array([row.status == OK for row in self.rows], bool)

    @property
    def starts(self) -> NDArray[np.int64]:
        """First frames of the songs in the shards: int64 (songs,)."""
        frames = np.array([row.frames for row in self.rows], np.int64)
        starts = np.cumsum(frames) - frames
        firsts = starts[::SHARD]
        return starts - np.repeat(firsts, SHARD)[: len(starts)]

    def song(self, code: int, start: int) -> NDArray[np.uint8]:
        """Return the spectrogram of a song: uint8 (frames, bins).

        `start`: the first frame of the song in the shard.
        """
        return self.shards[code // SHARD][start : start + self.rows[code].frames]

    def all_songs(self) -> list[NDArray[np.uint8]]:
        """Return the spectrograms of all songs: uint8 (frames, bins), 0 frames for none."""
        return [self.song(code, start) for code, start in enumerate(self.starts.tolist())]

    @staticmethod
    def load(folder: str | Path) -> "Mels":
        """Open a folder written by `save_mels`. Raises DataError where the files do not match."""
        folder = Path(folder)
        about = read_json(folder / "levels.json")
        rows = read_rows(folder / "songs.tsv")
        shards = []
        for number in range(-(-len(rows) // SHARD)):
            path = folder / f"{number:05}.npy"
            expected = sum(row.frames for row in rows[number * SHARD : (number + 1) * SHARD])
            with reading(path, "mels as `make audio` writes them"):
                shard = np.load(path, mmap_mode="r" if expected else None, allow_pickle=False)
            if shard.ndim != 2 or shard.dtype != np.uint8 or len(shard) != expected:
                raise DataError(
                    f"{path}: {shard.dtype} {shard.shape}: expected uint8 with {expected:,} frames"
                )
            shards.append(shard)
        return Mels(rows, shards, float(about["min"]), float(about["max"]))


def save_mels(
    folder: Path,
    rows: list[Row],
    songs: list[NDArray[np.uint8]],
    bins: int,
    low: float,
    high: float,
) -> None:
    """Write songs.tsv, levels.json and the shards; `songs`: uint8 (frames, bins) by row."""
    for first in range(0, len(rows), SHARD):
        shard = np.concatenate([np.zeros((0, bins), np.uint8), *songs[first : first + SHARD]])
        with (
            whole_file(folder / f"{first // SHARD:05}.npy") as unfinished,
            open(unfinished, "wb") as file,
        ):
            np.save(file, shard, allow_pickle=False)
    write_rows(folder / "songs.tsv", rows)
    write_json(
        folder / "levels.json", {"bins": bins, "min": low, "max": high, "levels": LEVELS + 1}
    )
