"""The fit of the order of candidates."""

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.listening.ordering.features import NAMES
from playlist2vec.listening.ordering.fitting import fit
from playlist2vec.listening.ordering.params import OrderParams
from playlist2vec.listening.ordering.trees import trees_of
from tests.conftest import needed_package

LOGISTIC = OrderParams("logistic", trees=30, leaves=5, smallest_leaf=5, learning_rate=0.1, seed=1)
TREES = OrderParams("lambdarank", trees=30, leaves=5, smallest_leaf=5, learning_rate=0.1, seed=1)
QUERIES, EACH = 120, 12


def planted() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Candidates of which that with the largest feature 2 is right."""
    rng = np.random.default_rng(1)
    features = rng.random((QUERIES * EACH, len(NAMES)))
    query = np.repeat(np.arange(QUERIES), EACH)
    best = features[:, 2].reshape(QUERIES, EACH).argmax(axis=1) + np.arange(QUERIES) * EACH
    right = np.zeros(len(query), bool)
    right[best] = True
    return features, query, right


def share_first(scores: np.ndarray, right: np.ndarray) -> float:
    first = scores.reshape(QUERIES, EACH).argmax(axis=1)
    return float(right.reshape(QUERIES, EACH)[np.arange(QUERIES), first].mean())


def test_a_linear_model_finds_what_was_planted() -> None:
    features, query, right = planted()
    order = fit(features, query, right, LOGISTIC)
    assert share_first(order.score(features), right) > 0.9
    assert len(order.trees.roots) == 0
    some = features[17:20]
    assert order.score(some).tolist() == order.score(features)[17:20].tolist()


def test_questions_without_an_answer_teach_nothing() -> None:
    features, query, right = planted()
    right[query >= 60] = False
    half = query < 60
    whole = fit(features, query, right, LOGISTIC)
    assert (
        whole.weights.tolist()
        == fit(features[half], query[half], right[half], LOGISTIC).weights.tolist()
    )
    with pytest.raises(DataError, match="no question has its answer among its candidates"):
        fit(features, query, np.zeros(len(right), bool), LOGISTIC)


@pytest.mark.extra
def test_trees_find_what_was_planted_and_score_as_lightgbm_does() -> None:
    needed_package("lightgbm")
    import lightgbm

    features, query, right = planted()
    order = fit(features, query, right, TREES)
    assert share_first(order.score(features), right) > 0.9
    again = fit(features, query, right, TREES)
    assert again.score(features).tobytes() == order.score(features).tobytes()
    data = lightgbm.Dataset(features, right.astype(int), group=np.full(QUERIES, EACH))
    booster = lightgbm.train({"objective": "lambdarank", "verbose": -1, "num_threads": 1}, data, 40)
    found = trees_of(booster.dump_model()).score(features)
    np.testing.assert_allclose(found, booster.predict(features), rtol=1e-12, atol=1e-12)
