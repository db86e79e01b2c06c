"""The split of playlists into training data and held-out pairs, by hash or by time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.copies import content_hashes, one_of_each
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.selection import cut_playlists, select_playlists
from playlist2vec.corpus.storage import Block
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.preparation.split.places import target_places

LEAST, FRACTION = 20, 0.1
"""Number of playlists from which errors propose a fraction, and the proposed fraction."""


@dataclass(frozen=True, eq=False)
class Split:
    """Training playlists, and pairs of disjoint playlists for validation and test.

    `train`: the training data, as described in `Choice`.
    """

    train: Playlists
    validation: Pairs
    test: Pairs


class Outline(NamedTuple):
    """Playlists without songs, as in `Playlists`; every array has an element per playlist.

    `contents`: uint64, equal for identical playlists; None where copies are kept.
    """

    lengths: NDArray[np.int64]
    keys: NDArray[np.uint64]
    rows: NDArray[np.int64]
    times: NDArray[np.int64] | None
    contents: NDArray[np.uint64] | None


class Asked(NamedTuple):
    """Pairs by number of the playlist and place of the target, both int64 (pairs,)."""

    playlists: NDArray[np.int64]
    places: NDArray[np.int64]


class Choice(NamedTuple):
    """Pairs and training playlists.

    `validation`, `test`: the pairs, in the order of the playlists' hashes, then of the places.
    `training`: bool (playlists,), the playlists with songs to train on. `copies`: the number of
    playlists left out as copies of a held-out playlist.
    """

    validation: Asked
    test: Asked
    training: NDArray[np.bool_]
    copies: int

    @property
    def asked(self) -> Asked:
        """All pairs, by number of the playlist and by place."""
        playlists = np.concatenate([self.validation.playlists, self.test.playlists])
        places = np.concatenate([self.validation.places, self.test.places])
        order = np.lexsort((places, playlists))
        return Asked(playlists[order], places[order])


def split_playlists(playlists: Playlists, params: SplitParams) -> Split:
    """Hold out songs of the playlists chosen by `choose`."""
    choice = choose(outline_of(playlists, params), params)
    train = for_training(playlists, choice.training, choice.asked, params.held_out)
    validation, test = (
        Pairs(select_playlists(playlists, asked.playlists), asked.places)
        for asked in (choice.validation, choice.test)
    )
    return Split(train, validation, test)


def outline_of(playlists: Playlists, params: SplitParams) -> Outline:
    """Return the outline of playlists in memory."""
    contents = content_hashes(playlists) if params.copies == "drop" else None
    return Outline(playlists.lengths, playlists.keys, playlists.rows, playlists.times, contents)


def choose(playlists: Outline, params: SplitParams) -> Choice:
    """Choose the held-out playlists among the playlists of `min_length` songs or more.

    By playlist: a hash of the seed and of the playlist's id in the raw data chooses; validation
    takes the low end of the hashes, test the high end. A fraction chooses all hashes beyond a
    threshold, so the choice for a playlist does not change when others are added; a count takes as
    many of the lowest (highest) hashes. All other songs are for training; with `playlist` for
    `held_out`, all other playlists; with `rest`, all songs before the first target of a playlist.

    By time: the playlists that ended last are for the test, the playlists just before for
    validation, equal times in the order of the hashes; a fraction is that of the number of
    playlists, rounded. For training are the playlists that ended before all held-out playlists; any
    other later playlist is left out.

    With `drop` for `copies`, a single playlist among identical ones may be held out: the one with
    the lowest key, by time among those that ended last. If it is held out, the others are not
    trained on.

    Raises DataError for too few playlists, for an overlap of validation and test, for a split that
    leaves nothing to train on, and for a split by time of playlists without times.
    """
    hashes = mix(playlists.keys, params.seed)
    eligible = np.flatnonzero(may_be_asked(playlists, params))
    by_hash = eligible[np.lexsort((playlists.rows[eligible], hashes[eligible]))]
    low, high = hashes[by_hash], ~hashes[by_hash[::-1]]
    if params.by == "time":
        low = high = _spread(len(by_hash))
    validations = _number("validation", params.validation, low, params)
    tests = _number("test", params.test, high, params)
    if validations + tests > len(by_hash):
        raise DataError(
            f"split.validation = {params.validation} and split.test = {params.test} overlap: "
            f"expected at most {len(by_hash)} playlists in all, "
            f"those {_eligible(params)}{_advice(len(by_hash))}"
        )
    if params.by == "time":
        times = _times(playlists)
        validation, test = _latest(by_hash, times, validations, tests)
        training = times < times[validation].min()
    else:
        validation, test = by_hash[:validations], by_hash[::-1][:tests]
        training = np.ones(len(hashes), bool)
        if params.held_out == "playlist":
            training[validation] = training[test] = False
    copies = _copies(playlists, np.concatenate([validation, test]))
    choice = Choice(
        _asked(playlists, validation, params),
        _asked(playlists, test, params),
        training & ~copies,
        int(np.count_nonzero(copies)),
    )
    left = _songs_left(playlists.lengths, choice.asked, params.held_out)
    if not np.any(left[choice.training] >= 2):
        raise DataError(
            "the split leaves no training data: "
            "expected a playlist with two songs that are not held out"
        )
    return choice


def for_training(
    playlists: Playlists, training: NDArray[np.bool_], asked: Asked, held_out: str
) -> Playlists:
    """Return the training playlists without the target songs.

    `training`: bool (playlists,). `asked`: pairs of `playlists`. With `held_out: song` a playlist
    is divided after every target, so that songs that were no neighbours do not become neighbours.
    """
    leaves = np.zeros(len(playlists.tracks), bool)
    starts = np.zeros(len(playlists.tracks) + 1, bool)
    targets = playlists.offsets[asked.playlists] + asked.places
    if held_out == "rest":
        first = np.full(len(playlists), np.iinfo(np.int64).max)
        np.minimum.at(first, asked.playlists, targets)
        leaves = np.arange(len(leaves)) >= np.repeat(first, playlists.lengths)
    else:
        leaves[targets] = True
        starts[targets + 1] = True
    kept = np.repeat(training, playlists.lengths)
    return cut_playlists(playlists, leaves | ~kept, starts[:-1])


class Task(NamedTuple):
    """A block with the choice for the block's playlists, numbered from the start of the block."""

    block: Block
    training: NDArray[np.bool_]
    asked: Asked
    held_out: str


