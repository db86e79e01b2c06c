"""Model scores as probabilities: softmax(tau * log-odds) over all songs."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.candidates import exact_scores
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.reweighted import reweighted
from playlist2vec.ranking.screening import Reach, reach_of, screen_of, single_of

QUERY_BLOCK, GROUP = 128, 16
"""Maximum queries of a block, and the factor of its size, so that products have few shapes."""
SCORES = 1 << 24
"""Approximate maximum of scores, queries times songs, that are in memory at once."""
LOWEST = -60.0
"""Minimum exponent: all songs with less than about 1e-26 of the largest share have equal shares."""


@dataclass(frozen=True, eq=False)
class Softened:
    """Constants that turn scores into shares: exp(max(tau * score - shift, LOWEST)) / total.

    `shift`, `total`: float64 (queries,). `error`: float64 (queries,), the relative error of a
    float32 weight. `vectors`: float64 (queries, vector_size). `answered`: bool (queries,), false
    for a query that the model cannot answer, for which all shares are 0 and the total is 1.
    """

    tau: float
    shift: NDArray[np.float64]
    total: NDArray[np.float64]
    error: NDArray[np.float64]
    vectors: NDArray[np.float64]
    answered: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Softmax:
    """Softmax of model scores: p(c | q) = exp(tau * score(q, c)) / the sum over all songs.

    `decay`, `songs_back`: the songs of the model's queries, as in `reweighted`. `tau`: above 0.
    """

    ranker: EmbeddingRanker
    decay: float
    songs_back: int
    tau: float

    @property
    def query_block(self) -> int:
        """Number of queries in a product; `rows_for` allows fewer rows for few queries.

        Even so, a float32 product may use other instructions for some of its rows, as numpy's
        OpenBLAS does on some CPUs: a query's total then depends on its place in a block in the last
        bits, by some 1e-6 of the total.
        """
        block = min(QUERY_BLOCK, SCORES // max(len(self.ranker.vocabulary), 1))
        return max(GROUP, block // GROUP * GROUP)

    def rows_for(self, queries: int) -> int:
        """Return the rows of a product for a number of queries: at most `query_block`."""
        return min(self.query_block, max(GROUP, -(-queries // GROUP) * GROUP))

    @cached_property
    def _screen(self) -> NDArray[np.float32]:
        """Candidates as float32 (songs, vector_size + 2), bias and 1 last; zeros if not finite."""
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
        """Write the weights of all songs to `room`, float32 (rows, songs), and return constants.

        The constants turn weights into shares. `room` has `rows_for` rows; there are at most
        `query_block` queries. A weight is exp(max(tau * score - shift, LOWEST)), and 0 for a song
        that is never suggested. The shift is known before the scores if these span little;
        otherwise it is the largest score.
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
        """Return the result of `soften` for every tau, except for the last bits of totals.

        `room` is overwritten too.
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
        """Return the exact probabilities of songs: float64 (pairs,).

        `queries`, `songs`: int64 (pairs,), numbers of queries in `softened`, and rows.
        """
        scores = exact_scores(softened.vectors[queries], self.ranker.candidates, songs)
        exponents = np.maximum(softened.tau * scores - softened.shift[queries], LOWEST)
        there = softened.answered[queries] & self.ranker.candidates.finite[songs]
        exponents[~there] = -np.inf
        shares: NDArray[np.float64] = np.exp(exponents) / softened.total[queries]
        return shares

    def probabilities(
        self,
        queries: Queries,
        numbers: NDArray[np.int64],
        songs: NDArray[np.int64],
        taus: tuple[float, ...],
    ) -> dict[float, NDArray[np.float64]]:
        """Return the exact probabilities of songs: float64 (pairs,) by tau.

        `numbers`, `songs`: int64 (pairs,), numbers of queries, rising, and rows.
        """
        found = {tau: np.empty(len(songs)) for tau in taus}
        room = np.empty((self.query_block, len(self.ranker.vocabulary)), np.float32)
        for start in range(0, len(queries), self.query_block):
            end = min(start + self.query_block, len(queries))
            some = slice(*np.searchsorted(numbers, [start, end]))
            softened = self.soften_for(queries.block(start, end), taus, room)
            for tau, values in zip(taus, softened, strict=True):
                found[tau][some] = self.exact(values, numbers[some] - start, songs[some])
        return found

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs per query; see `Ranker.suggest`."""
        return self.ranker.suggest(reweighted(queries, self.decay, self.songs_back), excluded, k)

    def _vectors(
        self, queries: Queries
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
        """Return query vectors, True where finite, and upper bounds of absolute scores.

        The vector of a query that is not finite is replaced by zeros.
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
        """Write queries @ songs + `one` * bias - `shift` to `room`."""
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
        """Subtract the largest score of a query from all scores in place.

        Returns the largest score, 0 if not finite, and True if finite.
        """
        row[self._never] = -np.inf
        top = row.max(initial=-np.inf)
        if not np.isfinite(top):
            return 0.0, False
        row -= top
        return float(top), True
