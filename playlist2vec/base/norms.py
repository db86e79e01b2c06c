"""Euclidean lengths of vectors, with the same bits whatever the CPU kernel."""

import numpy as np
from numpy.typing import NDArray

BLOCK = 8_192
"""Rows squared at a time, to keep memory small."""


def lengths_of(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the Euclidean lengths of the rows: (rows, n) to float64 (rows,)."""
    return np.sqrt(squares_of(vectors))


def squares_of(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the squared Euclidean lengths of the rows: (rows, n) to float64 (rows,).

    The squares are summed in a fixed order.
    """
    squares = np.empty(len(vectors))
    for first in range(0, len(vectors), BLOCK):
        block = vectors[first : first + BLOCK]
        total = np.zeros(len(block))
        for dimension in range(block.shape[1]):
            total += block[:, dimension].astype(np.float64) ** 2
        squares[first : first + BLOCK] = total
    return squares
