"""The table of the tracks of SoundCloud, merged from the sorted rows of partitions."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from playlist2vec.corpus.tracks import track_table

COLUMNS = ("genre", "licence", "duration", "likes", "plays", "artwork", "address")
"""The columns of the table of tracks beside names.

The duration is in seconds; `artwork` is the address of a picture, `address` the address of the
page.
"""


class Table(NamedTuple):
    """The codes and counts of the table of tracks.

    `codes`: int32 (tracks read,), the code of every track in the table. `tracks`, `stubs`,
    `genres`: as in `Crawl`.
    """

    codes: NDArray[np.int32]
    tracks: int
    stubs: int
    genres: Counter[str]


def write_table(
    path: Path, files: Sequence[Path], starts: NDArray[np.int64], played: NDArray[np.bool_]
) -> Table:
    """Write the rows of the `played` tracks, ascending by id, from the files of the partitions.

    `starts`: int64 (partitions + 1,), the place of the first track of every partition. `played`:
    bool (tracks,).
    """
    codes = np.empty(len(played), np.int32)
    tracks = stubs = 0
    genres: Counter[str] = Counter()
    with ExitStack() as stack:
        write = stack.enter_context(track_table(path, COLUMNS))
        partitions = [
            _rows_of_partition(stack.enter_context(open(file, "rb")), start)
            for file, start in zip(files, starts.tolist(), strict=False)
        ]
        for track, place, how, *fields in heapq.merge(*partitions):
            if played[place]:
                codes[place] = tracks
                tracks += 1
                stubs += not how
                genres[how] += bool(how)
                write((track, *fields))
    return Table(codes, tracks, stubs, genres)


def _rows_of_partition(file: Iterable[bytes], start: int) -> Iterator[list[Any]]:
    """Yield the rows of a partition, with places among all tracks instead of within the partition.

    `start`: the place of the first track of the partition.
    """
    for line in file:
        row = orjson.loads(line)
        row[1] += start
        yield row
