"""The registry of baselines: rankers that count in the training playlists, beside which every model stands.

Each has a line here and a scorer in a module of its own. A song without a score stands behind those with one, in the
order of the rows: popularity is everybody's back-off. Quotients are of whole numbers and sums are made in a fixed
order, so scores that are equal for the same reason are equal to the bit, and such songs stand in the order of the rows
too. Nothing is counted before a query needs it, so that memory is that of the playlists, and not of all pairs in them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary, in_rows, training_vocabulary
from playlist2vec.models.counting.item_neighbours import item_neighbours
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.session_neighbours import session_neighbours
from playlist2vec.models.counting.transitions import closing, cooccurrence, markov
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.ranking.sparse import Scorer, best_by_scores, rank_by_scores, scores_of


@dataclass(frozen=True, eq=False)
class Training:
    """What a baseline counts in: the training playlists by song and by playlist, the songs of the rows, parameters."""

    index: PlayIndex
    vocabulary: Vocabulary
    params: BaselinesParams


@dataclass(frozen=True, eq=False)
class CountingRanker:
    """A ranker by the scores that a scorer makes of counts; a query without a song is answered by popularity."""

    vocabulary: Vocabulary
    scorer: Scorer

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the place of each target, as `Ranker.rank` says."""
        return rank_by_scores(self.scorer, queries, targets, excluded, len(self.vocabulary))

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs of each query, as `Ranker.suggest` says."""
        return Rows(best_by_scores(self.scorer, queries, excluded, len(self.vocabulary), k))

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the scores of songs, as `Ranker.score` says."""
        return scores_of(self.scorer, queries, songs, len(self.vocabulary))


def popularity(songs: int) -> Scorer:
    """Return the scorer that gives no song a score, so that all stand in the order of the rows: by training count."""
    return lambda queries: csr_array((len(queries), songs), dtype=np.float64)


def _counting(make: Callable[[PlayIndex, BaselinesParams], Scorer]) -> Callable[[Training], Ranker]:
    return lambda training: CountingRanker(training.vocabulary, make(training.index, training.params))


RANKERS: dict[str, Callable[[Training], Ranker]] = {
    "popularity": _counting(lambda index, params: popularity(index.songs)),
    "closing": _counting(lambda index, params: closing(index)),
    "markov": _counting(lambda index, params: markov(index)),
    "cooccurrence": _counting(lambda index, params: cooccurrence(index, params.window)),
    "item_knn": _counting(lambda index, params: item_neighbours(index, params.neighbours)),
    "session_knn": _counting(lambda index, params: session_neighbours(index, params.session_neighbours)),
}
"""What makes each baseline, by its name in metrics/; a new one is a module and a line here."""


def rankers(train: Playlists, ids: list[str], params: BaselinesParams) -> dict[str, Ranker]:
    """Return every baseline by its name; `ids`: the track id of each song code in `train`."""
    vocabulary, rows = training_vocabulary([train], ids)
    training = Training(PlayIndex(in_rows(train, rows), len(vocabulary)), vocabulary, params)
    return {name: make(training) for name, make in RANKERS.items()}
