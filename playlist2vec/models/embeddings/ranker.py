"""Ranking by song vectors: every similarity, exact or by the course's tree."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import candidates_of, query_vectors, scored_model
from playlist2vec.ranking.by_vectors import VectorRanker
from playlist2vec.ranking.candidates import Candidates
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries


@dataclass(frozen=True, eq=False)
class EmbeddingRanker(VectorRanker):
    """A ranker of a model's songs by similarity; a query without a song gets no answer.

    `similarity`: cosine, euclidean, dot, log_odds or log_odds_symmetric. `index`: exact, or
    kd_tree, which counts the same ranks with scikit-learn's KDTree, for cosine and euclidean.
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
        """The model whose matrices have the scores as products."""
        return scored_model(self.model, self.similarity)

    @cached_property
    def candidates(self) -> Candidates:
        """All songs of the model, as candidates of the similarity."""
        return candidates_of(self.scored, self.similarity)

    def vectors(self, queries: Queries) -> NDArray[np.float64]:
        """Return query vectors, float64 (queries, vector_size); NaN for a query without a song."""
        spaces = [self.scored.input, *self.scored.earlier]
        vectors = query_vectors(spaces, queries, self.similarity)
        vectors[queries.lengths == 0] = np.nan
        return vectors

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the ranks of targets; see `Ranker.rank`."""
        if self.index == "kd_tree":
            from playlist2vec.ranking.kd_tree import rank_targets_by_tree

            vectors = self.vectors(queries)
            return rank_targets_by_tree(
                self.similarity, vectors, self.candidates, targets, excluded
            )
        return super().rank(queries, targets, excluded)
