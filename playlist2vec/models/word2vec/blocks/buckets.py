"""Pairs of a chunk, with negatives, sorted into buckets: one for each block of inputs and block of
outputs.
"""

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from playlist2vec.models.word2vec.blocks.compiling import compiled
from playlist2vec.models.word2vec.blocks.draws import draw, number_at
from playlist2vec.models.word2vec.blocks.pairs import following_pairs, window_pairs


class Rules(NamedTuple):
    """Settings shared by all chunks.

    `blocks`: of inputs, and as many of outputs. `around`: True for contexts on both sides.
    `spaces`, `size`: input vectors of a song for contexts on one side, and songs. `negative`:
    negatives of a pair. `input_block`, `output_block`: uint16 (rows,), the block of every row.
    `thresholds`, `others`: the table for draws of negatives, see `alias_table`. `kept`: uint64, the
    thresholds of `following_pairs`, empty without sub-sampling.
    """

    blocks: int
    window: int
    shrink: bool
    around: bool
    spaces: int
    size: int
    negative: int
    input_block: NDArray[np.uint16]
    output_block: NDArray[np.uint16]
    thresholds: NDArray[np.uint32]
    others: NDArray[np.int32]
    kept: NDArray[np.uint64]


class Space(NamedTuple):
    """Memory for a chunk of at most `capacity` pairs.

    `pairs`: int32 (capacity, 2), input and output, in the order of input blocks. `drawn`: int32
    (capacity * negative,), the negatives, -1 where the draw was the output itself. `entries`: int32
    (capacity * (1 + negative), 2), input and output in the order of buckets, the output as its
    complement in positive pairs. `counts`: int64 (blocks, blocks), pairs of every slice by input
    block. `edges`: int64 (blocks, blocks + 1), the starts of buckets in `entries`. `counters`:
    int64 (3 + 2 * blocks, LINE), see `work`.
    """

    pairs: NDArray[np.int32]
    drawn: NDArray[np.int32]
    entries: NDArray[np.int32]
    counts: NDArray[np.int64]
    edges: NDArray[np.int64]
    counters: NDArray[np.int64]


class Chunk(NamedTuple):
    """Plays from `low` to before `high` of the playlists `songs` with the offsets `bounds`.

    `first`: plays of the epoch before `songs`. `windows`, `negatives`: streams of random numbers,
    the first with a number for every play of the epoch, the second with a stream for every block of
    inputs.
    """

    songs: NDArray[np.int32]
    bounds: NDArray[np.int64]
    low: int
    high: int
    first: int
    windows: np.uint64
    negatives: np.uint64


@compiled
def pairs_at(
    play: int, start: int, end: int, rules: Rules, chunk: Chunk, found: NDArray[np.int32]
) -> int:
    """Write the pairs of a play into `found` and return the number of pairs.

    The playlist of the play runs from `start` to before `end`.
    """
    number = number_at(chunk.windows, uint64(chunk.first + play))
    if rules.around:
        return window_pairs(
            play, start, end, chunk.songs, rules.window, rules.shrink, number, found
        )
    return following_pairs(
        play, end, chunk.songs, rules.window, rules.spaces, rules.size, rules.kept, number, found
    )


@compiled
def sort_pairs(
    part: int,
    rules: Rules,
    chunk: Chunk,
    places: NDArray[np.int64],
    sorted_pairs: NDArray[np.int32],
) -> None:
    """Move the places, int64 (blocks,), past the pairs of a slice of the chunk, by input block.

    The slice is one of `rules.blocks`. The pairs are written to their places in `sorted_pairs`,
    int32 (pairs, 2), unless that is empty.
    """
    plays = chunk.high - chunk.low
    found = np.empty((2 * rules.window, 2), np.int32)
    low = chunk.low + plays * part // rules.blocks
    playlist = np.searchsorted(chunk.bounds, low, side="right") - 1
    for play in range(low, chunk.low + plays * (part + 1) // rules.blocks):
        while chunk.bounds[playlist + 1] <= play:
            playlist += 1
        pairs = pairs_at(
            play, chunk.bounds[playlist], chunk.bounds[playlist + 1], rules, chunk, found
        )
        for pair in range(pairs):
            block = rules.input_block[found[pair, 0]]
            if len(sorted_pairs):
                sorted_pairs[places[block], 0] = found[pair, 0]
                sorted_pairs[places[block], 1] = found[pair, 1]
            places[block] += 1


@compiled
def count_pairs(part: int, rules: Rules, chunk: Chunk, counts: NDArray[np.int64]) -> None:
    """Count the pairs of a slice of the chunk, one of `rules.blocks` slices, by input block."""
    counts[part] = 0
    sort_pairs(part, rules, chunk, counts[part], np.empty((0, 2), np.int32))


@compiled
def put_pairs(part: int, rules: Rules, chunk: Chunk, space: Space) -> None:
    """Write the pairs of a slice to the positions that follow from the counts of all slices."""
    places = np.empty(rules.blocks, np.int64)
    total = 0
    for block in range(rules.blocks):
        places[block] = total + space.counts[:part, block].sum()
        total += space.counts[:, block].sum()
    sort_pairs(part, rules, chunk, places, space.pairs)


@compiled
def draw_negatives(
    low: int, high: int, stream: np.uint64, rules: Rules, space: Space
) -> NDArray[np.int64]:
    """Draw the negatives of the pairs from `low` to before `high`, all of a single input block.

    Returns the number of entries for every block of outputs, int64 (blocks,).
    """
    counts = np.zeros(rules.blocks, np.int64)
    for pair in range(low, high):
        output = space.pairs[pair, 1]
        counts[rules.output_block[output]] += 1
        for each in range(rules.negative):
            number = number_at(stream, uint64((pair - low) * rules.negative + each))
            song = draw(number, rules.thresholds, rules.others)
            if song == output:
                space.drawn[pair * rules.negative + each] = -1
            else:
                space.drawn[pair * rules.negative + each] = song
                counts[rules.output_block[song]] += 1
    return counts


@compiled
def fill_buckets(block: int, rules: Rules, chunk: Chunk, space: Space) -> None:
    """Sort the pairs of a block of inputs, and negatives for them, into buckets by output block;
    keep their order.
    """
    low, negative, entries = space.counts[:, :block].sum(), rules.negative, space.entries
    high = low + space.counts[:, block].sum()
    places = draw_negatives(low, high, number_at(chunk.negatives, uint64(block)), rules, space)
    place = low * (1 + negative)
    for other in range(rules.blocks):
        space.edges[block, other] = place
        place += places[other]
        places[other] = space.edges[block, other]
    space.edges[block, rules.blocks] = place
    for pair in range(low, high):
        song, output = space.pairs[pair, 0], space.pairs[pair, 1]
        other = rules.output_block[output]
        entries[places[other], 0] = song
        entries[places[other], 1] = ~output
        places[other] += 1
        for each in range(pair * negative, (pair + 1) * negative):
            drawn = space.drawn[each]
            if drawn >= 0:
                other = rules.output_block[drawn]
                entries[places[other], 0] = song
                entries[places[other], 1] = drawn
                places[other] += 1
