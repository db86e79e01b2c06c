"""Scores by log_odds_symmetric: both estimates of one probability."""

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.queries import Queries

COUNTS = np.array([8, 4, 2])


def model(spaces: int = 1) -> Model:
    inputs = np.array([[1, 0], [2, 1], [0, 3]], np.float32)
    outputs = np.array([[1, 1], [0, 2], [4, 0]], np.float32)
    return Model(
        inputs,
        outputs,
        Vocabulary(["a", "b", "c"], COUNTS),
        np.zeros((spaces - 1, 3, 2), np.float32),
        0.5,
    )


def test_the_score_is_the_mean_of_both_directions() -> None:
    ranker = EmbeddingRanker(model(), "log_odds_symmetric")
    found = ranker.score(Queries.of_each(Rows(np.array([0]))), Rows(np.array([[1, 2]])))
    # Input of a is (1, 0), its output (1, 1); of b (2, 1) and (0, 2); of c (0, 3) and (4, 0).
    b, c = ((1 * 0 + 0 * 2) + (2 * 1 + 1 * 1)) / 2, ((1 * 4 + 0 * 0) + (0 * 1 + 3 * 1)) / 2
    np.testing.assert_allclose(found, [[b + 0.75 * np.log(4), c + 0.75 * np.log(2)]], rtol=1e-12)


def test_it_has_less_noise_than_either_direction() -> None:
    """Both directions of a model estimate a known mutual information, with independent noise."""
    rng = np.random.default_rng(1)
    songs, size = 40, 40
    known = rng.normal(0, 1, (songs, size)).astype(np.float32)
    known = ((known + known.T) / 2).astype(np.float32)
    outputs = np.eye(size, dtype=np.float32) + rng.normal(0, 0.01, (songs, size)).astype(np.float32)
    noisy = known + rng.normal(0, 0.5, known.shape).astype(np.float32)
    vocabulary = Vocabulary([f"{song:02}" for song in range(songs)], np.full(songs, 1))
    trained = Model(noisy, outputs, vocabulary, np.zeros((0, songs, size), np.float32), 1.0)
    queries = Queries.of_each(Rows(np.arange(songs)))
    every = Rows(np.tile(np.arange(songs), (songs, 1)))
    error = {
        name: float(np.std(EmbeddingRanker(trained, name).score(queries, every) - known))
        for name in ("log_odds", "log_odds_symmetric")
    }
    assert error["log_odds_symmetric"] < 0.8 * error["log_odds"]


def test_a_model_that_tells_places_apart_is_rejected() -> None:
    with pytest.raises(
        DataError, match=r"log_odds_symmetric: expected a model with train.contexts = window"
    ):
        EmbeddingRanker(model(spaces=2), "log_odds_symmetric").vectors(
            Queries.of_each(Rows(np.array([0])))
        )
