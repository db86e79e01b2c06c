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
from playlist2vec.models.blend.shares import Part, Shares, mixed_shares, stored, weighted_parts
from playlist2vec.models.blend.softmax import Softened, Softmax
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries

MODEL = "word2vec"
"""The name of the model among the parts."""
QUERY_BLOCK = 64
COUNTED_BLOCK = 512
"""Queries per call of the parts that count, which look up the same songs."""
SCORES = 1 << 26
"""Approximate maximum of queries times songs in a block of queries; most entries are not stored."""
ROUNDING, TINY = 2.0**-20, 1e-37
"""Relative and absolute error of a float32 sum, besides the error of its largest term."""
NEAR = 1 << 14
"""Songs near their target's probability whose exact probabilities are computed at once."""


@dataclass(frozen=True, eq=False)
class Block:
    """Probabilities of all songs for some queries.

    A probability is `sparse` + `rest` * popularity + the other priors + the model's part. `start`,
    `end`: the range of queries. `sparse`: float64 (queries, songs), columns rising. `rest`: float64
    (queries,). `softened`: of the model, None without a model. `weights`: float (queries, songs),
    the model's weights in units of `unit`, float64 (queries,); they last until `Mixture._screened`
    or the next block overwrites them.
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
    """A ranker by p(c | q) = sum of weight * share of c over all parts.

    The parts are parts that count, priors, and the softmax of a model's scores. `weights`: by the
    name of a part, including the model (MODEL) and priors; 0 or more, with the sum 1. `priors`:
    float64 (songs,), shares that no query changes, `popularity` among them. Queries hold whole
    histories. Jelinek, Mercer, Interpolated estimation of Markov source parameters from sparse
    data, 1980.

    With a model, the sum is computed in float32 for all songs, and in float64 only for songs that
    may be on either side of a target. Without a model, it is computed in float64 at once.
    """

    vocabulary: Vocabulary
    parts: Mapping[str, Part]
    priors: Mapping[str, NDArray[np.float64]]
    model: Softmax | None
    weights: Mapping[str, float]

    @property
    def query_block(self) -> int:
        """Number of queries whose probabilities of all songs are in memory at once."""
        return QUERY_BLOCK if self.model is None else self.model.query_block

    @property
    def counted_block(self) -> int:
        """Number of queries per call of the parts that count: a multiple of `query_block`."""
        block = min(COUNTED_BLOCK, SCORES // max(len(self.vocabulary), 1))
        return max(1, block // self.query_block) * self.query_block

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the ranks of targets; see `Ranker.rank`."""
        ranks, never = np.empty(len(targets)), self.never(excluded)
        for block in self._blocks(queries):
            some = slice(block.start, block.end)
            ranks[some] = self._rank(block, targets[some], excluded, never)
        return ranks

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs per query; see `Ranker.suggest`."""
        return self.listed(queries, excluded, k)[0]

    def listed(
        self, queries: Queries, excluded: Exclusions, k: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Return the results of `suggest` and `score` at the price of a single call."""
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
        """Return the probabilities of songs; see `Ranker.score`."""
        scores = np.full(songs.shape, np.nan)
        for block in self._blocks(queries):
            query, place = np.nonzero(songs[block.start : block.end] >= 0)
            listed = songs[block.start + query, place]
            scores[block.start + query, place] = self._exact(block, query, listed)
        return scores

    def contributions(self, queries: Queries, songs: Rows) -> dict[str, NDArray[np.float64]]:
        """Return the contributions of parts to probabilities of songs: float64 (queries,) by name.

        `songs`: int64 (queries,). The sum over the parts is the result of `score`.
        """
        numbers = np.arange(len(songs))
        found = {
            name: self.weights[name] * prior[songs]
            for name, prior in self.priors.items()
            if name in self.weights
        }
        for name, part in weighted_parts(self.parts, self.weights):
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
        """Return the probabilities of songs under a part: float64 (pairs,).

        `queries`, `songs`: int64 (pairs,), numbers of queries in `shares`, and rows.
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
        """Return the probabilities of songs under the model: float64 (pairs,) by tau.

        `numbers`, `songs`: int64 (pairs,), numbers of queries, rising, and rows. The result is
        empty without a model.
        """
        if self.model is None:
            return {}
        return self.model.probabilities(queries, numbers, songs, taus)

    def never(self, excluded: Exclusions) -> NDArray[np.int64]:
        """Return the songs suggested for no query, rising: int64 (songs,)."""
        possible = (
            np.ones(len(self.vocabulary), bool)
            if excluded.allowed is None
            else excluded.allowed.copy()
        )
        if self.model is not None:
            possible &= self.model.ranker.candidates.finite
        return np.flatnonzero(~possible)

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
            counted = mixed_shares(self.parts, self.weights, many, len(self.vocabulary))
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
                    counted.sparse[start:end],
                    counted.rest[start:end],
                    softened,
                    weights,
                    unit,
                )

    @cached_property
    def _others(self) -> NDArray[np.float64]:
        """Weighted sum of all priors except popularity: float64 (songs,)."""
        others = np.zeros(len(self.vocabulary))
        for name, prior in self.priors.items():
            if name != "popularity":
                others += self.weights.get(name, 0.0) * prior
        return others

    def _screened(
        self, block: Block, excluded: Exclusions, never: NDArray[np.int64]
    ) -> Iterator[NDArray[np.floating]]:
        """Yield for every query the sum of all parts in units of `block.unit`: float (songs,).

        The sum has the relative error `_error`; excluded songs get -infinity. A sum overwrites the
        model's weights of its query.
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
        """Return the relative error of the sums of `_screened`: float64 (queries,)."""
        return (
            np.zeros(len(block.rest)) if block.softened is None else block.softened.error + ROUNDING
        )

    def _exact(
        self, block: Block, queries: NDArray[np.int64], songs: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the exact probabilities of songs: float64 (pairs,).

        `queries`, `songs`: int64 (pairs,), numbers of queries in the block, and rows.
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
