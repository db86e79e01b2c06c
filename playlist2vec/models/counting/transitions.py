"""Baselines that count the songs near a song in playlists, and the last songs of playlists."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer, weighted_rows


def markov(index: PlayIndex) -> Scorer:
    """Return the scorer of a first-order Markov chain: score(c | s) = count(s, c) / count(s, any).

    The score is the share of c among the songs right after s. A query of several songs adds up
    their shares, as in the mixture transition distribution of Raftery, A model for high-order
    Markov chains, J. R. Stat. Soc. B 47 (1985). As a baseline for the next song: Ludewig, Jannach,
    Evaluation of session-based recommendation algorithms, User Model. User-Adapt. Interact. 28
    (2018).
    """
    return weighted_rows(lambda songs: _shares(index.count_near(songs, np.array([1]))))


def cooccurrence(index: PlayIndex, window: int) -> Scorer:
    """Return the scorer of co-occurrence: score(c | s) = share of c among the songs near s.

    Songs are near s if they are at most `window` places before or after s in a playlist. Every pair
    of plays counts, once for each of the two. Skip-gram with a whole window is trained on the same
    pairs: Levy, Goldberg, Neural word embedding as implicit matrix factorization, NIPS 2014.
    """
    furthest = min(window, max(int(index.train.lengths.max(initial=1)) - 1, 0))
    after = np.arange(1, furthest + 1)
    return weighted_rows(
        lambda songs: _shares(index.count_near(songs, np.concatenate([-after, after])))
    )


def closing(index: PlayIndex) -> Scorer:
    """Return the scorer score(c) = number of playlists that end with c, for any query.

    A playlist whose end was held out, or that goes on after a held-out song, has no last song here.
    The baseline shows how much of a score comes from targets that are last songs, such as the
    encores of concerts.
    """
    return same_for_all(closing_counts(index))


def same_for_all(counts: NDArray[np.float64]) -> Scorer:
    """Return the scorer of fixed scores for every query: float64 (songs,), 0 = no score."""
    songs = np.flatnonzero(counts)

    def scores(queries: Queries) -> csr_array:
        times = len(queries)
        offsets = np.arange(times + 1) * len(songs)
        return csr_array(
            (np.tile(counts[songs], times), np.tile(songs, times), offsets),
            shape=(times, len(counts)),
        )

    return scores


def closing_counts(index: PlayIndex) -> NDArray[np.float64]:
    """Count the playlists that end with a song: float64 (songs,)."""
    train = index.train
    full = train.lengths > 0
    closed = full if train.closed is None else full & train.closed
    ends = train.tracks[train.offsets[1:][closed] - 1]
    return np.bincount(ends, minlength=index.songs).astype(np.float64)


def _shares(counts: csr_array) -> csr_array:
    """Divide rows by their sums, in place."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    # Whole numbers, whose sums are exact in any order.
    counts.data /= np.bincount(rows, counts.data, counts.shape[0])[rows]
    return counts
