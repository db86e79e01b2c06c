"""Diverse lists of suggestions."""

import numpy as np
from numpy.typing import NDArray


def diversify(
    scores: NDArray[np.float64], vectors: NDArray[np.float32], k: int, diversity: float
) -> NDArray[np.int64]:
    """Choose k candidates by maximal marginal relevance: int64 (k,), positions in `scores`.

    `scores`: float64 (candidates,), finite. `vectors`: float32 (candidates, vector_size) of length
    1. Every step takes the candidate with the largest (1 - diversity) * relevance - diversity *
    (largest cosine with a chosen candidate), ties by position. Relevance is the score scaled to 0
    (smallest) to 1 (largest). With diversity 0 the order is by score. After Carbonell and
    Goldstein, The use of MMR, SIGIR 1998, with lambda = 1 - diversity.
    """
    spread = float(scores.max() - scores.min()) if len(scores) else 0.0
    relevance = (scores - scores.min()) / spread if spread > 0 else np.ones(len(scores))
    double = vectors.astype(np.float64)
    nearest = np.full(len(scores), -1.0)
    left = np.ones(len(scores), bool)
    chosen: list[int] = []
    while len(chosen) < min(k, len(scores)):
        alike = diversity * nearest if chosen else 0.0
        worth = np.where(left, (1 - diversity) * relevance - alike, -np.inf)
        best = int(np.argmax(worth))
        chosen.append(best)
        left[best] = False
        # A sum in a fixed order, not a BLAS product: the same on every machine.
        nearest = np.maximum(nearest, np.sum(double * double[best], axis=1))
    return np.array(chosen, np.int64)
