"""Shuffling of pairs on disk, in the order of a hash, with a bounded number of pairs in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import offsets_of

BUCKET = 1 << 20
"""Pairs of a bucket, about, sorted at once: 16 bytes a pair, and as much for the order."""
PAIR = np.dtype([("hash", np.uint64), ("first", np.int32), ("second", np.int32)])


class Shuffle:
    """A sort of pairs by hash, by way of files in `folder`, with about BUCKET pairs in memory.

    `pairs`: the number of pairs to come. Pairs wait in buckets, files by the first bits of the
    hash, and the buckets are then sorted.
    """

    def __init__(self, folder: Path, pairs: int) -> None:
        self.folder = folder
        self.pairs = pairs
        self.bits = min(16, max(0, (pairs - 1) // BUCKET).bit_length())
        self.waiting: list[NDArray[np.void]] = []

    def add(
        self, hashes: NDArray[np.uint64], first: NDArray[np.int32], second: NDArray[np.int32]
    ) -> None:
        """Add pairs with hashes: three arrays, (pairs,)."""
        pairs = np.empty(len(hashes), PAIR)
        pairs["hash"], pairs["first"], pairs["second"] = hashes, first, second
        self.waiting.append(pairs)
        if sum(map(len, self.waiting)) >= BUCKET:
            self._put()

    def finish(self) -> Path:
        """Sort the pairs, and return a file of first and second, int32 (pairs, 2)."""
        self._put()
        target = self.folder / "pairs"
        with _writing(target, "wb") as file:
            for number in range(1 << self.bits):
                bucket = self._bucket(number)
                if bucket.exists():
                    pairs = np.fromfile(bucket, PAIR)
                    pairs = pairs[np.argsort(pairs["hash"], kind="stable")]
                    file.write(np.column_stack([pairs["first"], pairs["second"]]).tobytes())
                    bucket.unlink()
        return target

    def _put(self) -> None:
        pairs = np.concatenate([np.empty(0, PAIR), *self.waiting])
        self.waiting = []
        # Shifted in two steps, because a shift by all 64 bits is not defined.
        number = ((pairs["hash"] >> np.uint64(48)) >> np.uint64(16 - self.bits)).astype(np.uint16)
        pairs = pairs[np.argsort(number, kind="stable")]
        edges = offsets_of(np.bincount(number, minlength=1 << self.bits)).tolist()
        for bucket, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                with _writing(self._bucket(bucket), "ab") as file:
                    file.write(pairs[start:end].tobytes())

    def _bucket(self, number: int) -> Path:
        return self.folder / f"bucket{number}"


@contextmanager
def _writing(path: Path, mode: str) -> Iterator[BinaryIO]:
    try:
        with open(path, mode) as file:
            yield cast(BinaryIO, file)
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error
