"""The protocol of rankers, which evaluation, slices, the challenge and suggestions call."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries


class Ranker(Protocol):
    """An order of all songs of a vocabulary for a query: best score first, ties by the smaller row.

    A batch of queries gives the results of single queries, whatever the sizes of blocks. The `rank`
    of a song is its place, from 1, in the list of `suggest`. A query without a song may be answered
    by a ranker's own order of all songs (popularity), or not at all.
    """

    @property
    def vocabulary(self) -> Vocabulary:
        """The songs; queries, targets and suggestions hold rows of this vocabulary."""

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the ranks of targets: float64 (queries,), infinity if never listed.

        `targets`: int64 (queries,), rows. A rank is the place in the query's list, from 1.
        """

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs of queries, best first: int64 (queries, k), rows.

        An entry is -1 if no song is left.
        """

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the scores of songs for queries: float64 of the shape of `songs`, NaN for -1.

        `songs`: int64 (queries, k), rows. Scores fall along each list of `suggest`. Scores of
        different rankers or queries cannot be compared.
        """
