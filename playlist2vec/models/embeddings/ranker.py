"""The ranking by vectors of songs: every similarity, exact or by the course's tree."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import candidates_of, query_vectors, scored_model
from playlist2vec.ranking.candidates import Candidates, exact_scores
from playlist2vec.ranking.dense import nearest_songs, rank_targets
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries

BLOCK = 4_096
"""Queries whose suggestions are scored at once."""


@dataclass(frozen=True, eq=False)
class EmbeddingRanker:
    """A model's songs, ranked by a similarity to the query's songs; a query without a song gets no answer.

    `similarity`: cosine, euclidean, dot, log_odds or log_odds_symmetric. `index`: exact, or kd_tree, which counts the
    same ranks with scikit-learn's KDTree, for cosine and euclidean.
    """

    model: Model
    similarity: str
    index: str = "exact"

    @property
    def vocabulary(self) -> Vocabulary:
        """The songs of the model."""
        return self.model.vocabulary

    @cached_property
    def scored(self) -> Model:
        """The model whose matrices the scores are products of."""
        return scored_model(self.model, self.similarity)

    @cached_property
    def candidates(self) -> Candidates:
        """All songs of the model, to be scored by the similarity."""
        return candidates_of(self.scored, self.similarity)

    def vectors(self, queries: Queries) -> NDArray[np.float64]:
        """Return a vector a query, float64 (queries, vector_size); NaN for one without a song."""
        spaces = [self.scored.input, *self.scored.earlier]
        vectors = query_vectors(spaces, queries, self.similarity)
        vectors[queries.lengths == 0] = np.nan
        return vectors

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the place of each target, as `Ranker.rank` says."""
        vectors = self.vectors(queries)
        if self.index == "kd_tree":
            from playlist2vec.ranking.kd_tree import rank_targets_by_tree

            return rank_targets_by_tree(self.similarity, vectors, self.candidates, targets, excluded)
        return rank_targets(vectors, self.candidates, targets, excluded)

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
            scores[start + query, place] = exact_scores(vectors[query], self.candidates, listed[query, place])
        return scores
