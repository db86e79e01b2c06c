"""The registry of baselines for listens: counts of all sessions and of the listener's past."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.counting.item_neighbours import item_neighbours
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.rankers import CountingRanker, popularity
from playlist2vec.models.counting.transitions import markov, same_for_all
from playlist2vec.models.histories.own import (
    base_level,
    last_played,
    most_played,
    own_followers,
    weighted,
)
from playlist2vec.ranking.reweighted import reweighted
from playlist2vec.ranking.sparse import Scorer

Settings = Mapping[str, float]


class Heard:
    """Data to count in: the listens before the first question, and the songs of the rows."""

    def __init__(self, training: Histories, vocabulary: Vocabulary, gap: int) -> None:
        """Keep the data; `gap` is the pause in minutes that ends a session."""
        self.training, self.vocabulary, self.gap = training, vocabulary, gap

    @property
    def songs(self) -> int:
        """The number of songs."""
        return len(self.vocabulary)

    @cached_property
    def index(self) -> PlayIndex:
        """The sessions by song and by session."""
        return PlayIndex(self.training.sessions(self.gap), self.songs)


@dataclass(frozen=True)
class Baseline:
    """A function that makes a baseline, and candidate values by setting, initial value first."""

    make: Callable[[Heard, Settings], Scorer]
    options: Mapping[str, tuple[float, ...]]


def recent_popularity(heard: Heard, days: float) -> Scorer:
    """Return the scorer score(c) = number of all plays of c in `days` before the first question."""
    training = heard.training
    latest = int(training.seconds.max(initial=0))
    chosen = (training.seconds.astype(np.int64) > latest - days * 86_400) & (training.tracks >= 0)
    counts = np.bincount(training.tracks[chosen], minlength=heard.songs).astype(np.float64)
    return same_for_all(counts)


def after_last(scorer: Scorer, decay: float = 0.0) -> Scorer:
    """Return a scorer for the last songs of a query, weighted as in `Reweighted`."""
    return lambda queries: scorer(reweighted(queries, decay))


def _mix(heard: Heard, chosen: Settings) -> Scorer:
    songs = heard.songs
    return weighted(
        (
            (1.0, after_last(markov(heard.index))),
            (chosen["own_followers"], own_followers(songs)),
            (chosen["base_level"], base_level(songs, chosen["decay"])),
        )
    )


BASELINES: dict[str, Baseline] = {
    "popularity": Baseline(lambda heard, chosen: popularity(heard.songs), {}),
    "recent_popularity": Baseline(
        lambda heard, chosen: recent_popularity(heard, chosen["days"]), {"days": (30, 7, 90)}
    ),
    "most_played": Baseline(lambda heard, chosen: most_played(heard.songs), {}),
    "most_played_lately": Baseline(
        lambda heard, chosen: most_played(heard.songs, chosen["half_life"]),
        {"half_life": (30, 1, 3, 7, 14, 90)},
    ),
    "last_played": Baseline(lambda heard, chosen: last_played(heard.songs), {}),
    "base_level": Baseline(
        lambda heard, chosen: base_level(heard.songs, chosen["decay"]),
        {"decay": (1.0, 0.5, 0.75, 1.25, 1.5)},
    ),
    "markov": Baseline(lambda heard, chosen: after_last(markov(heard.index)), {}),
    "item_knn": Baseline(
        lambda heard, chosen: after_last(
            item_neighbours(heard.index, int(chosen["neighbours"])), chosen["decay"]
        ),
        {"decay": (0.5, 0.8, 0.3, 1.0), "neighbours": (100, 500, 30)},
    ),
    "counts": Baseline(
        _mix,
        {
            "base_level": (0.1, 0.03, 0.3, 1.0),
            "own_followers": (0.5, 0.2, 1.0, 2.0),
            "decay": (1.0, 0.75, 1.25),
        },
    ),
}
"""The baselines by name in metrics/; `counts` is a sum of Markov, own followers and base level."""


def made(name: str, heard: Heard, settings: Settings) -> CountingRanker:
    """Return a baseline with the given settings. Raises KeyError for an unknown name."""
    return CountingRanker(heard.vocabulary, BASELINES[name].make(heard, settings))
