"""A model's scores as probabilities: softmax(tau * log-odds) over all songs."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.candidates import exact_scores
from playlist2vec.ranking.dense import Reach, reach_of, screen_of, single_of
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.reweighted import reweighted

QUERY_BLOCK, GROUP = 128, 16
"""Queries at once, and what their number is a multiple of, so that products have few shapes."""
SCORES = 1 << 24
"""Scores of a block of queries for all songs that may be in memory at once, about."""
LOWEST = -60.0
"""No exponent is below this: songs so far behind, with shares of 1e-26 of the largest, all have the
same.
"""


@dataclass(frozen=True, eq=False)
class Softened:
    """What makes shares of a model's scores for some queries: exp(max(tau * score - shift, LOWEST))
    / total.

    `shift`, `total`: float64 (queries,). `error`: float64 (queries,), by how much of itself a
    weight in float32 may be off. `vectors`: float64 (queries, vector_size). `answered`: bool
    (queries,), false for a query that the model cannot answer, for which all shares are 0; its
    total is 1.
    """

    tau: float
    shift: NDArray[np.float64]
    total: NDArray[np.float64]
    error: NDArray[np.float64]
    vectors: NDArray[np.float64]
    answered: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Softmax:
    """p(c | q) = exp(tau * score(q, c)) / the sum over all songs, with a model's own scores of a
    query.

    `decay`, `songs_back`: which songs of a query the model is asked with, as `reweighted` has it.
    `tau`: above 0.
    """

    ranker: EmbeddingRanker
    decay: float
    songs_back: int
    tau: float

    @property
    def query_block(self) -> int:
        """Queries at once. Products have this many, and a few queries `rows_for` them.

        Even so a product in float32 may treat its rows by other instructions, as numpy's OpenBLAS
        does on some CPUs: by its place in a block a query's total is then off in its last bits,
        some 1e-6 of it.
        """
        block = min(QUERY_BLOCK, SCORES // max(len(self.ranker.vocabulary), 1))
        return max(GROUP, block // GROUP * GROUP)

    def rows_for(self, queries: int) -> int:
        """Return the rows of the product for so many queries: `query_block`, or fewer where fewer
        will do.
        """
        return min(self.query_block, max(GROUP, -(-queries // GROUP) * GROUP))

    @cached_property
    def _screen(self) -> NDArray[np.float32]:
        """The candidates as float32 (songs, vector_size + 2), bias and 1 last; zeros for a song
        that is not finite.
        """
        candidates = self.ranker.candidates
        screen = screen_of(candidates, 0, len(candidates))
        screen[~candidates.finite] = 0
        return np.column_stack([screen, np.ones(len(screen), np.float32)])

    @cached_property
    def _reach(self) -> Reach:
        return reach_of(self.ranker.candidates)

    @cached_property
    def _never(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.ranker.candidates.finite)

    def soften(self, queries: Queries, room: NDArray[np.float32]) -> Softened:
        """Write the weights of all songs over `room`, float32 (rows, songs); return what makes
        shares of them.

        `room` has `rows_for` as many rows as there are queries. A weight is exp(max(tau * score -
        shift, LOWEST)), for at most `query_block` queries, and 0 for a song that is never
        suggested. The shift is known before the scores where they span little, and is the largest
        score else.
        """
        vectors, answered, bound = self._vectors(queries)
        narrow = 2 * self.tau * bound < -LOWEST
        shift = np.where(narrow, self.tau * bound, 0).astype(np.float32)
        self._multiply(self.tau * vectors, self.tau, shift, room)
        softened = self._softened(self.tau, vectors, answered, bound, shift.astype(np.float64))
        ones = np.ones(room.shape[1], np.float32)
        for query, row in enumerate(room[: len(vectors)]):
            if answered[query] and not narrow[query]:
                softened.shift[query], answered[query] = self._from_the_top(row)
                np.maximum(row, np.float32(LOWEST), out=row)
            if not answered[query]:
                row[:] = 0
                continue
            np.exp(row, out=row)
            row[self._never] = 0
            softened.total[query] = row @ ones
        return softened

    def soften_for(
        self, queries: Queries, taus: tuple[float, ...], room: NDArray[np.float32]
    ) -> list[Softened]:
        """Return what `soften` does for each tau, but for the last bits of totals; `room` is
        written over as well.
        """
        vectors, answered, bound = self._vectors(queries)
        self._multiply(vectors, 1.0, np.zeros(len(vectors), np.float32), room)
        tops, totals = np.zeros(len(vectors)), np.ones((len(taus), len(vectors)))
        weights, ones = np.empty(room.shape[1], np.float32), np.ones(room.shape[1], np.float32)
        for query in np.flatnonzero(answered):
            row = room[query]
            tops[query], answered[query] = self._from_the_top(row)
            lowest = row.min()
            for place, tau in enumerate(taus if answered[query] else ()):
                np.multiply(row, np.float32(tau), out=weights)
                if tau * lowest < LOWEST:
                    np.maximum(weights, np.float32(LOWEST), out=weights)
                np.exp(weights, out=weights)
                weights[self._never] = 0
                totals[place, query] = weights @ ones
        return [
            replace(self._softened(tau, vectors, answered, bound, tau * tops), total=total)
            for tau, total in zip(taus, totals, strict=True)
        ]

    def exact(
        self, softened: Softened, queries: NDArray[np.int64], songs: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the probability of songs, each for the query of that number: float64 as `songs`,
        int64 (pairs,).
        """
        scores = exact_scores(softened.vectors[queries], self.ranker.candidates, songs)
        exponents = np.maximum(softened.tau * scores - softened.shift[queries], LOWEST)
        there = softened.answered[queries] & self.ranker.candidates.finite[songs]
        exponents[~there] = -np.inf
        shares: NDArray[np.float64] = np.exp(exponents) / softened.total[queries]
        return shares

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs of each query, as `Ranker.suggest` says."""
        return self.ranker.suggest(reweighted(queries, self.decay, self.songs_back), excluded, k)

    def _vectors(
        self, queries: Queries
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
        """The queries' vectors, zeros where one is not finite; whether it is; and what no score is
        larger than.
        """
        vectors = self.ranker.vectors(reweighted(queries, self.decay, self.songs_back))
        answered: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(vectors), axis=1)
        vectors[~answered] = 0
        return vectors, answered, self._reach.bound(vectors)

    def _multiply(
        self,
        vectors: NDArray[np.float64],
        one: float,
        shift: NDArray[np.float32],
        room: NDArray[np.float32],
    ) -> None:
        """Write the product of queries and songs, with `one` times the bias, less the shift, over
        `room`.
        """
        padded = np.zeros((len(room), self._screen.shape[1]), np.float32)
        padded[: len(vectors), :-1] = single_of(vectors)
        padded[:, -2] *= np.float32(one)
        padded[: len(vectors), -1] = -shift
        np.matmul(padded, self._screen.T, out=room)

    def _softened(
        self,
        tau: float,
        vectors: NDArray[np.float64],
        answered: NDArray[np.bool_],
        bound: NDArray[np.float64],
        shift: NDArray[np.float64],
    ) -> Softened:
        error = np.expm1(2 * tau * self._reach.tolerance(bound))
        return Softened(tau, shift, np.ones(len(vectors)), error, vectors, answered)

    def _from_the_top(self, row: NDArray[np.float32]) -> tuple[float, bool]:
        """Subtract the largest score of a query from all; returns it, 0 where it is not finite, and
        whether it is.
        """
        row[self._never] = -np.inf
        top = row.max(initial=-np.inf)
        if not np.isfinite(top):
            return 0.0, False
        row -= top
        return float(top), True
