"""Baselines that count which songs stand near each other in playlists."""

import numpy as np
from scipy.sparse import csr_array

from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.ranking.sparse import Scorer, weighted_rows


def markov(index: PlayIndex) -> Scorer:
    """First-order Markov chain: score(c | s) = count(s, c) / count(s, any), the share of c among what came after s.

    A query of several songs adds up their shares, as in the mixture transition distribution of Raftery, A model for
    high-order Markov chains, J. R. Stat. Soc. B 47 (1985). As a baseline for the next song: Ludewig, Jannach,
    Evaluation of session-based recommendation algorithms, User Model. User-Adapt. Interact. 28 (2018).
    """
    return weighted_rows(lambda songs: _shares(index.count_near(songs, np.array([1]))))


def cooccurrence(index: PlayIndex, window: int) -> Scorer:
    """score(c | s) = the share of c among what stood at most `window` places before or after s in a playlist.

    Every pair of plays counts, once for each of the two. What skip-gram with a whole window is trained on: Levy,
    Goldberg, Neural word embedding as implicit matrix factorization, NIPS 2014.
    """
    furthest = min(window, max(int(index.train.lengths.max(initial=1)) - 1, 0))
    after = np.arange(1, furthest + 1)
    return weighted_rows(lambda songs: _shares(index.count_near(songs, np.concatenate([-after, after]))))


def _shares(counts: csr_array) -> csr_array:
    """Each row divided by its sum."""
    sums = np.repeat(counts.sum(axis=1), np.diff(counts.indptr))
    return csr_array((counts.data / sums, counts.indices, counts.indptr), shape=counts.shape)
