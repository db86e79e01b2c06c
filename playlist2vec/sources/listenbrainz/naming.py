"""Names of tracks, from the earliest listen, and the table of the played tracks."""

import heapq
from contextlib import ExitStack
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.tracks import track_table
from playlist2vec.sources.listenbrainz.work import Work, delete, write_array

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine

Named = tuple[int, str, str, str]
"""Time, id, artist, title."""


def sort_all_names(work: Work, engine: "Engine") -> NDArray[np.int64]:
    """Write `keys.npy`, the keys of all tracks, ascending; return the offset of every partition.

    A partition is a span of `Work`. The offsets, int64 (partitions + 1,), count the tracks before a
    partition.
    """
    keys = list(engine.map(partial(sort_names, work), work.numbers))
    np.save(work.path("keys.npy"), np.concatenate(keys))
    delete(path for number in work.numbers for path in work.pieces("names", number))
    return offsets_of(np.array([len(each) for each in keys], np.int64))


def sort_names(work: Work, number: int) -> NDArray[np.uint64]:
    """Write `names-<n>` of partition n; return the keys of its tracks, ascending: uint64 (tracks,).

    The file has a line a track, ascending by id: id, artist, title, place of the key in the
    partition, with tabs between. Raises DataError when two tracks have the same key, as happens in
    about 1 of 5,000 data sets of 60 million tracks.
    """
    earliest: dict[int, Named] = {}
    for path in work.pieces("names", number):
        _add_names(path, earliest)
    keys = sorted(earliest)
    rows = sorted((*earliest[key][1:], place) for place, key in enumerate(keys))
    lines = "".join(
        f"{track}\t{artist}\t{title}\t{place}\n" for track, artist, title, place in rows
    ).encode()
    write_array(work.path(f"names-{number}"), np.frombuffer(lines, np.uint8))
    return np.array(keys, np.uint64)


def _add_names(path: Path, earliest: dict[int, Named]) -> None:
    with open(path, "rb") as file:
        for line in file:
            text, time, track, artist, title = line.decode()[:-1].split("\t")
            found = int(time), track, artist, title
            known = earliest.get(key := int(text))
            if known is None or found < known:
                earliest[key] = found
            if known is not None and known[1] != found[1]:
                raise DataError(
                    f"the tracks {known[1]} and {found[1]} have the same key: "
                    "expected only one of the two"
                )


def write_table(
    path: Path, work: Work, before: NDArray[np.int64], played: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Write the table of the `played` tracks, ascending by id; return the code of every track.

    `before`: int64 (partitions + 1,), from `sort_all_names`. `played`: bool (tracks,), by place of
    the key. The codes, int32 (tracks,), are by place of the key too, and undefined for a track that
    is not played.
    """
    codes = np.empty(len(played), np.int32)
    code = 0
    with ExitStack() as stack:
        write = stack.enter_context(track_table(path))
        files = [
            stack.enter_context(open(work.path(f"names-{number}"), "rb")) for number in work.numbers
        ]
        lines = (
            zip(file, repeat(start)) for file, start in zip(files, before.tolist(), strict=False)
        )
        # Lines sort like ids, as a tab sorts below every character of an id.
        for line, start in heapq.merge(*lines):
            track, artist, title, place = line.decode().split("\t")
            if played[start + int(place)]:
                codes[start + int(place)] = code
                code += 1
                write((track, artist, artist, title, ""))
    return codes
