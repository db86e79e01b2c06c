"""The vocabulary: which song has which index, the most frequent first."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.errors import DataError
from playlist2vec.files import whole_file
from playlist2vec.playlists import Playlists


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Songs with their counts; a song's index is its place.

    `ids`: track ids as the source has them. `counts`: int64 (songs,), falling; ties stand in the byte order of the ids.
    """

    ids: list[str]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def save(self, path: str | Path, *, index: str = "index") -> None:
        """Write a TSV file with the columns `index` (under that name), track and count."""
        rows = zip(self.ids, self.counts.tolist(), strict=True)
        with whole_file(path) as unfinished, open(unfinished, "w", encoding="utf-8", newline="\n") as file:
            file.write(f"{index}\ttrack\tcount\n")
            file.writelines(f"{number}\t{track}\t{count}\n" for number, (track, count) in enumerate(rows))

    @staticmethod
    def load(path: str | Path) -> "Vocabulary":
        """Read what `save` wrote. Raises DataError where a line is not `index, track, count` in order of the index."""
        with open(path, encoding="utf-8", newline="\n") as file:
            lines = file.read().split("\n")[1:-1]
        ids, counts = [], np.zeros(len(lines), np.int64)
        for number, line in enumerate(lines):
            fields = line.split("\t")
            if len(fields) != 3 or fields[0] != str(number) or not fields[2].isdecimal():
                raise DataError(f"{path}: line {number + 2} is {line!r}: expected {number}, a track and a count")
            ids.append(fields[1])
            counts[number] = int(fields[2])
        return Vocabulary(ids, counts)

    def index_of(self) -> dict[str, int]:
        """The index of each track id."""
        return dict(zip(self.ids, range(len(self.ids)), strict=True))


def frequency_order(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The codes with a count above 0, the largest count first, ties by code: int64 (songs,).

    With codes in the order of the track ids, ties are thus settled by track id.
    """
    order = np.argsort(-counts, kind="stable")
    return order[: int(np.count_nonzero(counts))]


def build_vocabulary(playlists: Playlists, ids: list[str]) -> tuple[Vocabulary, Playlists]:
    """Count the songs of the playlists, order them, and rewrite the playlists with vocabulary indices.

    `ids`: the track id of each code in `playlists.tracks`, in ascending order of their bytes.
    Raises DataError if there is no song left.
    """
    if len(playlists.tracks) == 0:
        raise DataError(
            "the vocabulary is empty: filtering left no song; expected a smaller filter.min_count or filter.min_length"
        )
    counts = np.bincount(playlists.tracks, minlength=len(ids))
    order = frequency_order(counts)
    index = np.zeros(len(ids), np.int32)
    index[order] = np.arange(len(order), dtype=np.int32)
    vocabulary = Vocabulary([ids[code] for code in order.tolist()], counts[order])
    return vocabulary, replace(playlists, tracks=index[playlists.tracks])
