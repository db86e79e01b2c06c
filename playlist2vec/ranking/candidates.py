"""Songs that may be suggested, and scores of these songs."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.norms import lengths_of, squares_of

BLOCK = 8_192
"""Vectors that are checked at once, which keeps memory small."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The songs that may be suggested.

    `vectors`: float32 (songs, vector_size). `scale`, `bias`: float64 (songs,). `finite`: bool
    (songs,), false for a song with a number that is infinite or NaN, which is never suggested.
    """

    vectors: NDArray[np.float32]
    scale: NDArray[np.float64]
    bias: NDArray[np.float64]
    finite: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.vectors)

    @cached_property
    def longest(self) -> float:
        """The largest length of a candidate's vector times its scale; 0 without a candidate."""
        return float(
            np.max((lengths_of(self.vectors) * np.abs(self.scale))[self.finite], initial=0.0)
        )

    def limited_to(self, allowed: NDArray[np.bool_] | None) -> "Candidates":
        """Return the candidates that are in `allowed`, bool (songs,), or all for None."""
        return self if allowed is None else replace(self, finite=self.finite & allowed)


def cosine_candidates(vectors: NDArray[np.float32]) -> Candidates:
    """Return candidates scored by cosine; a vector of zeros has cosine 0 with every vector."""
    norms = lengths_of(vectors)
    scale = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    return Candidates(vectors, scale, np.zeros(len(vectors)), _finite(vectors))


def euclidean_candidates(vectors: NDArray[np.float32]) -> Candidates:
    """Return candidates scored by q . c - |c|^2 / 2, which ranks as the Euclidean distance does.

    The score equals (|q|^2 - |q - c|^2) / 2.
    """
    return Candidates(vectors, np.ones(len(vectors)), -squares_of(vectors) / 2, _finite(vectors))


def candidates_for(similarity: str, vectors: NDArray[np.float32]) -> Candidates:
    """Return candidates scored by a similarity of song vectors: `cosine` or `euclidean`."""
    return {"cosine": cosine_candidates, "euclidean": euclidean_candidates}[similarity](vectors)


def dot_candidates(output: NDArray[np.float32]) -> Candidates:
    """Return candidates scored by q . c, for input vectors q and output vectors c.

    The score is large for songs that occur together.
    """
    return Candidates(output, np.ones(len(output)), np.zeros(len(output)), _finite(output))


def log_odds_candidates(
    output: NDArray[np.float32], counts: NDArray[np.int64], ns_exponent: float
) -> Candidates:
    """Return candidates scored by q . c + ns_exponent * log count(c), an estimate of log P(c | q).

    The estimate leaves out a term that depends on q alone. Skip-gram with k negative samples is
    best where q . c = log P(c | q) - log(k * Pn(c)), with Pn the distribution of the negatives
    (Levy and Goldberg, Neural word embedding as implicit matrix factorization, NIPS 2014, equation
    7, with the true context distribution written as P(c | q)). gensim draws negatives by Pn(c) ~
    count(c)^ns_exponent, so that log P(c | q) = q . c + ns_exponent * log count(c) + const(q). A
    count is that of the training plays.
    """
    logs = {count: math.log(count) for count in np.unique(counts).tolist()}
    bias = ns_exponent * np.array([logs[count] for count in counts.tolist()])
    return Candidates(output, np.ones(len(output)), bias, _finite(output))


def exact_scores(
    queries: NDArray[np.float64], candidates: Candidates, songs: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return the score of song `songs[i]` for query i: float64 (queries,).

    `queries`: float64 (queries, vector_size).
    """
    chosen = candidates.vectors[songs]
    total = np.zeros(len(songs))
    for dimension in range(chosen.shape[1]):
        total += queries[:, dimension] * chosen[:, dimension].astype(np.float64)
    scores: NDArray[np.float64] = candidates.scale[songs] * total + candidates.bias[songs]
    return scores


def _finite(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    finite = np.empty(len(vectors), bool)
    for first in range(0, len(vectors), BLOCK):
        some = slice(first, first + BLOCK)
        finite[some] = np.logical_and.reduce(np.isfinite(vectors[some]), axis=1)
    return finite
