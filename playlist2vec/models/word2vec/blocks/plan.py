"""Division of a training into blocks of songs and chunks of pairs, independent of the number of
threads.
"""

import math

import numpy as np
from numpy.typing import NDArray

from playlist2vec.models.word2vec.blocks.atomics import LINE
from playlist2vec.models.word2vec.blocks.buckets import Space
from playlist2vec.models.word2vec.blocks.draws import even_blocks
from playlist2vec.models.word2vec.blocks.rounds import REACH, STEPS

MOST_ENTRIES = 1 << 22
"""Maximum entries of a chunk, pairs and negatives; 12 bytes each."""
FEWEST_PAIRS = 1 << 12
CHUNKS = 64
"""Minimum number of chunks of an epoch.

The pairs of a chunk are trained bucket by bucket; an epoch in a single chunk gives worse
embeddings.
"""


def chunk_pairs(most: int, window: int, negative: int) -> int:
    """Return the maximum number of pairs of a chunk, for an epoch of at most `most` pairs."""
    wanted = min(max(most // CHUNKS, FEWEST_PAIRS), MOST_ENTRIES // (1 + negative))
    # A single play has to fit.
    return max(wanted, 2 * min(window, most))


def space_for(capacity: int, negative: int, blocks: int) -> Space:
    """Return memory for a chunk of `capacity` pairs."""
    return Space(
        np.empty((capacity, 2), np.int32),
        np.empty(capacity * negative, np.int32),
        np.empty((capacity * (1 + negative), 2), np.int32),
        np.empty((blocks, blocks), np.int64),
        np.empty((blocks, blocks + 1), np.int64),
        np.zeros((3 + 2 * blocks, LINE), np.int64),
    )


def balanced(loads: NDArray[np.float64], blocks: int) -> NDArray[np.uint16]:
    """Return a block for every row, with balanced loads: uint16 (rows,)."""
    return even_blocks(loads, np.argsort(-loads, kind="stable"), blocks)


def keeping(plays: NDArray[np.int64], sample: float) -> NDArray[np.uint64]:
    """Return the threshold of random numbers up to which a token's plays stay: uint64 (tokens,),
    empty without sub-sampling.

    gensim's rule: of a token with the share s of all plays, the share sqrt(sample / s) + sample / s
    stays.
    """
    if not sample:
        return np.empty(0, np.uint64)
    ratio = sample * plays.sum() / np.maximum(plays, 1)
    stays = np.minimum(np.sqrt(ratio) + ratio, 1)
    # A float has 53 bits. Where all stay, the product would overflow.
    thresholds: NDArray[np.uint64] = (np.where(stays < 1, stays, 0) * 2.0**53).astype(
        np.uint64
    ) << np.uint64(11)
    thresholds[stays >= 1] = 2**64 - 1
    return thresholds


def sigmoid_table() -> NDArray[np.float32]:
    """Return the sigmoid at the middle of STEPS steps from -REACH to REACH: float32 (STEPS,)."""
    middles = [(step + 0.5) / STEPS * 2 * REACH - REACH for step in range(STEPS)]
    return np.array([1 / (1 + math.exp(-each)) for each in middles], np.float32)
