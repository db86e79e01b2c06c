"""Baselines that count which songs stand near each other in playlists, or end them."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer, weighted_rows


def markov(index: PlayIndex) -> Scorer:
    """First-order Markov chain: score(c | s) = count(s, c) / count(s, any), the share of c among
    what came after s.

    A query of several songs adds up their shares, as in the mixture transition distribution of
    Raftery, A model for high-order Markov chains, J. R. Stat. Soc. B 47 (1985). As a baseline for
    the next song: Ludewig, Jannach, Evaluation of session-based recommendation algorithms, User
    Model. User-Adapt. Interact. 28 (2018).
    """
    return weighted_rows(lambda songs: _shares(index.count_near(songs, np.array([1]))))


def cooccurrence(index: PlayIndex, window: int) -> Scorer:
    """score(c | s) = the share of c among what stood at most `window` places before or after s in a
    playlist.

    Every pair of plays counts, once for each of the two. What skip-gram with a whole window is
    trained on: Levy, Goldberg, Neural word embedding as implicit matrix factorization, NIPS 2014.
    """
    furthest = min(window, max(int(index.train.lengths.max(initial=1)) - 1, 0))
    after = np.arange(1, furthest + 1)
    return weighted_rows(
        lambda songs: _shares(index.count_near(songs, np.concatenate([-after, after])))
    )


def closing(index: PlayIndex) -> Scorer:
    """score(c) = how often c is the last song of a playlist, whatever the query.

    A playlist of which the end was held out, or which goes on after a held-out song, has no last
    song here. It shows how far a score comes from asking about last songs alone, such as the
    encores of concerts.
    """
    counts = closing_counts(index)
    songs = np.flatnonzero(counts)

    def scores(queries: Queries) -> csr_array:
        times = len(queries)
        offsets = np.arange(times + 1) * len(songs)
        values = np.tile(counts[songs], times)
        return csr_array((values, np.tile(songs, times), offsets), shape=(times, index.songs))

    return scores


def closing_counts(index: PlayIndex) -> NDArray[np.float64]:
    """Count how often each song is the last one of a playlist: float64 (songs,)."""
    train = index.train
    full = train.lengths > 0
    closed = full if train.closed is None else full & train.closed
    ends = train.tracks[train.offsets[1:][closed] - 1]
    return np.bincount(ends, minlength=index.songs).astype(np.float64)


def _shares(counts: csr_array) -> csr_array:
    """Each row divided by its sum, in place."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    # Whole numbers, whose sums are exact in any order.
    counts.data /= np.bincount(rows, counts.data, counts.shape[0])[rows]
    return counts
