"""Small training data whose songs are rows, and what a scorer makes of queries to it."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import in_rows, training_vocabulary
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import decayed
from playlist2vec.ranking.sparse import Scorer, rank_by_scores
from tests.builders.examples import lists_of, playlists_of


def by_popularity(lists: list[list[int]]) -> tuple[list[list[int]], int]:
    """The playlists with the row of each song, the most played first, and the number of songs."""
    train = playlists_of(lists)
    ids = [f"t{code:03}" for code in range(int(train.tracks.max(initial=0)) + 1)]
    vocabulary, rows = training_vocabulary([train], ids)
    return lists_of(in_rows(train, rows)), len(vocabulary)


def random_lists(seed: int, songs: int, number: int) -> list[list[int]]:
    """Playlists of 10 songs whose popularity falls."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, songs + 1)
    return [rng.choice(songs, 10, p=weights / weights.sum()).tolist() for _ in range(number)]


def row_of(scorer: Scorer, session: list[int], decay: float = 1.0) -> list[float]:
    """The score of every song for a session, all songs of it with weight decay**age."""
    queries = decayed(playlists_of([session]), max(len(session), 1), decay)
    row: list[float] = scorer(queries).toarray()[0].tolist()
    return row


def every_rank(scorer: Scorer, histories: Playlists, songs: int) -> NDArray[np.float64]:
    """The rank of every song for each query: float64 (queries, songs)."""
    queries = decayed(histories, 4, 0.8)
    none = Exclusions.none(len(queries))
    targets = [np.full(len(queries), song) for song in range(songs)]
    ranks = [rank_by_scores(scorer, queries, each, none, songs) for each in targets]
    return np.stack(ranks, axis=1)


def hit_rate(scorer: Scorer, asked: list[list[int]], songs: int) -> float:
    """The share of playlists whose last song has rank 1 for the two before it."""
    queries = decayed(playlists_of([each[:-1] for each in asked]), 2, 1.0)
    targets = np.array([each[-1] for each in asked])
    ranks = rank_by_scores(scorer, queries, targets, Exclusions.none(len(asked)), songs)
    return float(np.mean(ranks <= 1))
