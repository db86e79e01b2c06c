"""The mixture: a weighted sum of probabilities, as a ranker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.blend.shares import Part, Shares
from playlist2vec.models.blend.softmax import Softened, Softmax
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries

MODEL = "word2vec"
"""The name of the model's part."""
QUERY_BLOCK = 64
SCORES = 1 << 24
"""Probabilities of a block of queries for all songs that may be in memory at once, about."""


@dataclass(frozen=True, eq=False)
class Block:
    """The probabilities of all songs for some queries, but for the last bits of the model's share.

    `base`: float64 (queries, songs), what all parts but the model give, exactly. `softened`: the model's own, None
    without a model. `factor`: float64 (queries,), its weight / its total.
    """

    base: NDArray[np.float64]
    softened: Softened | None
    factor: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mixture:
    """p(c | q) = the sum of weight * share of c, over parts that count, priors, and the softmax of a model's scores.

    `weights`: by the name of a part, those of the model (MODEL) and of priors included; 0 or more, with the sum 1.
    `priors`: float64 (songs,), shares that no query changes, `popularity` among them. Queries hold whole histories.
    Jelinek, Mercer, Interpolated estimation of Markov source parameters from sparse data, 1980.
    """

    vocabulary: Vocabulary
    parts: Mapping[str, Part]
    priors: Mapping[str, NDArray[np.float64]]
    model: Softmax | None
    weights: Mapping[str, float]

    @property
    def query_block(self) -> int:
        """Queries at once."""
        return max(1, min(QUERY_BLOCK, SCORES // max(len(self.vocabulary), 1)))

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the place of each target, as `Ranker.rank` says."""
        ranks = np.empty(len(targets))
        for start, end, block in self._blocks(queries):
            ranks[start:end] = self._rank(block, targets[start:end], self.out(excluded, start, end))
        return ranks

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs of each query, as `Ranker.suggest` says."""
        best = np.full((len(queries), k), -1, np.int64)
        for start, end, block in self._blocks(queries):
            out = self.out(excluded, start, end)
            low, high = self._bounds(block)
            low[out], high[out] = -np.inf, -np.inf
            for number in range(end - start):
                possible = int(np.count_nonzero(~out[number]))
                wanted = min(k, possible)
                if not wanted:
                    continue
                bar = np.partition(low[number], len(low[number]) - wanted)[len(low[number]) - wanted]
                near = np.flatnonzero((high[number] >= bar) & ~out[number])
                exact = self._exact(block, np.full(len(near), number), near)
                best[start + number, :wanted] = near[np.lexsort((near, -exact))[:wanted]]
        return Rows(best)

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the probabilities of songs, as `Ranker.score` says of scores."""
        scores = np.full(songs.shape, np.nan)
        for start, end, block in self._blocks(queries):
            query, place = np.nonzero(songs[start:end] >= 0)
            listed = songs[start:end][query, place]
            scores[start + query, place] = self._exact(block, query, listed)
        return scores

    def contributions(self, queries: Queries, songs: Rows) -> dict[str, NDArray[np.float64]]:
        """Return how much each part adds to the probability of a song: float64 (queries,) by name.

        `songs`: int64 (queries,). The sum over the parts is what `score` gives.
        """
        numbers = np.arange(len(songs))
        found = {name: self.weights[name] * prior[songs] for name, prior in self.priors.items() if name in self.weights}
        for name, part in self._weighted():
            shares = part(queries)
            own = np.asarray(shares.sparse[numbers, songs]).ravel()
            found[name] = self.weights[name] * (own + shares.rest * self.priors["popularity"][songs])
        if self.model is not None:
            for start, end, block in self._blocks(queries):
                if block.softened is not None:
                    here = self.model.exact(block.softened, numbers[: end - start], songs[start:end])
                    found.setdefault(MODEL, np.zeros(len(songs)))[start:end] = self.weights[MODEL] * here
        return found

    def _weighted(self) -> Iterator[tuple[str, Part]]:
        """The parts that have a weight, in their order."""
        return ((name, part) for name, part in self.parts.items() if self.weights.get(name, 0) > 0)

    def _blocks(self, queries: Queries) -> Iterator[tuple[int, int, Block]]:
        for start in range(0, len(queries), self.query_block):
            end = min(start + self.query_block, len(queries))
            yield start, end, self._block(queries.block(start, end))

    def _block(self, queries: Queries) -> Block:
        sparse = csr_array((len(queries), len(self.vocabulary)))
        rest = np.full(len(queries), self.weights.get("popularity", 0.0))
        for name, part in self._weighted():
            shares: Shares = part(queries)
            sparse = (sparse + self.weights[name] * shares.sparse).tocsr()
            rest += self.weights[name] * shares.rest
        base = rest[:, None] * self.priors["popularity"]
        for name, prior in self.priors.items():
            if name != "popularity" and self.weights.get(name, 0) > 0:
                base += self.weights[name] * prior
        query = np.repeat(np.arange(len(queries)), np.diff(sparse.indptr))
        base[query, sparse.indices] += sparse.data
        if self.model is None or not self.weights.get(MODEL, 0) > 0:
            return Block(base, None, np.zeros(len(queries)))
        softened = self.model.soften(queries)
        return Block(base, softened, self.weights[MODEL] / softened.total)

    def _bounds(self, block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the most that each probability may be: float64 (queries, songs) twice."""
        if block.softened is None:
            return block.base.copy(), block.base.copy()
        error = block.softened.error
        weights = block.softened.weights
        low = block.base + (block.factor * (1 - error))[:, None] * weights
        high = block.base + (block.factor * (1 + error))[:, None] * weights
        return low, high

    def _exact(self, block: Block, queries: NDArray[np.int64], songs: NDArray[np.int64]) -> NDArray[np.float64]:
        """The probability of songs, each for the query of that number in the block: float64 (pairs,)."""
        found = np.asarray(block.base[queries, songs], np.float64)
        if self.model is None or block.softened is None:
            return found
        found += self.weights[MODEL] * self.model.exact(block.softened, queries, songs)
        return found

    def _rank(self, block: Block, targets: NDArray[np.int64], out: NDArray[np.bool_]) -> NDArray[np.float64]:
        numbers = np.arange(len(targets))
        wanted = self._exact(block, numbers, targets)
        low, high = self._bounds(block)
        low[out], high[out] = -np.inf, -np.inf
        above = low > wanted[:, None]
        ranks: NDArray[np.float64] = 1.0 + np.count_nonzero(above, axis=1)
        query, song = np.nonzero((high >= wanted[:, None]) & ~above)
        exact, bar = self._exact(block, query, song), wanted[query]
        ahead = (exact > bar) | ((exact == bar) & (song < targets[query]))
        ranks += np.bincount(query[ahead], minlength=len(targets))
        ranks[out[numbers, targets]] = np.inf
        return ranks

    def out(self, excluded: Exclusions, start: int, end: int) -> NDArray[np.bool_]:
        """Return the songs that are never suggested for the queries from `start` on: bool (queries, songs)."""
        out = np.zeros((end - start, len(self.vocabulary)), bool)
        out[excluded.of_block(start, end)] = True
        if excluded.allowed is not None:
            out |= ~excluded.allowed
        if self.model is not None:
            out |= ~self.model.ranker.candidates.finite
        return out
