"""The result of a training: a model, and the distance that the vectors moved."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.models.embeddings.model import Model

MOVED_BLOCK = 1 << 14


@dataclass(frozen=True, eq=False)
class Trained:
    """A model, and figures of the training.

    `trained_share`: the share of the songs shown, over all epochs, that sub-sampling left to train
    on, 0 to 1. `moved`: the median over songs of |end - start| / |start| of the input vectors; 0 =
    still at the random start.
    """

    model: Model
    trained_share: float
    moved: float


def moved(start: Callable[[slice], NDArray[np.float32]], end: NDArray[np.float32]) -> float:
    """Return `Trained.moved`, from the final vectors, float32 (rows, vector_size).

    `start`: a function from a slice of rows to the initial vectors of these rows.
    """
    shares = np.empty(len(end))
    for first in range(0, len(end), MOVED_BLOCK):
        some = slice(first, min(first + MOVED_BLOCK, len(end)))
        before = start(some).astype(np.float64)
        distances = np.linalg.norm(end[some].astype(np.float64) - before, axis=1)
        shares[some] = distances / np.maximum(np.linalg.norm(before, axis=1), 1e-12)
    return float(np.median(shares))
