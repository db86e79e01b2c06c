"""The times of the cuts, and the vocabulary of the training; block by block, so that memory stays
small.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary, frequency_order
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.storage import Songs

BLOCK = 1 << 20
"""Listens of a block."""
HOUR = 3_600


@dataclass(frozen=True)
class Cuts:
    """The cuts, in seconds since 2002-10-01, at whole hours.

    Training is from `first` to before `end`, validation up to `test`, and the test follows.
    """

    first: int
    end: int
    test: int


def blocks(listens: int) -> Iterator[slice]:
    """Yield slices of BLOCK listens."""
    return (slice(start, min(start + BLOCK, listens)) for start in range(0, listens, BLOCK))


def cut(seconds: NDArray[np.uint32], params: HistoryParams) -> Cuts:
    """Return the cuts that leave the latest shares of the listens to validation and test.

    Hours stay whole, so a share may be missed by the listens of an hour. Of the listens before, the
    latest `training_listens` at most are for training. Raises DataError where training, validation
    or test has no listens.
    """
    hours = np.zeros(1 << 21, np.int64)
    for block in blocks(len(seconds)):
        hours += np.bincount(seconds[block] // HOUR, minlength=len(hours))
    before = np.concatenate([[0], np.cumsum(hours)])
    total = len(seconds)
    earlier = total * (1 - params.validation - params.test)
    end = int(np.searchsorted(before, earlier, side="left"))
    test = int(np.searchsorted(before, total * (1 - params.test), side="left"))
    earliest = int(np.flatnonzero(hours)[0]) if total else 0
    first = max(
        int(np.searchsorted(before, before[end] - params.training_listens, side="left")), earliest
    )
    if before[end] == before[first] or before[test] == before[end] or total == before[test]:
        raise DataError(
            f"two_tower.history: {total:,} listens, {before[end] - before[first]:,} to learn from, "
            f"{before[test] - before[end]:,} for validation, "
            f"{total - before[test]:,} for the test: "
            "expected some in each, in different hours"
        )
    return Cuts(first * HOUR, end * HOUR, test * HOUR)


def songs_of(
    histories: Histories, tracks: Tracks, cuts: Cuts, min_count: int
) -> tuple[Songs, NDArray[np.int32]]:
    """Return the songs heard at least `min_count` times in the training, and the row of every code,
    below 0 for a song outside.

    `histories.tracks`: codes, whose ids ascend. The most frequent song is row 0, ties by the bytes
    of the id; an artist's number is the place in the order of names. A song without an artist has
    an artist of its own.
    """
    codes = len(tracks)
    counts, first_heard = np.zeros(codes, np.int64), np.full(codes, 2**32 - 1, np.uint32)
    for block in blocks(len(histories)):
        seconds, played = histories.seconds[block], histories.tracks[block]
        kept = (seconds >= cuts.first) & (seconds < cuts.end)
        counts += np.bincount(played[kept], minlength=codes)
        np.minimum.at(first_heard, played[kept], seconds[kept])
    counts[counts < min_count] = 0
    order = frequency_order(counts)
    if not len(order):
        raise DataError(
            f"two_tower.history.min_count = {min_count}: no song is heard as often: "
            "expected a smaller number"
        )
    rows = -1 - np.arange(codes, dtype=np.int32)
    rows[order] = np.arange(len(order), dtype=np.int32)
    chosen = order.tolist()
    names = [
        tracks.artist_names[code] or tracks.artists[code] or f"\t{tracks.ids[code]}"
        for code in chosen
    ]
    number = {name: place for place, name in enumerate(sorted(set(names)))}
    artists = np.array([number[name] for name in names], np.int32)
    vocabulary = Vocabulary([tracks.ids[code] for code in chosen], counts[order])
    return Songs(vocabulary, artists, first_heard[order]), rows
