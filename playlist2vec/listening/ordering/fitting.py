"""Fitting of the ordering model: the candidate heard next is the right candidate of a query."""

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.listening.ordering.model import Order
from playlist2vec.listening.ordering.params import OrderParams
from playlist2vec.listening.ordering.trees import KINDS, Trees, trees_of

NO_TREES = Trees(
    **{name: np.zeros(0, dtype) for name, dtype in KINDS.items()}, roots=np.zeros(0, np.int32)
)


def fit(
    features: NDArray[np.float64],
    query: NDArray[np.int64],
    right: NDArray[np.bool_],
    params: OrderParams,
) -> Order:
    """Return an order with the right candidates of queries first.

    `features`: float64 (candidates, features). `query`: int64 (candidates,), rising. `right`: bool
    (candidates,). Queries without a right candidate are left out. Raises DataError where no query
    has a right candidate.
    """
    with_answer = np.zeros(int(query.max(initial=-1)) + 1, bool)
    with_answer[query[right]] = True
    kept = with_answer[query]
    if not kept.any():
        raise DataError(
            "two_tower.order: no question has its answer among its candidates: "
            "expected more questions"
        )
    features, query, right = features[kept], query[kept], right[kept]
    if params.model == "logistic":
        return Order(_logistic(features, right), NO_TREES)
    return Order(np.zeros(features.shape[1]), _lambdarank(features, query, right, params))


def _lambdarank(
    features: NDArray[np.float64],
    query: NDArray[np.int64],
    right: NDArray[np.bool_],
    params: OrderParams,
) -> Trees:
    """Return trees fitted by LambdaMART.

    Burges, From RankNet to LambdaRank to LambdaMART: an overview, Microsoft Research, 2010.
    """
    if find_spec("lightgbm") is None:
        raise DataError(
            "lightgbm is not installed: expected it: `make two-tower`, "
            "or `make setup EXTRAS=two-tower`"
        )
    import lightgbm

    _, sizes = np.unique(query, return_counts=True)
    settings = {
        "objective": "lambdarank",
        "num_leaves": params.leaves,
        "min_data_in_leaf": params.smallest_leaf,
        "learning_rate": params.learning_rate,
        "seed": params.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    data = lightgbm.Dataset(features, right.astype(np.int32), group=sizes)
    return trees_of(lightgbm.train(settings, data, params.trees).dump_model())


def _logistic(features: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression

    deviation = features.std(axis=0)
    deviation[deviation == 0] = 1
    scaled = (features - features.mean(axis=0)) / deviation
    found = LogisticRegression(max_iter=1_000).fit(scaled, right).coef_[0]
    weights: NDArray[np.float64] = found / deviation
    return weights
