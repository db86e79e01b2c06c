"""The two-stage ranker: candidates of several rankers, ordered by a model."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.listening.history.storage import Songs
from playlist2vec.listening.ordering.candidates import (
    Candidates,
    Scorers,
    gather,
    rankers_of,
    scorers_of,
)
from playlist2vec.listening.ordering.features import FeatureMaker
from playlist2vec.listening.ordering.model import Order
from playlist2vec.models.histories.tables import SongTables
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker

BLOCK = 512
"""Queries with candidates in memory at once."""


@dataclass(frozen=True, eq=False)
class Retrieval:
    """The first stage: rankers of candidates, and features.

    `gap`: minutes that end a session.
    """

    songs: Songs
    tower: Ranker
    tables: SongTables
    gap: int

    @cached_property
    def scorers(self) -> Scorers:
        """The counting scorers by name."""
        return scorers_of(self.tables)

    @cached_property
    def rankers(self) -> dict[str, Ranker]:
        """The rankers of candidates by name."""
        return rankers_of(self.tower, self.scorers, self.songs.vocabulary)

    @cached_property
    def features(self) -> FeatureMaker:
        """The maker of features of candidates."""
        return FeatureMaker(self.songs, self.tower, self.scorers, self.gap)

    def candidates(
        self, queries: Queries, excluded: Exclusions
    ) -> tuple[Candidates, NDArray[np.float64]]:
        """Return candidates and their features: float64 (candidates, features)."""
        found = gather(self.rankers, queries, excluded)
        return found, self.features.make(queries, found)


@dataclass(frozen=True, eq=False)
class Ordered:
    """A ranker of only the candidates, in the order of a model, ties by the smaller row."""

    retrieval: Retrieval
    order: Order

    @property
    def vocabulary(self) -> Vocabulary:
        """The songs of the rows."""
        return self.retrieval.songs.vocabulary

    def _listed(
        self, queries: Queries, excluded: Exclusions
    ) -> tuple[Candidates, NDArray[np.float64]]:
        """Return candidates, best first, with scores: float64 (candidates,)."""
        found, features = self.retrieval.candidates(queries, excluded)
        scores = self.order.score(features)
        order = np.lexsort((found.songs, -scores, found.query))
        return Candidates(found.songs[order], found.offsets), scores[order]

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the ranks of targets as `Ranker.rank`, infinity outside the candidates."""
        ranks = np.full(len(queries), np.inf)
        for start in range(0, len(queries), BLOCK):
            end = min(start + BLOCK, len(queries))
            found, _ = self._listed(
                queries.block(start, end), excluded.choose(np.arange(start, end))
            )
            hit = np.flatnonzero(found.songs == targets[start:end][found.query])
            ranks[start + found.query[hit]] = hit - found.offsets[found.query[hit]] + 1
        return ranks

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best candidates as `Ranker.suggest`, -1 where there are fewer."""
        best = np.full((len(queries), k), -1, np.int64)
        for start in range(0, len(queries), BLOCK):
            end = min(start + BLOCK, len(queries))
            found, _ = self._listed(
                queries.block(start, end), excluded.choose(np.arange(start, end))
            )
            place = np.arange(len(found.songs)) - found.offsets[found.query]
            kept = place < k
            best[start + found.query[kept], place[kept]] = found.songs[kept]
        return Rows(best)

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the scores of songs as `Ranker.score`."""
        lengths = np.count_nonzero(songs >= 0, axis=1)
        query, place = np.nonzero(songs >= 0)
        asked = Candidates(songs[query, place], np.concatenate([[0], np.cumsum(lengths)]))
        scores = np.full(songs.shape, np.nan)
        scores[query, place] = self.order.score(self.retrieval.features.make(queries, asked))
        return scores
