"""A model's scores as probabilities: softmax(tau * log-odds) over all songs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.candidates import exact_scores
from playlist2vec.ranking.dense import screen_of, single_of, tolerance_of
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.reweighted import reweighted

QUERY_BLOCK = 64
SCORES = 1 << 24
"""Scores of a block of queries for all songs that may be in memory at once, about."""


@dataclass(frozen=True, eq=False)
class Softened:
    """exp(tau * (score - top)) of all songs for some queries, and what makes shares of it.

    `weights`: float32 (queries, songs), 0 for a song that is never suggested, and everywhere for a query that the model
    cannot answer. `top`, `total`: float64 (queries,), the largest score and the sum of the weights; a total of 1 where
    all are 0. `error`: float64 (queries,), by how much of itself a weight may be off. `vectors`: float64 (queries,
    vector_size).
    """

    weights: NDArray[np.float32]
    top: NDArray[np.float64]
    total: NDArray[np.float64]
    error: NDArray[np.float64]
    vectors: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Softmax:
    """p(c | q) = exp(tau * score(q, c)) / the sum over all songs, with a model's own scores of a query.

    `decay`, `songs_back`: which songs of a query the model is asked with, as `reweighted` has it. `tau`: above 0.
    """

    ranker: EmbeddingRanker
    decay: float
    songs_back: int
    tau: float

    @property
    def query_block(self) -> int:
        """Queries at once. Products always have this many, so that each query gives what it gives alone."""
        return max(1, min(QUERY_BLOCK, SCORES // max(len(self.ranker.vocabulary), 1)))

    @cached_property
    def _screen(self) -> NDArray[np.float32]:
        candidates = self.ranker.candidates
        return screen_of(candidates, 0, len(candidates))

    def soften(self, queries: Queries) -> Softened:
        """Return the weights of all songs, for at most `query_block` queries."""
        (found,) = self.soften_for(queries, (self.tau,))
        return found

    def soften_for(self, queries: Queries, taus: tuple[float, ...]) -> Iterator[Softened]:
        """Yield what `soften` returns for each tau in turn."""
        vectors = self.ranker.vectors(reweighted(queries, self.decay, self.songs_back))
        answered = np.isfinite(vectors).all(axis=1)
        padded = np.zeros((self.query_block, vectors.shape[1]))
        padded[: len(vectors)][answered] = vectors[answered]
        scores = (single_of(padded) @ self._screen.T)[: len(vectors)]
        scores[np.isnan(scores)] = -np.inf
        top = scores.max(axis=1, initial=-np.inf)
        top[~np.isfinite(top)] = 0
        scores -= top[:, None]
        tolerance = tolerance_of(padded, self.ranker.candidates)[: len(vectors)]
        for tau in taus:
            weights = np.exp(scores * np.float32(tau))
            weights[~answered] = 0
            total = weights.sum(axis=1, dtype=np.float64)
            yield Softened(
                weights, top.astype(np.float64), np.where(total > 0, total, 1.0), np.expm1(2 * tau * tolerance), vectors
            )

    def exact(self, softened: Softened, queries: NDArray[np.int64], songs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of songs, each for the query of that number: float64 as `songs`, int64 (pairs,)."""
        scores = exact_scores(softened.vectors[queries], self.ranker.candidates, songs)
        with np.errstate(invalid="ignore"):
            weights = np.exp(self.tau * (scores - softened.top[queries])) / softened.total[queries]
        return np.where(softened.weights[queries, songs] > 0, weights, 0.0)
