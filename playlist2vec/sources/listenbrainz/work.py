"""Spans of the sorted listens, and their files in a scratch folder, on which the steps after the
first work.
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
"""Listens that are worked at together, at least, where there are more."""


class Work(NamedTuple):
    """The matter that the steps after the first work on: `folders` with the pieces of each part,
    all in `scratch`.

    `spans`: the pieces, several in a row together where they are small. A step takes one span at a
    time and writes files with its number; spans ascend by key, as pieces do.
    """

    scratch: str
    folders: tuple[str, ...]
    spans: tuple[range, ...]
    params: ListenBrainzParams

    @property
    def numbers(self) -> range:
        """Those of the spans."""
        return range(len(self.spans))

    def path(self, name: str) -> Path:
        """A file in `scratch`."""
        return Path(self.scratch) / name

    def pieces(self, kind: str, number: int) -> list[Path]:
        """The files of a kind that the parts have for a span."""
        paths = (
            Path(folder) / f"{kind}-{piece}"
            for folder in self.folders
            for piece in self.spans[number]
        )
        return [path for path in paths if path.exists()]


def work_of(scratch: Path, folders: tuple[str, ...], params: ListenBrainzParams) -> Work:
    """Return the work on the pieces in `folders`, in as many spans as their listens ask for."""
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
    """Write the bare elements, under another name first, for a step may be done twice."""
    unfinished = path.with_name(f"{path.name}-{uuid4().hex}")
    with open(unfinished, "wb") as file:
        file.write(np.ascontiguousarray(array).data)
    os.replace(unfinished, path)


def delete(paths: Iterable[Path]) -> None:
    """Delete those of these files that are there."""
    for path in paths:
        path.unlink(missing_ok=True)
