"""Spans of partitions, the units of work of the steps after reading, and files in the scratch
folder.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.pieces import PIECES, PLAY

Plays = NDArray[np.void]
"""PLAY records, (listens,), ascending by user and time."""
SPAN = 1 << 19
"""The fewest listens of a span on average, where there are as many."""


class Work(NamedTuple):
    """The input of the steps after reading: `folders`, in `scratch`, with the partitions of every
    part of the dumps.

    `spans`: ranges of partitions, several in a row where partitions are small. A step takes a span
    at a time and writes files with the span's number; spans ascend by key, as partitions do.
    """

    scratch: str
    folders: tuple[str, ...]
    spans: tuple[range, ...]
    params: ListenBrainzParams

    @property
    def numbers(self) -> range:
        """The numbers of the spans."""
        return range(len(self.spans))

    def path(self, name: str) -> Path:
        """Return the path of a file in `scratch`."""
        return Path(self.scratch) / name

    def pieces(self, kind: str, number: int) -> list[Path]:
        """Return the paths of a span's partitions of one kind, from all parts of the dumps."""
        paths = (
            Path(folder) / f"{kind}-{piece}"
            for folder in self.folders
            for piece in self.spans[number]
        )
        return [path for path in paths if path.exists()]


def work_of(scratch: Path, folders: tuple[str, ...], params: ListenBrainzParams) -> Work:
    """Return the work on the partitions in `folders`, in spans of about SPAN listens."""
    fit = (
        sum(path.stat().st_size for folder in folders for path in Path(folder).glob("plays-*"))
        // PLAY.itemsize
    )
    items = min(PIECES, max(1, fit // SPAN))
    spans = (
        range(PIECES * number // items, PIECES * (number + 1) // items) for number in range(items)
    )
    return Work(str(scratch), folders, tuple(spans), params)


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write the bare elements, first to a temporary file, since a step may run twice at once."""
    unfinished = path.with_name(f"{path.name}-{uuid4().hex}")
    with open(unfinished, "wb") as file:
        file.write(np.ascontiguousarray(array).data)
    os.replace(unfinished, path)


def delete(paths: Iterable[Path]) -> None:
    """Delete the files that exist."""
    for path in paths:
        path.unlink(missing_ok=True)
