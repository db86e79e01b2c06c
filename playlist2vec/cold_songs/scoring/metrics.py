"""Metrics of rankings of few candidates, for questions with several right answers.

Every metric takes a row per question and returns a value per question, NaN for a question without a
right answer.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln


def auc(scores: NDArray[np.float64], relevant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the area under the ROC curve: float64 (questions,).

    The area is the probability that a right answer scores above a wrong answer, a tie counting one
    half. `scores`: float64 (questions, candidates); `relevant`: bool of the same shape. Formula:
    (sum of the ranks of the p right answers from the lowest score, ties by mean rank, - p (p + 1) /
    2) / (p * wrong).
    """
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=1)
    right = relevant.sum(axis=1)
    above = np.where(relevant, ranks, 0).sum(axis=1) - right * (right + 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = above / (right * (relevant.shape[1] - right))
    return found


def ndcg(gains: NDArray[np.floating], right: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return NDCG@k: float64 (questions,).

    `gains`: (questions, places), 1 where the list has a right answer, or the probability of a right
    answer. `right`: int64 (questions,), number of right answers. NDCG is the sum of gain /
    log2(place + 1) over the first k places, divided by the same sum of a list with all right
    answers first.
    """
    weights = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.append(np.nan, np.cumsum(weights))[np.minimum(right, k)]
    first = gains[:, :k]
    return np.asarray((first * weights[: first.shape[1]]).sum(axis=1) / ideal)


def hit(gains: NDArray[np.generic], right: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return hit@k, 1 with a right answer in the first k places, else 0: float64 (questions,)."""
    return np.where(right > 0, gains[:, :k].any(axis=1).astype(np.float64), np.nan)


def expected(
    levels: NDArray[np.integer], relevant: NDArray[np.bool_], k: int
) -> dict[str, NDArray[np.float64]]:
    """Return the expected auc, ndcg@k and hit@k of ranking by `levels`, ties broken at random.

    `levels`: integers (questions, candidates), with many ties. The gain at a place is the share of
    right answers among the candidates of the same level. The probability of no right answer in the
    first k places is that of draws without replacement.
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
    """Return the probability of no right candidate among the drawn: float64, same shape.

    `drawn` candidates are drawn without replacement out of `size`, of which `right` are right.
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
