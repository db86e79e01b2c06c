"""Lists of suggestions that are not all alike."""

import numpy as np
from numpy.typing import NDArray


def diversify(
    scores: NDArray[np.float64], vectors: NDArray[np.float32], k: int, diversity: float
) -> NDArray[np.int64]:
    """Choose k of the candidates one by one by maximal marginal relevance: int64 (k,), places in
    `scores`.

    `scores`: float64 (candidates,), finite. `vectors`: float32 (candidates, vector_size) of length
    1. Each time the one with the largest (1 - diversity) * relevance - diversity * (its largest
    cosine with one already chosen) is taken, ties by place. Relevance is the score on a scale from
    0, the smallest, to 1, the largest. With diversity 0 that is the order of the scores. After
    Carbonell and Goldstein, The use of MMR, SIGIR 1998, with lambda = 1 - diversity.
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
