"""What a training gives: a model, and how far its vectors went."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.models.embeddings.model import Model

MOVED_BLOCK = 1 << 14


@dataclass(frozen=True, eq=False)
class Trained:
    """A model and how its training went.

    `trained_share`: the share of the songs it was shown, over all epochs, that sub-sampling left to
    train on, 0 to 1. `moved`: the median over songs of |end - start| / |start| of the input
    vectors; 0 = still at the random start.
    """

    model: Model
    trained_share: float
    moved: float


def moved(start: Callable[[slice], NDArray[np.float32]], end: NDArray[np.float32]) -> float:
    """Return `Trained.moved`, from the vectors at the end, float32 (rows, vector_size).

    `start`: a function that returns some of the rows as they were at the start.
    """
    shares = np.empty(len(end))
    for first in range(0, len(end), MOVED_BLOCK):
        some = slice(first, min(first + MOVED_BLOCK, len(end)))
        before = start(some).astype(np.float64)
        distances = np.linalg.norm(end[some].astype(np.float64) - before, axis=1)
        shares[some] = distances / np.maximum(np.linalg.norm(before, axis=1), 1e-12)
    return float(np.median(shares))
