"""The registry of baselines that count in training playlists, for comparison with every model.

Each baseline has a line here and a scorer in a module of its own. A song without a score ranks
behind the songs with a score, in the order of the rows: popularity is everybody's back-off.
Quotients are of whole numbers and sums have a fixed order, so that scores that are equal for the
same reason are equal to the bit, and these songs rank in the order of the rows too. Nothing is
counted before a query needs it, so that the memory is that of the playlists, and not of all pairs
in them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary, in_rows, training_vocabulary
from playlist2vec.models.counting.distances import distances
from playlist2vec.models.counting.ease import ease, why_no_ease
from playlist2vec.models.counting.item_neighbours import item_neighbours
from playlist2vec.models.counting.ngram import kneser_ney
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.session_neighbours import session_neighbours
from playlist2vec.models.counting.transitions import closing, cooccurrence, markov
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.ranking.reweighted import Reweighted
from playlist2vec.ranking.sparse import Scorer, best_by_scores, rank_by_scores, scores_of

Settings = Mapping[str, float]
"""The settings of a baseline by name; `decay` is that of `Reweighted`."""
DISCOUNT = 0.9
"""The discount of Kneser-Ney; 0.5 scored the same within half a point on five data sets."""


@dataclass(frozen=True, eq=False)
class Training:
    """Data to count in: training playlists by song and by playlist, and the songs of the rows."""

    index: PlayIndex
    vocabulary: Vocabulary


@dataclass(frozen=True, eq=False)
class CountingRanker:
    """A ranker by the scores of a scorer; a query without a song is answered by popularity."""

    vocabulary: Vocabulary
    scorer: Scorer

    def rank(self, queries: Queries, targets: Rows, excluded: Exclusions) -> NDArray[np.float64]:
        """Return the ranks of targets; see `Ranker.rank`."""
        return rank_by_scores(self.scorer, queries, targets, excluded, len(self.vocabulary))

    def suggest(self, queries: Queries, excluded: Exclusions, k: int) -> Rows:
        """Return the k best songs per query; see `Ranker.suggest`."""
        return Rows(best_by_scores(self.scorer, queries, excluded, len(self.vocabulary), k))

    def score(self, queries: Queries, songs: Rows) -> NDArray[np.float64]:
        """Return the scores of songs; see `Ranker.score`."""
        return scores_of(self.scorer, queries, songs, len(self.vocabulary))


@dataclass(frozen=True)
class Baseline:
    """A function that makes a baseline, and the settings to choose.

    `make`: from the training playlists and a value for each of `options`. `options`: names of
    settings, in the order in which they are chosen; most are parameters of section `baselines`.
    `refusal`: the reason why the baseline cannot be made for a number of songs, or None.
    """

    make: Callable[[Training, Settings], Ranker]
    options: tuple[str, ...] = ()
    refusal: Callable[[int], str | None] = lambda songs: None


def popularity(songs: int) -> Scorer:
    """Return the scorer without scores: songs rank in the order of the rows, by training count."""
    return lambda queries: csr_array((len(queries), songs), dtype=np.float64)


def _counting(
    make: Callable[[PlayIndex, Settings], Scorer],
) -> Callable[[Training, Settings], Ranker]:
    return lambda training, settings: CountingRanker(
        training.vocabulary, make(training.index, settings)
    )


RANKERS: dict[str, Baseline] = {
    "popularity": Baseline(_counting(lambda index, chosen: popularity(index.songs))),
    "closing": Baseline(_counting(lambda index, chosen: closing(index))),
    "markov": Baseline(_counting(lambda index, chosen: markov(index)), ("decay",)),
    "cooccurrence": Baseline(
        _counting(lambda index, chosen: cooccurrence(index, int(chosen["window"]))),
        ("decay", "window", "decay"),
    ),
    "distances": Baseline(
        _counting(
            lambda index, chosen: distances(
                index, int(chosen["distances"]), chosen["smoothing"], before=chosen["before"]
            )
        ),
        ("decay", "smoothing", "before", "distances", "decay"),
    ),
    "kneser_ney": Baseline(
        _counting(lambda index, chosen: kneser_ney(index, int(chosen["order"]), DISCOUNT)),
        ("order",),
    ),
    "item_knn": Baseline(
        _counting(lambda index, chosen: item_neighbours(index, int(chosen["neighbours"]))),
        ("decay", "neighbours"),
    ),
    "session_knn": Baseline(
        _counting(
            lambda index, chosen: session_neighbours(index, int(chosen["session_neighbours"]))
        ),
        ("decay", "session_neighbours"),
    ),
    "ease": Baseline(
        _counting(lambda index, chosen: ease(index, chosen["penalty"])),
        ("decay", "penalty"),
        why_no_ease,
    ),
}
"""The baselines by name in metrics/; a new baseline is a module and a line here."""


def training_of(train: Playlists, ids: list[str]) -> Training:
    """Return the data to count in; `ids`: the track id of each song code in `train`."""
    vocabulary, rows = training_vocabulary([train], ids)
    return Training(PlayIndex(in_rows(train, rows), len(vocabulary)), vocabulary)


def made(name: str, training: Training, settings: Settings) -> Ranker:
    """Return a baseline with the given settings, for queries that hold whole histories.

    Raises KeyError for an unknown name.
    """
    ranker = RANKERS[name].make(training, settings)
    return Reweighted(ranker, settings.get("decay", 1.0))
