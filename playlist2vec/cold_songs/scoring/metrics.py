"""Scores of a ranking in which a question has several right answers among few candidates.

All take a row a question, and return a value a question, NaN where the question has no answer.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln


def auc(scores: NDArray[np.float64], relevant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the probability that a right answer scores above a wrong one, a tie counting a half:
    float64 (questions,).

    `scores`: float64 (questions, candidates); `relevant`: bool of the same shape. It is the area
    under the ROC curve: (sum of the ranks of the p right answers from the lowest score, ties by
    mean rank, - p (p + 1) / 2) / (p * wrong).
    """
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=1)
    right = relevant.sum(axis=1)
    above = np.where(relevant, ranks, 0).sum(axis=1) - right * (right + 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = above / (right * (relevant.shape[1] - right))
    return found


def ndcg(gains: NDArray[np.floating], right: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return NDCG@k of each question: float64 (questions,).

    `gains`: (questions, places), 1 where the list has a right answer, or the chance of one.
    `right`: int64 (questions,), how many right answers there are. The sum of gain / log2(place + 1)
    over the first k places, divided by the same sum of a list with all right answers first.
    """
    weights = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.append(np.nan, np.cumsum(weights))[np.minimum(right, k)]
    first = gains[:, :k]
    return np.asarray((first * weights[: first.shape[1]]).sum(axis=1) / ideal)


def hit(gains: NDArray[np.generic], right: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return 1 for each question with a right answer among its first k places, else 0: float64
    (questions,).
    """
    return np.where(right > 0, gains[:, :k].any(axis=1).astype(np.float64), np.nan)


def expected(
    levels: NDArray[np.integer], relevant: NDArray[np.bool_], k: int
) -> dict[str, NDArray[np.float64]]:
    """Return auc, ndcg@k and hit@k that ranking by `levels`, many of them equal, has when ties are
    settled by chance.

    `levels`: integers (questions, candidates). The gain at a place is the share of right answers
    among the candidates of its level; no right answer among the first k has the chance that a draw
    without replacement misses all.
    """
    order = np.argsort(-levels.astype(np.int64), axis=1, kind="stable")
    sorted_levels = np.take_along_axis(levels, order, axis=1)
    sorted_right = np.take_along_axis(relevant, order, axis=1)
    gains = np.zeros(levels.shape)
    misses = np.ones(len(levels))
    for level in np.unique(levels):
        here = sorted_levels == level
        size, right = here.sum(axis=1), (here & sorted_right).sum(axis=1)
        gains += here * (right / np.maximum(size, 1))[:, None]
        misses *= _none_drawn(size, right, here[:, :k].sum(axis=1))
    number = relevant.sum(axis=1)
    hits = np.where(number > 0, 1 - misses, np.nan)
    return {
        "auc": auc(levels.astype(np.float64), relevant),
        f"ndcg@{k}": ndcg(gains, number, k),
        f"hit@{k}": hits,
    }


def _none_drawn(
    size: NDArray[np.int64], right: NDArray[np.int64], drawn: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the chance that `drawn` of `size` candidates hold none of the `right` ones: float64,
    as they are.
    """
    wrong = size - right
    possible = wrong >= drawn
    free = np.where(possible, wrong, drawn)
    logs = (
        gammaln(free + 1)
        - gammaln(free - drawn + 1)
        - gammaln(size + 1)
        + gammaln(size - drawn + 1)
    )
    return np.where(possible, np.exp(logs), 0.0)
