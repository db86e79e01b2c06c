"""Random numbers computed from their position alone, and weighted draws of songs."""

import numpy as np
from numba import int32, uint32, uint64
from numpy.typing import NDArray

from playlist2vec.models.word2vec.blocks.compiling import compiled

GAMMA = uint64(0x9E3779B97F4A7C15)


@compiled
def number_at(stream: np.uint64, place: np.uint64) -> np.uint64:
    """Return the 64-bit number at a position of a stream (64 bits), by SplitMix64."""
    x = stream + place * GAMMA
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    mixed: np.uint64 = x ^ (x >> uint64(31))
    return mixed


@compiled
def below(number: np.uint64, bound: np.uint64) -> np.uint64:
    """Return a whole number below `bound`, which is below 2**32, from the upper half of a random
    number.
    """
    whole: np.uint64 = ((number >> uint64(32)) * bound) >> uint64(32)
    return whole


@compiled
def draw(number: np.uint64, thresholds: NDArray[np.uint32], others: NDArray[np.int32]) -> np.int32:
    """Return the song for a random number, by a table of `alias_table`."""
    column = below(number, uint64(len(thresholds)))
    song: np.int32 = int32(column) if uint32(number) < thresholds[column] else others[column]
    return song


@compiled
def alias_table(shares: NDArray[np.float64]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return a table for draws of songs by weight, float64 (songs,) above 0, with a single look-up
    each.

    Column c of the table gives song c where the lower half of a random number is below
    `thresholds[c]`, else `others[c]`; all columns have the same probability. A song's probability
    differs from the song's share by at most 2**-32 of a column, and songs / 2**32 of the share.
    Vose, A linear algorithm for generating random numbers with a given distribution, 1991.
    """
    songs = len(shares)
    scaled = shares * (songs / shares.sum())
    thresholds, others = np.empty(songs, np.uint32), np.arange(songs).astype(np.int32)
    small, large = np.empty(songs, np.int64), np.empty(songs, np.int64)
    smalls = larges = 0
    for song in range(songs):
        if scaled[song] < 1:
            small[smalls] = song
            smalls += 1
        else:
            large[larges] = song
            larges += 1
    while smalls and larges:
        poor, rich = small[smalls - 1], large[larges - 1]
        thresholds[poor] = np.uint32(min(scaled[poor] * 2.0**32, 2.0**32 - 1))
        others[poor] = rich
        scaled[rich] -= 1 - scaled[poor]
        smalls -= 1
        if scaled[rich] < 1:
            small[smalls] = rich
            smalls += 1
            larges -= 1
    for each in range(smalls):
        thresholds[small[each]] = 2**32 - 1
    for each in range(larges):
        thresholds[large[each]] = 2**32 - 1
    return thresholds, others


@compiled
def even_blocks(
    loads: NDArray[np.float64], order: NDArray[np.int64], blocks: int
) -> NDArray[np.uint16]:
    """Return a block for every row, with balanced loads: uint16 (rows,).

    `loads`: float64 (rows,). `order`: the rows, heaviest first; every row goes to the block with
    the smallest load so far.
    """
    total = np.zeros(blocks)
    block_of = np.empty(len(loads), np.uint16)
    for row in order:
        least = np.argmin(total)
        block_of[row] = least
        total[least] += loads[row]
    return block_of


@compiled
def fill_start(rows: NDArray[np.float32], first: int, numbers: int, stream: np.uint64) -> None:
    """Write the initial values of the rows from `first` on: `numbers` values a row, uniform over
    [-0.5, 0.5) / numbers.
    """
    for row in range(len(rows)):
        for column in range(numbers):
            drawn = number_at(stream, uint64((first + row) * numbers + column)) >> uint64(40)
            rows[row, column] = np.float32((np.float64(drawn) / 2.0**24 - 0.5) / numbers)
