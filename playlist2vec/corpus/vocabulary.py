"""The vocabulary: which song has which index, the most frequent first."""

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
    """Songs with their counts; a song's index is its place.

    `ids`: track ids as the source has them. `counts`: int64 (songs,), falling; ties stand in the
    byte order of the ids.
    """

    ids: list[str]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def save(self, path: str | Path, *, index: str = "index") -> None:
        """Write a TSV file with the columns `index` (under that name), track and count."""
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
        """Read what `save` wrote.

        Raises DataError where a line is not `index, track, count` in order of the index, where a
        count is larger than the one before, and for two songs of one id.
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
                    f"{path}: line {number} is {text[:80]!r}: expected {number - 2}, a track and a count"
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
                f"{path}: {len(ids) - len(set(ids))} tracks have the id of another: expected different ids"
            )
        return Vocabulary(ids, np.array(counts, np.int64))

    def index_of(self) -> dict[str, int]:
        """The index of each track id."""
        return dict(zip(self.ids, range(len(self.ids)), strict=True))


def frequency_order(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The codes with a count above 0, the largest count first, ties by code: int64 (songs,).

    With codes in the order of the track ids, ties are thus settled by track id.
    """
    order = np.argsort(-counts, kind="stable")
    return order[: int(np.count_nonzero(counts))]


def training_vocabulary(train: Iterable[Playlists], ids: list[str]) -> tuple[Vocabulary, RowOfCode]:
    """The songs that occur in the training playlists, the most frequent first, ties by the bytes of
    the track id.

    `train`: the playlists, in parts. `ids`: the track id of each code in them. Also returns the row
    of each code, int64 (codes,), -1 for none. Counting again is what keeps the held-out songs out:
    by the counts of all data, a song that was held out would stand before the others of its
    training count.
    """
    counts = count_plays(train, len(ids))
    # Texts stand in the order of their UTF-8 bytes as they are.
    by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    order = by_id[frequency_order(counts[by_id])]
    rows = np.full(len(ids), -1, np.int64)
    rows[order] = np.arange(len(order))
    return Vocabulary([ids[code] for code in order.tolist()], counts[order]), RowOfCode(rows)


def count_plays(parts: Iterable[Playlists], codes: int) -> NDArray[np.int64]:
    """How often each code below `codes` occurs in playlists that come in parts: int64 (codes,)."""
    counts = np.zeros(codes, np.int64)
    for part in parts:
        np.add.at(counts, part.tracks, 1)
    return counts


def in_rows(train: Playlists, rows: NDArray[np.integer]) -> Playlists:
    """The training playlists with the row of each song instead of its code."""
    return replace(train, tracks=rows.astype(np.int32, copy=False)[train.tracks])


class InRows:
    """Parts of the training playlists with the row of each song instead of its code, made when
    their turn comes.
    """

    def __init__(self, parts: Iterable[Playlists], rows: RowOfCode) -> None:
        self.parts = parts
        self.rows = rows.astype(np.int32)

    def __iter__(self) -> Iterator[Playlists]:
        return (in_rows(part, self.rows) for part in self.parts)


def rows_of(vocabulary: Vocabulary, ids: list[str]) -> RowOfCode:
    """The row of each song code, whose track ids are `ids`: int64 (codes,), -1 for a song without a
    row.
    """
    row_of = vocabulary.index_of()
    return RowOfCode(np.array([row_of.get(track, -1) for track in ids], np.int64))
