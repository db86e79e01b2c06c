"""The protocol of every way to rank songs: evaluation, slices, the challenge and suggestions call
it alone.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries


class Ranker(Protocol):
    """A way to order all songs of a vocabulary for a query: best score first, ties by the smaller
    row.

    A batch of queries gives what each query gives alone, whatever the sizes of blocks. `rank` of a
    song is its place, from 1, in what `suggest` lists. A query without a song may be answered by a
    ranker's own order of all songs (popularity), or not at all.
    """

    @property
    def vocabulary(self) -> Vocabulary:
        """The songs; rows of queries, targets and suggestions are those of this vocabulary."""

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the place of each target in its query's list: float64 (queries,), infinity if it
        is never listed.

        `targets`: int64 (queries,), rows.
        """

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs of each query, best first: int64 (queries, k), rows, -1 where no
        song is left.
        """

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the score of songs for their query: float64 as `songs`, int64 (queries, k), rows;
        NaN for -1.

        Scores fall along each list of `suggest`. Those of different rankers or queries cannot be
        compared.
        """
