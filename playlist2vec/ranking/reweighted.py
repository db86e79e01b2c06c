"""A ranker by the last songs of a query, with decaying weights."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker

SONGS_BACK = 20
"""Maximum number of songs of a query that a decay reaches."""


@dataclass(frozen=True, eq=False)
class Reweighted:
    """A ranker by the last songs of a query: a song with a songs after it weighs decay**a.

    `decay`: from 0, the last song alone, to 1, the last SONGS_BACK songs alike. The weights of the
    queries are ignored. Everything else is as in `Ranker`.
    """

    ranker: Ranker
    decay: float

    @property
    def vocabulary(self) -> Vocabulary:
        """The songs of the ranker."""
        return self.ranker.vocabulary

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the ranks of targets; see `Ranker.rank`."""
        return self.ranker.rank(reweighted(queries, self.decay), targets, excluded)

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs per query; see `Ranker.suggest`."""
        return self.ranker.suggest(reweighted(queries, self.decay), excluded, k)

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the scores of songs; see `Ranker.score`."""
        return self.ranker.score(reweighted(queries, self.decay), songs)


def reweighted(queries: Queries, decay: float, songs_back: int = SONGS_BACK) -> Queries:
    """Return the last songs of queries, at most `songs_back`, weighted as in `Reweighted`."""
    songs_back = songs_back if decay else 1
    ages = np.repeat(queries.offsets[1:] - 1, queries.lengths) - np.arange(len(queries.songs))
    kept = ages < songs_back
    # Not `decay ** ages`: the last bit of a power may differ between CPUs.
    weight_of = np.cumprod(np.array([1.0] + [decay] * (songs_back - 1)))
    before = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=before[1:])
    return replace(
        queries,
        songs=Rows(queries.songs[kept]),
        weights=weight_of[ages[kept]],
        offsets=before[queries.offsets],
        times=None,
    )


def whole_histories(query: Query) -> Query:
    """Return parameters of queries that hold all songs of a playlist so far.

    They are for rankers that choose among the songs themselves.
    """
    return replace(query, query="history", songs_back=1_000_000, decay=1.0)
