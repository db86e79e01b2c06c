"""Which songs are held out: the last one of each playlist that a hash of its id, or its time, chooses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.selection import keep_playlists, select_playlists, without_last
from playlist2vec.corpus.storage import Block
from playlist2vec.preparation.split.params import SplitParams


@dataclass(frozen=True, eq=False)
class Split:
    """`validation`, `test`: disjoint pairs. `train`: every playlist, without the last song, or without the playlist,
    where it is held out; in a split by time, playlists that ended before all of these, and whole.
    """

    train: Playlists
    validation: Pairs
    test: Pairs


class Outline(NamedTuple):
    """What is known of playlists without their songs, as in `Playlists`; each has an element a playlist."""

    lengths: NDArray[np.int64]
    keys: NDArray[np.uint64]
    rows: NDArray[np.int64]
    times: NDArray[np.int64] | None


class Choice(NamedTuple):
    """What becomes of each playlist.

    `validation`, `test`: int64, the numbers of the playlists that are asked about, in the order of their pairs.
    `training`: bool (playlists,), those that are trained on; `shortened`: those of them without their last song.
    """

    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    training: NDArray[np.bool_]
    shortened: NDArray[np.bool_]


def split_playlists(playlists: Playlists, params: SplitParams) -> Split:
    """Hold out the last song of the playlists that `choose` chooses."""
    choice = choose(Outline(playlists.lengths, playlists.keys, playlists.rows, playlists.times), params)
    train = for_training(playlists, choice.training, choice.shortened)
    return Split(
        train, Pairs(select_playlists(playlists, choice.validation)), Pairs(select_playlists(playlists, choice.test))
    )


def choose(playlists: Outline, params: SplitParams) -> Choice:
    """Choose among the playlists that have `min_length` songs or more.

    By playlist: a hash of its id in the raw data and of the seed chooses; validation takes the low end of the hashes,
    test the high end. A fraction chooses every hash beyond a threshold, so a playlist stays where it is when others are
    added; a count takes that many of the lowest (highest) hashes. All other songs are for training; with
    `held_out: playlist`, all other playlists.
    By time: the playlists that ended last are for the test, those before them for validation, equal times in the order
    of the hashes; a fraction is that of their number, rounded. For training are the playlists that ended before all
    of these; what ended later and is not asked about is left out.

    Pairs stand in the order of the hashes. Raises DataError when they are too few, when validation and test would
    overlap, when nothing is left to train on, and for a split by time of playlists without times.
    """
    hashes = mix(playlists.keys, params.seed)
    eligible = np.flatnonzero(playlists.lengths >= params.min_length)
    by_hash = eligible[np.lexsort((playlists.rows[eligible], hashes[eligible]))]
    low, high = hashes[by_hash], ~hashes[by_hash[::-1]]
    if params.by == "time":
        low = high = _spread(len(by_hash))
    validations = _number("validation", params.validation, low, params.min_length)
    tests = _number("test", params.test, high, params.min_length)
    if validations + tests > len(by_hash):
        raise DataError(
            f"split.validation = {params.validation} and split.test = {params.test} overlap: "
            f"expected at most {len(by_hash)} playlists in all, those of {params.min_length} songs or more"
        )
    shortened = np.zeros(len(playlists.lengths), bool)
    if params.by == "time":
        times = _times(playlists)
        validation, test = _latest(by_hash, times, validations, tests)
        training = times < times[validation].min()
    else:
        validation, test = by_hash[:validations], by_hash[::-1][:tests]
        training = np.ones(len(shortened), bool)
        for asked in (validation, test):
            if params.held_out == "playlist":
                training[asked] = False
            else:
                shortened[asked] = True
    if not np.any((playlists.lengths - shortened)[training] >= 2):
        raise DataError("the split leaves no training data: expected a playlist with two songs that are not held out")
    return Choice(validation, test, training, shortened)


def for_training(playlists: Playlists, training: NDArray[np.bool_], shortened: NDArray[np.bool_]) -> Playlists:
    """The playlists that are trained on; both arrays as in `Choice`, for these playlists."""
    return keep_playlists(without_last(playlists, shortened), training)


class Task(NamedTuple):
    """A block with what `Choice` says of its playlists; `held_out`: int64, the numbers in it of those asked about."""

    block: Block
    training: NDArray[np.bool_]
    shortened: NDArray[np.bool_]
    held_out: NDArray[np.int64]


def tasks(blocks: Iterable[Block], choice: Choice) -> Iterator[Task]:
    """One task a block; what is asked about comes in the order of the file."""
    held_out = np.sort(np.concatenate([choice.validation, choice.test]))
    for block in blocks:
        first, last = np.searchsorted(held_out, [block.start, block.end])
        here = slice(block.start, block.end)
        yield Task(block, choice.training[here], choice.shortened[here], held_out[first:last] - block.start)


def split_block(task: Task) -> tuple[Playlists, Playlists]:
    """What of a block is for training, and its playlists that are asked about, whole."""
    playlists = task.block.load()
    return for_training(playlists, task.training, task.shortened), select_playlists(playlists, task.held_out)


def _spread(playlists: int) -> NDArray[np.uint64]:
    """As many numbers below 2**64, each in the middle of its part of them: uint64 (playlists,), rising.

    Taken for hashes, the fraction of them that a threshold chooses is exact but for rounding.
    """
    return np.arange(1, 2 * playlists, 2, dtype=np.uint64) * np.uint64(2**63 // max(playlists, 1))


def _latest(
    by_hash: NDArray[np.int64], times: NDArray[np.int64], validations: int, tests: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The `tests` playlists of `by_hash` that ended last, and the `validations` before them, each in its order."""
    order = np.argsort(times[by_hash], kind="stable")
    start = len(order) - tests
    return by_hash[np.sort(order[start - validations : start])], by_hash[np.sort(order[start:])]


def _times(playlists: Outline) -> NDArray[np.int64]:
    if playlists.times is None:
        raise DataError("split.by = time: expected playlist, because this data set does not say when a song was played")
    return playlists.times


def _number(name: str, size: int | float, rising: NDArray[np.uint64], min_length: int) -> int:
    if isinstance(size, float):
        found = int(np.searchsorted(rising, np.uint64(int(size * 2**64)), side="left"))
        if not found:
            raise DataError(f"split.{name} = {size:g} chooses none of {len(rising)} playlists: expected a larger share")
        return found
    if size > len(rising):
        raise DataError(
            f"split.{name} = {size}: expected at most {len(rising)}, the playlists of {min_length} songs or more"
        )
    return size
