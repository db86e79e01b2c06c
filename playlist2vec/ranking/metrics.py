"""Metrics of a ranking with a single right answer for every query.

All take `ranks`, float64 (pairs,): the rank of each target in the list that a user would see, from
1, and infinity for a miss. All are means over every pair, so a miss lowers them. None depends on
the order of the pairs.
"""

import numpy as np
from numpy.typing import NDArray


def hit_rate(ranks: NDArray[np.float64], k: int) -> float:
    """Return hit@k: the share of pairs with rank <= k."""
    return float(np.mean(ranks <= k))


def ndcg(ranks: NDArray[np.float64], k: int) -> float:
    """Return NDCG@k: the mean of [rank <= k] / log2(rank + 1).

    With one relevant song the ideal gain is 1, so no normalisation is left: rank 1 is worth 1, rank
    3 a half. Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM TOIS 20
    (2002).
    """
    return float(np.mean(np.where(ranks <= k, 1 / np.log2(ranks + 1), 0.0)))


def mean_reciprocal_rank(ranks: NDArray[np.float64]) -> float:
    """Return MRR: the mean of 1 / rank, 0 for a miss.

    Voorhees, The TREC-8 question answering track report, 1999.
    """
    return float(np.mean(1 / ranks))


def gains(ranks: NDArray[np.float64], cutoffs: tuple[int, ...]) -> dict[str, NDArray[np.float64]]:
    """Return the contributions of pairs to every metric, by name: float64 (pairs,).

    A metric is the mean of its contributions.
    """
    each = {f"hit@{k}": (ranks <= k).astype(np.float64) for k in cutoffs}
    each |= {f"ndcg@{k}": np.where(ranks <= k, 1 / np.log2(ranks + 1), 0.0) for k in cutoffs}
    each["mrr"] = 1 / ranks
    return each


def score(ranks: NDArray[np.float64], cutoffs: tuple[int, ...]) -> dict[str, float]:
    """Return hit@k and ndcg@k for all cutoffs, and mrr, rounded to 6 digits.

    Expects one pair or more.
    """
    scores = {f"hit@{k}": hit_rate(ranks, k) for k in cutoffs}
    scores |= {f"ndcg@{k}": ndcg(ranks, k) for k in cutoffs}
    scores["mrr"] = mean_reciprocal_rank(ranks)
    return {name: round(value, 6) for name, value in scores.items()}
