"""The mixture: a weighted sum of probabilities, as a ranker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import saxpy
from scipy.sparse import csr_array

from playlist2vec.base.progress import watched
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.blend.shares import Part, Shares, stored
from playlist2vec.models.blend.softmax import Softened, Softmax
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries

MODEL = "word2vec"
"""The name of the model's part."""
QUERY_BLOCK = 64
COUNTED_BLOCK = 512
"""Queries for which all parts that count are asked at once, since they look up the same songs."""
SCORES = 1 << 26
"""Probabilities of a block of queries for all songs, about; those of most songs are not stored."""
ROUNDING, TINY = 2.0**-20, 1e-37
"""By how much of itself, and by how much, a sum in float32 may be off, besides what its largest
term is.
"""
NEAR = 1 << 14
"""Songs near their target's probability whose exact ones are made at once."""


@dataclass(frozen=True, eq=False)
class Block:
    """The probabilities of all songs for some queries: sparse + rest * popularity + the other
    priors + the model's.

    `start`, `end`: which queries. `sparse`: float64 (queries, songs), columns rising. `rest`:
    float64 (queries,). `softened`: the model's, None without a model. `weights`: float (queries,
    songs), the model's, in `unit`, float64 (queries,); they last until `Mixture._screened` or the
    next block overwrites them.
    """

    start: int
    end: int
    sparse: csr_array
    rest: NDArray[np.float64]
    softened: Softened | None
    weights: NDArray[np.floating]
    unit: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mixture:
    """p(c | q) = the sum of weight * share of c, over parts that count, priors, and the softmax of
    a model's scores.

    `weights`: by the name of a part, those of the model (MODEL) and of priors included; 0 or more,
    with the sum 1. `priors`: float64 (songs,), shares that no query changes, `popularity` among
    them. Queries hold whole histories. Jelinek, Mercer, Interpolated estimation of Markov source
    parameters from sparse data, 1980.

    With a model the sum is made in float32 for all songs, and in float64 for those alone that may
    stand on either side of a target; without one it is made in float64 at once.
    """

    vocabulary: Vocabulary
    parts: Mapping[str, Part]
    priors: Mapping[str, NDArray[np.float64]]
    model: Softmax | None
    weights: Mapping[str, float]

    @property
    def query_block(self) -> int:
        """Queries whose probabilities of all songs are in memory at once."""
        return QUERY_BLOCK if self.model is None else self.model.query_block

    @property
    def counted_block(self) -> int:
        """Queries for which the parts that count are asked at once: a multiple of `query_block`."""
        block = min(COUNTED_BLOCK, SCORES // max(len(self.vocabulary), 1))
        return max(1, block // self.query_block) * self.query_block

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the place of each target, as `Ranker.rank` says."""
        ranks, never = np.empty(len(targets)), self.never(excluded)
        for block in self._blocks(queries):
            some = slice(block.start, block.end)
            ranks[some] = self._rank(block, targets[some], excluded, never)
        return ranks

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs of each query, as `Ranker.suggest` says."""
        return self.listed(queries, excluded, k)[0]

    def listed(
        self, queries: Queries, excluded: Exclusions, k: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Return what `suggest` does, and what `score` says of it, for the price of one of them."""
        best, never = np.full((len(queries), k), -1, np.int64), self.never(excluded)
        scores = np.full((len(queries), k), np.nan)
        for block in self._blocks(queries):
            off = self._error(block)
            for number, row in enumerate(self._screened(block, excluded, never)):
                wanted = min(k, int(np.count_nonzero(row >= 0)))
                if not wanted:
                    continue
                kth = float(np.partition(row, len(row) - wanted)[len(row) - wanted])
                near = np.flatnonzero(row >= kth * (1 - off[number]) / (1 + off[number]) - 3 * TINY)
                exact = self._exact(block, np.full(len(near), number), near)
                order = np.lexsort((near, -exact))[:wanted]
                best[block.start + number, :wanted] = near[order]
                scores[block.start + number, :wanted] = exact[order]
        return Rows(best), scores

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the probabilities of songs, as `Ranker.score` says of scores."""
        scores = np.full(songs.shape, np.nan)
        for block in self._blocks(queries):
            query, place = np.nonzero(songs[block.start : block.end] >= 0)
            listed = songs[block.start + query, place]
            scores[block.start + query, place] = self._exact(block, query, listed)
        return scores

    def contributions(self, queries: Queries, songs: Rows) -> dict[str, NDArray[np.float64]]:
        """Return how much each part adds to the probability of a song: float64 (queries,) by name.

        `songs`: int64 (queries,). The sum over the parts is what `score` gives.
        """
        numbers = np.arange(len(songs))
        found = {
            name: self.weights[name] * prior[songs]
            for name, prior in self.priors.items()
            if name in self.weights
        }
        for name, part in self._weighted():
            shares = part(queries)
            found[name] = self.weights[name] * self.given(shares, numbers, songs)
        if self.model is not None:
            for block in self._blocks(queries):
                if block.softened is not None:
                    some = slice(block.start, block.end)
                    here = self.model.exact(
                        block.softened, numbers[: block.end - block.start], songs[some]
                    )
                    found.setdefault(MODEL, np.zeros(len(songs)))[some] = self.weights[MODEL] * here
        return found

    def given(
        self, shares: Shares, queries: NDArray[np.int64], songs: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return what a part gives songs, each for the query of that number in `shares`: float64
        (pairs,).
        """
        own = stored(shares.sparse, queries, songs)
        return own + shares.rest[queries] * self.priors["popularity"][songs]

    def softened(
        self,
        queries: Queries,
        numbers: NDArray[np.int64],
        songs: NDArray[np.int64],
        taus: tuple[float, ...],
    ) -> dict[float, NDArray[np.float64]]:
        """Return what the model gives songs, each for the query of that number, rising: float64
        (pairs,) by tau.

        No tau without a model.
        """
        if self.model is None:
            return {}
        found = {tau: np.empty(len(songs)) for tau in taus}
        room = np.empty((self.query_block, len(self.vocabulary)), np.float32)
        for start in range(0, len(queries), self.query_block):
            end = min(start + self.query_block, len(queries))
            some = slice(*np.searchsorted(numbers, [start, end]))
            for tau, each in zip(
                taus, self.model.soften_for(queries.block(start, end), taus, room), strict=True
            ):
                found[tau][some] = self.model.exact(each, numbers[some] - start, songs[some])
        return found

    def never(self, excluded: Exclusions) -> NDArray[np.int64]:
        """Return the songs that are suggested for no query, rising: int64 (songs,)."""
        possible = (
            np.ones(len(self.vocabulary), bool)
            if excluded.allowed is None
            else excluded.allowed.copy()
        )
        if self.model is not None:
            possible &= self.model.ranker.candidates.finite
        return np.flatnonzero(~possible)

    def _weighted(self) -> Iterator[tuple[str, Part]]:
        """The parts that have a weight, in their order."""
        return ((name, part) for name, part in self.parts.items() if self.weights.get(name, 0) > 0)

    def _blocks(self, queries: Queries) -> Iterator[Block]:
        model = self.model if self.weights.get(MODEL, 0) > 0 else None
        if model is None:
            room: NDArray[np.floating] = np.empty(
                (min(self.query_block, len(queries)), len(self.vocabulary))
            )
        else:
            room = np.empty((model.rows_for(len(queries)), len(self.vocabulary)), np.float32)
        for first in watched(range(0, len(queries), self.counted_block), "blend", unit="blocks"):
            many = queries.block(first, min(first + self.counted_block, len(queries)))
            sparse, rest = self._counted(many)
            for start in range(0, len(many), self.query_block):
                end = min(start + self.query_block, len(many))
                softened, unit = None, np.ones(end - start)
                if model is not None:
                    softened = model.soften(many.block(start, end), room)
                    unit = self.weights[MODEL] / softened.total
                weights = room[: end - start]
                yield Block(
                    first + start,
                    first + end,
                    sparse[start:end],
                    rest[start:end],
                    softened,
                    weights,
                    unit,
                )

    def _counted(self, queries: Queries) -> tuple[csr_array, NDArray[np.float64]]:
        """What all parts that count give together: `sparse` and `rest` of a block."""
        rest = np.full(len(queries), self.weights.get("popularity", 0.0))
        if len(queries) == 1:
            return self._counted_alone(queries, rest)
        sparse = csr_array((len(queries), len(self.vocabulary)))
        for name, part in self._weighted():
            shares: Shares = part(queries)
            sparse = (sparse + self.weights[name] * shares.sparse).tocsr()
            rest += self.weights[name] * shares.rest
        return sparse, rest

    def _counted_alone(
        self, query: Queries, rest: NDArray[np.float64]
    ) -> tuple[csr_array, NDArray[np.float64]]:
        """The same sums in the same order, bit for bit, without a sparse matrix for each of them.

        For one query the making of these matrices would take more time than the sums.
        """
        sums = np.zeros(len(self.vocabulary))
        for name, part in self._weighted():
            shares: Shares = part(query)
            sums[shares.sparse.indices] += self.weights[name] * shares.sparse.data
            rest = rest + self.weights[name] * shares.rest
        songs = np.flatnonzero(sums)
        return csr_array((sums[songs], songs, [0, len(songs)]), shape=(1, len(sums))), rest

    @cached_property
    def _others(self) -> NDArray[np.float64]:
        """What the priors but popularity give together: float64 (songs,)."""
        others = np.zeros(len(self.vocabulary))
        for name, prior in self.priors.items():
            if name != "popularity":
                others += self.weights.get(name, 0.0) * prior
        return others

    def _screened(
        self, block: Block, excluded: Exclusions, never: NDArray[np.int64]
    ) -> Iterator[NDArray[np.floating]]:
        """Yield the sum of all parts in `block.unit`, float (songs,), for each query; -infinity for
        what is excluded.

        It is off by `_error`. Each is made of the model's weights and overwrites them.
        """
        popular, others = (
            each.astype(block.weights.dtype) for each in (self.priors["popularity"], self._others)
        )
        rest, unit = block.rest.tolist(), block.unit.tolist()
        for query, row in enumerate(block.weights):
            if block.softened is None:
                np.multiply(popular, rest[query], out=row)
                row += others
            else:
                saxpy(popular, row, a=rest[query] / unit[query])
                saxpy(others, row, a=1 / unit[query])
            here = slice(block.sparse.indptr[query], block.sparse.indptr[query + 1])
            row[block.sparse.indices[here]] += (block.sparse.data[here] / unit[query]).astype(
                row.dtype
            )
            row[excluded.of_block(block.start + query, block.start + query + 1)[1]] = -np.inf
            row[never] = -np.inf
            yield row

    def _error(self, block: Block) -> NDArray[np.float64]:
        """By how much of itself what `_screened` yields may be off: float64 (queries,)."""
        return (
            np.zeros(len(block.rest)) if block.softened is None else block.softened.error + ROUNDING
        )

    def _exact(
        self, block: Block, queries: NDArray[np.int64], songs: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The probability of songs, each for the query of that number in the block: float64
        (pairs,).
        """
        found: NDArray[np.float64] = (
            block.rest[queries] * self.priors["popularity"][songs] + self._others[songs]
        )
        found += stored(block.sparse, queries, songs)
        if self.model is None or block.softened is None:
            return found
        found += self.weights[MODEL] * self.model.exact(block.softened, queries, songs)
        return found

    def _rank(
        self,
        block: Block,
        targets: NDArray[np.int64],
        excluded: Exclusions,
        never: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        numbers, off = np.arange(len(targets)), self._error(block)
        bar = self._exact(block, numbers, targets)
        low, high = bar * (1 - off) / block.unit - TINY, bar * (1 + off) / block.unit + TINY
        if block.softened is None:
            low = high = bar
        ranks, near = np.ones(len(targets)), [np.zeros(0, np.int64)] * len(targets)
        for number, row in enumerate(self._screened(block, excluded, never)):
            above = row > float(high[number])
            ranks[number] += np.count_nonzero(above)
            near[number] = np.flatnonzero((row >= float(low[number])) ^ above)
        query, song = np.repeat(numbers, [len(songs) for songs in near]), np.concatenate(near)
        for start in range(0, len(query), NEAR):
            some = query[start : start + NEAR], song[start : start + NEAR]
            exact = self._exact(block, *some)
            ahead = (exact > bar[some[0]]) | (
                (exact == bar[some[0]]) & (some[1] < targets[some[0]])
            )
            ranks += np.bincount(some[0][ahead], minlength=len(targets))
        ranks[np.isneginf(block.weights[numbers, targets])] = np.inf
        return ranks
