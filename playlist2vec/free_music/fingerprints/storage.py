"""Fingerprints in two files: the words of all sounds in sequence, and the start of every sound."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import reading, whole_file

WORDS, STARTS = "words.npy", "starts.npy"
MOST = 1 << 20
"""Largest number of sounds."""
LONGEST = 1 << 22
"""Largest number of words of a sound: 54 hours."""


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """Fingerprints by row.

    `words`: uint32 (words of all,). `starts`: int64 (sounds + 1,), rising from 0: the words of row
    i are `words[starts[i]:starts[i + 1]]`.
    """

    words: NDArray[np.uint32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, row: int) -> NDArray[np.uint32]:
        """Return the words of a row: uint32 (words,)."""
        return self.words[self.starts[row] : self.starts[row + 1]]

    @staticmethod
    def of_all(found: Sequence[NDArray[np.uint32]]) -> "Fingerprints":
        """Return the fingerprints of sounds, given as uint32 (words,) in order."""
        starts = np.concatenate([[0], np.cumsum([len(each) for each in found], dtype=np.int64)])
        return Fingerprints(
            np.concatenate([np.zeros(0, np.uint32), *found]), starts.astype(np.int64)
        )

    @staticmethod
    def load(folder: Path) -> "Fingerprints":
        """Open the files of a folder, words memory-mapped. Raises DataError for invalid files."""
        with reading(folder / STARTS, "an array of int64"):
            starts = np.load(folder / STARTS, allow_pickle=False)
        with reading(folder / WORDS, "an array of uint32"):
            words = np.load(folder / WORDS, mmap_mode="r", allow_pickle=False)
        if (
            words.dtype != np.uint32
            or starts.dtype != np.int64
            or words.ndim != 1
            or starts.ndim != 1
        ):
            raise DataError(
                f"{folder}: {words.dtype} and {starts.dtype}: "
                "expected uint32 and int64 in one dimension"
            )
        if not len(starts) or starts[0] or starts[-1] != len(words) or (np.diff(starts) < 0).any():
            raise DataError(
                f"{folder / STARTS}: expected places rising from 0 to {len(words)}, "
                "the number of words"
            )
        if len(starts) > MOST + 1 or np.diff(starts).max(initial=0) > LONGEST:
            raise DataError(
                f"{folder}: expected at most {MOST:,} sounds of at most {LONGEST:,} words"
            )
        return Fingerprints(words, starts)


def save_fingerprints(
    folder: Path, lengths: Sequence[int], found: Iterable[NDArray[np.uint32]]
) -> None:
    """Write fingerprints, uint32 (words,), in sequence, never all in memory.

    `lengths`: numbers of words, known before. Raises DataError for a fingerprint of another length.
    """
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    with whole_file(folder / WORDS) as unfinished, open(unfinished, "wb") as file:
        header = {"descr": "<u4", "fortran_order": False, "shape": (int(starts[-1]),)}
        np.lib.format.write_array_header_1_0(file, header)
        for length, words in zip(lengths, found, strict=True):
            if len(words) != length:
                raise DataError(f"{folder / WORDS}: {len(words)} words: expected {length}")
            file.write(words.astype("<u4").tobytes())
    with whole_file(folder / STARTS) as unfinished, open(unfinished, "wb") as file:
        np.save(file, starts, allow_pickle=False)
