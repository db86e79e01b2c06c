"""Ranking by the product of a query vector and a song vector."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.candidates import Candidates, exact_scores
from playlist2vec.ranking.dense import nearest_songs, rank_targets
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries

BLOCK = 4_096
"""Queries whose suggestions are scored at once."""


class VectorRanker:
    """Base class of rankers that define candidates and query vectors."""

    @property
    def candidates(self) -> Candidates:
        """The songs to rank."""
        raise NotImplementedError

    def vectors(self, queries: Queries) -> NDArray[np.float64]:
        """Return query vectors, float64 (queries, vector_size), NaN for a query without answer."""
        raise NotImplementedError

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the ranks of targets; see `Ranker.rank`."""
        return rank_targets(self.vectors(queries), self.candidates, targets, excluded)

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs per query; see `Ranker.suggest`."""
        return Rows(nearest_songs(self.vectors(queries), self.candidates, k, excluded))

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the scores of songs; see `Ranker.score`."""
        scores = np.full(songs.shape, np.nan)
        for start in range(0, len(songs), BLOCK):
            end = min(start + BLOCK, len(songs))
            vectors, listed = self.vectors(queries.block(start, end)), songs[start:end]
            query, place = np.nonzero(listed >= 0)
            scores[start + query, place] = exact_scores(
                vectors[query], self.candidates, listed[query, place]
            )
        return scores
