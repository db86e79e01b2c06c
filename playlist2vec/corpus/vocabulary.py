"""The vocabulary: songs by index, the most frequent first."""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_lines, whole_file
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import RowOfCode

MAX_COUNT = 2**63 - 1
_COUNT = re.compile("[0-9]{1,19}")


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Songs with counts; the index of a song is the place in the lists.

    `ids`: track ids as the source has them. `counts`: int64 (songs,), falling; ties are in the byte
    order of the ids.
    """

    ids: list[str]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def save(self, path: str | Path, *, index: str = "index") -> None:
        """Write a TSV file with the columns index, track and count.

        `index`: the name of the first column.
        """
        rows = zip(self.ids, self.counts.tolist(), strict=True)
        with (
            whole_file(path) as unfinished,
            open(unfinished, "w", encoding="utf-8", newline="\n") as file,
        ):
            file.write(f"{index}\ttrack\tcount\n")
            file.writelines(
                f"{number}\t{track}\t{count}\n" for number, (track, count) in enumerate(rows)
            )

    @staticmethod
    def load(path: str | Path) -> "Vocabulary":
        """Read a file written by `save`.

        Raises DataError for a line other than `index, track, count` in order of the index, for a
        count larger than the count before, and for two songs with the same id.
        """
        ids: list[str] = []
        counts = array("q")
        before = MAX_COUNT
        for number, text in read_lines(path, "a vocabulary as `dvc repro` writes it"):
            fields = text.split("\t")
            if number == 1:
                if fields[1:] != ["track", "count"]:
                    raise DataError(
                        f"{path}: line 1 is {text[:80]!r}: expected index, track, count"
                    )
                continue
            if len(fields) != 3 or fields[0] != str(number - 2) or not _COUNT.fullmatch(fields[2]):
                raise DataError(
                    f"{path}: line {number} is {text[:80]!r}: "
                    f"expected {number - 2}, a track and a count"
                )
            count = int(fields[2])
            if count > before:
                raise DataError(
                    f"{path}: line {number}: count {count}: expected at most {before}, as they fall"
                )
            before = count
            ids.append(fields[1])
            counts.append(count)
        if len(set(ids)) < len(ids):
            raise DataError(
                f"{path}: {len(ids) - len(set(ids))} tracks have the id of another: "
                "expected different ids"
            )
        return Vocabulary(ids, np.array(counts, np.int64))

    def index_of(self) -> dict[str, int]:
        """Return the index of every track id."""
        return dict(zip(self.ids, range(len(self.ids)), strict=True))


def frequency_order(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the codes with a count above 0, the largest count first, ties by code: int64 (songs,).

    With codes in the order of the track ids, ties are therefore settled by track id.
    """
    order = np.argsort(-counts, kind="stable")
    return order[: int(np.count_nonzero(counts))]


def training_vocabulary(train: Iterable[Playlists], ids: list[str]) -> tuple[Vocabulary, RowOfCode]:
    """Return the vocabulary of the training playlists, and the row of every song code.

    The most frequent song comes first; ties are in byte order of the track ids. `train`: batches of
    playlists. `ids`: the track id of every code in the playlists. The rows are int64 (codes,), -1
    for a song without training plays. Counting the training playlists anew keeps the held-out songs
    secret: by the counts of all data, a held-out song would stand before all songs with the same
    training count.
    """
    counts = count_plays(train, len(ids))
    # Python orders strings by code point, which is the order of the UTF-8 bytes.
    by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    order = by_id[frequency_order(counts[by_id])]
    rows = np.full(len(ids), -1, np.int64)
    rows[order] = np.arange(len(order))
    return Vocabulary([ids[code] for code in order.tolist()], counts[order]), RowOfCode(rows)


def count_plays(parts: Iterable[Playlists], codes: int) -> NDArray[np.int64]:
    """Count the plays of every code below `codes` in batches of playlists: int64 (codes,)."""
    counts = np.zeros(codes, np.int64)
    for part in parts:
        np.add.at(counts, part.tracks, 1)
    return counts


def in_rows(train: Playlists, rows: NDArray[np.integer]) -> Playlists:
    """Return training playlists with rows in place of song codes."""
    return replace(train, tracks=rows.astype(np.int32, copy=False)[train.tracks])


class InRows:
    """Batches of training playlists with rows in place of song codes, made on demand."""

    def __init__(self, parts: Iterable[Playlists], rows: RowOfCode) -> None:
        self.parts = parts
        self.rows = rows.astype(np.int32)

    def __iter__(self) -> Iterator[Playlists]:
        return (in_rows(part, self.rows) for part in self.parts)


def rows_of(vocabulary: Vocabulary, ids: list[str]) -> RowOfCode:
    """Return the row of every song code: int64 (codes,), -1 for a song without a row.

    `ids`: the track id of every code.
    """
    row_of = vocabulary.index_of()
    return RowOfCode(np.array([row_of.get(track, -1) for track in ids], np.int64))
