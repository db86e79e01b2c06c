"""The ranking by the product of a query's vector with a vector of each song."""

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
    """A base of rankers that say what the candidates are, and give each query a vector."""

    @property
    def candidates(self) -> Candidates:
        """The songs that are ranked."""
        raise NotImplementedError

    def vectors(self, queries: Queries) -> NDArray[np.float64]:
        """Return the vector of each query: float64 (queries, vector_size), NaN for one that gets no
        answer.
        """
        raise NotImplementedError

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the place of each target, as `Ranker.rank` says."""
        return rank_targets(self.vectors(queries), self.candidates, targets, excluded)

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs of each query, as `Ranker.suggest` says."""
        return Rows(nearest_songs(self.vectors(queries), self.candidates, k, excluded))

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the scores of songs, as `Ranker.score` says."""
        scores = np.full(songs.shape, np.nan)
        for start in range(0, len(songs), BLOCK):
            end = min(start + BLOCK, len(songs))
            vectors, listed = self.vectors(queries.block(start, end)), songs[start:end]
            query, place = np.nonzero(listed >= 0)
            scores[start + query, place] = exact_scores(
                vectors[query], self.candidates, listed[query, place]
            )
        return scores
