"""Training on a chunk of pairs, by any number of threads.

In round r bucket (i, j), with the pairs of input block i and output block j = i + r, follows (i, j
- 1) and (i + 1, j), which had the same inputs and the same outputs in the round before. So every
row is changed in a fixed order, and the result does not depend on the number and timing of threads.
"""

import numpy as np
from numba import types, uint64
from numpy.typing import NDArray

from playlist2vec.models.word2vec.blocks.atomics import add_one, read
from playlist2vec.models.word2vec.blocks.buckets import (
    Chunk,
    Rules,
    Space,
    count_pairs,
    fill_buckets,
    put_pairs,
)
from playlist2vec.models.word2vec.blocks.compiling import compiled
from playlist2vec.models.word2vec.blocks.lanes import dot, exchange, prefetch

REACH = 8.0
"""Limit of dot products; larger products are clipped."""
STEPS = 1024
"""Steps of the table of the sigmoid, from -REACH to REACH."""
AHEAD = 12
SPINS = 200
_give_way = types.ExternalFunction("sched_yield", types.int32())


@compiled
def wait_for(counters: NDArray[np.int64], place: int, number: int) -> None:
    """Wait until a counter reaches a number; yield the core to other threads after SPINS looks."""
    spins = 0
    while read(counters, place) < number:
        spins += 1
        if spins > SPINS:
            _give_way()


@compiled
def learn(
    entries: NDArray[np.int32],
    sigmoid: NDArray[np.float32],
    alpha: np.float32,
    inputs: NDArray[np.float32],
    outputs: NDArray[np.float32],
) -> None:
    """Train on the entries of a bucket, int32 (entries, 2), in their order, with a step of size
    `alpha` each.

    `sigmoid`: float32 (STEPS,). `inputs`, `outputs`: float32 (rows, n * LANES).
    """
    scale = np.float32(STEPS / (2 * REACH))
    for entry in range(len(entries)):
        if entry + AHEAD < len(entries):
            prefetch(inputs, uint64(entries[entry + AHEAD, 0]))
            after = entries[entry + AHEAD, 1]
            prefetch(outputs, uint64(after ^ (after >> 31)))
        row, output = uint64(entries[entry, 0]), entries[entry, 1]
        sign = output >> 31
        other = uint64(output ^ sign)
        place = (dot(inputs, row, outputs, other) + np.float32(REACH)) * scale
        place = min(max(place, np.float32(0)), np.float32(STEPS - 1))
        share = (np.float32(-sign) - sigmoid[uint64(np.int64(place))]) * alpha
        exchange(inputs, row, outputs, other, share)


@compiled
def work(
    rules: Rules,
    chunk: Chunk,
    space: Space,
    sigmoid: NDArray[np.float32],
    alpha: np.float32,
    inputs: NDArray[np.float32],
    outputs: NDArray[np.float32],
) -> None:
    """Run tasks of a chunk until no task is left; every thread calls this function with the same
    arguments.

    `space.counters`, all 0 at first: tasks taken, slices counted, slices put; then, for every block
    of inputs and every block of outputs, the steps done. A task waits only for tasks taken earlier.
    """
    blocks, counters, task = rules.blocks, space.counters, 0
    while task < (3 + blocks) * blocks:
        task = add_one(counters, 0)
        turn, block = divmod(task, blocks)
        if turn == 0:
            count_pairs(block, rules, chunk, space.counts)
            add_one(counters, 1)
        elif turn == 1:
            wait_for(counters, 1, blocks)
            put_pairs(block, rules, chunk, space)
            add_one(counters, 2)
        elif turn == 2:
            wait_for(counters, 2, blocks)
            fill_buckets(block, rules, chunk, space)
            add_one(counters, 3 + block)
        elif turn < 3 + blocks:
            other = (block + turn - 3) % blocks
            wait_for(counters, 3 + block, turn - 2)
            wait_for(counters, 3 + blocks + other, turn - 3)
            bucket = space.entries[space.edges[block, other] : space.edges[block, other + 1]]
            learn(bucket, sigmoid, alpha, inputs, outputs)
            add_one(counters, 3 + block)
            add_one(counters, 3 + blocks + other)
