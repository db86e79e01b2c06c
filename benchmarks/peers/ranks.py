"""The place of every target among a peer's scores of all songs."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.exclusions import Exclusions


def rank_in_scores(
    scores: NDArray[np.floating], targets: Rows, excluded: Exclusions
) -> NDArray[np.float64]:
    """Return the place of every target by score, ties by the smaller row: float64 (queries,).

    `scores`: (queries, songs), minus infinity for a song unknown to the peer, which ranks last. The
    place is 1 + the songs scored above the target, or equal with a smaller row; infinity where the
    target is excluded. Raises ValueError for a score that is not a number.
    """
    if np.isnan(scores).any():
        raise ValueError(f"{np.count_nonzero(np.isnan(scores))} scores are not a number")
    each = np.arange(len(targets))
    hidden = np.zeros(scores.shape, bool)
    hidden[excluded.of_block(0, len(targets))] = True
    bar = scores[each, targets][:, None]
    ahead = (scores > bar) | ((scores == bar) & (np.arange(scores.shape[1]) < targets[:, None]))
    places = 1 + np.count_nonzero(ahead & ~hidden, axis=1)
    return np.where(hidden[each, targets], np.inf, places)
