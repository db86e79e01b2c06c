"""Candidates: the first songs of several rankers, without duplicates."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.counting.rankers import CountingRanker
from playlist2vec.models.histories.own import base_level, last_played, own_followers, weighted
from playlist2vec.models.histories.rankers import after_last
from playlist2vec.models.histories.tables import SongTables
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker

SIZES = {"tower": 100, "base_level": 60, "last_played": 20, "followers": 30, "neighbours": 40}
"""Number of candidates from each ranker."""
NEIGHBOURS_DECAY = 0.8
"""Weight of a song of the query relative to the song after, for `neighbours`."""
Scorers = Mapping[str, Callable[[Queries], csr_array]]


class Candidates(NamedTuple):
    """Candidate songs of queries.

    The songs of query i are `songs[offsets[i]:offsets[i + 1]]`, rising; both arrays are int64.
    """

    songs: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @property
    def query(self) -> NDArray[np.int64]:
        """The query of every candidate: int64 (candidates,)."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


def scorers_of(tables: SongTables) -> Scorers:
    """Return scorers by name, for the counting rankers and for features."""
    songs = tables.followers.shape[1]
    markov, own = after_last(tables.following()), own_followers(songs)
    return {
        "base_level": base_level(songs),
        "last_played": last_played(songs),
        "markov": markov,
        "own_followers": own,
        "followers": weighted(((1.0, markov), (0.5, own))),
        "neighbours": after_last(tables.beside(), NEIGHBOURS_DECAY),
    }


def rankers_of(tower: Ranker, scorers: Scorers, vocabulary: Vocabulary) -> dict[str, Ranker]:
    """Return the rankers of candidates, by the names of SIZES."""
    counting = {
        name: CountingRanker(vocabulary, scorers[name]) for name in SIZES if name != "tower"
    }
    return {"tower": tower, **counting}


def gather(rankers: Mapping[str, Ranker], queries: Queries, excluded: Exclusions) -> Candidates:
    """Return the candidates of queries: the union over the rankers, without excluded songs."""
    songs = len(rankers["tower"].vocabulary)
    lists = [rankers[name].suggest(queries, excluded, size) for name, size in SIZES.items()]
    found = np.concatenate(lists, axis=1)
    query = np.repeat(np.arange(len(queries)), found.shape[1])
    keys = np.unique((query * songs + found.ravel())[found.ravel() >= 0])
    return Candidates(
        keys % songs,
        offsets_of(np.bincount(keys // songs, minlength=len(queries)).astype(np.int64)),
    )