def tasks(blocks: Iterable[Block], choice: Choice, held_out: str) -> Iterator[Task]:
    """Yield a task per block, with the pairs in the order of the file."""
    asked = choice.asked
    for block in blocks:
        first, last = np.searchsorted(asked.playlists, [block.start, block.end])
        here = Asked(asked.playlists[first:last] - block.start, asked.places[first:last])
        yield Task(block, choice.training[block.start : block.end], here, held_out)


def split_block(task: Task) -> tuple[Playlists, Playlists]:
    """Return the training playlists of a block, and the held-out playlists, distinct and whole."""
    playlists = task.block.load()
    train = for_training(playlists, task.training, task.asked, task.held_out)
    return train, select_playlists(playlists, np.unique(task.asked.playlists))


def hash_block(block: Block) -> NDArray[np.uint64]:
    """Return the hash of the contents of every playlist in a block: uint64 (playlists,)."""
    return content_hashes(block.load())


def may_be_asked(playlists: Outline, params: SplitParams) -> NDArray[np.bool_]:
    """Mark playlists to hold out, long enough and no copy of another: bool (playlists,)."""
    long = playlists.lengths >= params.min_length
    if playlists.contents is None:
        return long
    order = [playlists.rows, playlists.keys]
    if params.by == "time":
        order.append(-_times(playlists))
    return long & one_of_each(playlists.contents, *order)


def _asked(playlists: Outline, chosen: NDArray[np.int64], params: SplitParams) -> Asked:
    number, place = target_places(playlists.lengths[chosen], playlists.keys[chosen], params)
    return Asked(chosen[number], place)


def _copies(playlists: Outline, asked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the playlists that are copies of a held-out playlist: bool (playlists,)."""
    copies = np.zeros(len(playlists.lengths), bool)
    if playlists.contents is not None:
        copies = np.isin(playlists.contents, playlists.contents[asked])
        copies[asked] = False
    return copies


def _songs_left(lengths: NDArray[np.int64], asked: Asked, held_out: str) -> NDArray[np.int64]:
    """Count the training songs of every playlist unless held out as a whole: int64 (playlists,)."""
    left = lengths.copy()
    if held_out == "rest":
        np.minimum.at(left, asked.playlists, asked.places)
    else:
        np.subtract.at(left, asked.playlists, 1)
    return left


def _spread(playlists: int) -> NDArray[np.uint64]:
    """Return rising numbers in the middle of equal intervals below 2**64: uint64 (playlists,).

    In place of hashes, a threshold on the numbers chooses an exact fraction but for rounding.
    """
    return np.arange(1, 2 * playlists, 2, dtype=np.uint64) * np.uint64(2**63 // max(playlists, 1))


def _latest(
    by_hash: NDArray[np.int64], times: NDArray[np.int64], validations: int, tests: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the playlists for validation and the latest playlists for test, both in hash order."""
    order = np.argsort(times[by_hash], kind="stable")
    start = len(order) - tests
    return by_hash[np.sort(order[start - validations : start])], by_hash[np.sort(order[start:])]


def _times(playlists: Outline) -> NDArray[np.int64]:
    if playlists.times is None:
        raise DataError(
            "split.by = time: expected playlist, "
            "because this data set does not say when a song was played"
        )
    return playlists.times


def _number(name: str, size: int | float, rising: NDArray[np.uint64], params: SplitParams) -> int:
    if isinstance(size, float):
        found = int(np.searchsorted(rising, np.uint64(int(size * 2**64)), side="left"))
        if not found:
            raise DataError(
                f"split.{name} = {size:g} chooses none of {len(rising)} playlists: "
                "expected a larger share"
            )
        return found
    if size > len(rising):
        raise DataError(
            f"split.{name} = {size}: expected at most {len(rising)}, "
            f"the playlists {_eligible(params)}{_advice(len(rising))}"
        )
    return size


def _advice(playlists: int) -> str:
    """Return the advice to use fractions, or nothing for fewer than LEAST playlists."""
    if playlists < LEAST:
        return ""
    return f"; fractions fit any data set: -S split.validation={FRACTION} -S split.test={FRACTION}"


def _eligible(params: SplitParams) -> str:
    """Describe the playlists that can be held out, for an error."""
    once = ", copies of one counted once" if params.copies == "drop" else ""
    return f"of {params.min_length} songs or more{once}"
