"""The training curve against the evaluation, on walks whose next song can be known."""

from pathlib import Path

import numpy as np
import pytest

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import InRows, training_vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.models.word2vec.curve import rules, scorer
from playlist2vec.models.word2vec.training import make_contexts, train_word2vec
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.params import Query
from tests.builders.examples import playlists_of, query_params, train_params

IDS = [f"t{song:02}" for song in range(60)]


def leaps() -> Playlists:
    """200 walks of 20 songs on a ring of 60, begun anywhere, 20 to 22 songs on at each step.

    A song is followed by one of three far away, and is like those beside it, which never follow it.
    """
    rng = np.random.default_rng(4)
    steps = rng.integers(20, 23, (200, 20))
    steps[:, 0] = rng.integers(0, 60, 200)
    return playlists_of((np.cumsum(steps, axis=1) % 60).tolist())


def curve_of(contexts: str, folder: Path) -> tuple[list[dict[str, float]], Model]:
    """Return the curve of a training on leaps, a point an epoch, and the model at its end."""
    playlists, params = (
        leaps(),
        train_params(contexts=contexts, window=2, epochs=4, ns_exponent=0.75),
    )
    vocabulary, rows = training_vocabulary([playlists], IDS)
    ready = make_contexts(InRows([playlists], rows), vocabulary, params, folder)
    score, points = scorer(Pairs.of_last(playlists), rows, params.window), []
    model = train_word2vec(
        ready, vocabulary, params, after_epoch=lambda _, so_far: points.append(score(so_far))
    ).model
    return points, model


def hit_at_10(model: Model, asked: Query) -> float:
    return hit_rate(
        evaluate_pairs(
            EmbeddingRanker(model, asked.similarity), Pairs.of_last(leaps()), IDS, asked
        ).ranks,
        10,
    )


@pytest.mark.parametrize("contexts", ["window", "directed", "offsets"])
def test_the_last_point_is_what_the_evaluation_says_when_it_asks_by_the_rule(
    contexts: str, tmp_path: Path
) -> None:
    points, model = curve_of(contexts, tmp_path)
    history = query_params(similarity="log_odds", query="history", songs_back=2, decay=1.0)
    assert len(points) == 4
    assert points[-1] == {
        "log_odds_last": hit_at_10(model, query_params(similarity="log_odds")),
        "log_odds_history": hit_at_10(model, history),
    }
    assert points[0]["log_odds_last"] != points[0]["log_odds_history"]


def test_the_curve_rises_where_the_model_learns_though_cosine_does_not(tmp_path: Path) -> None:
    """Songs with the same followers come to lie together, and by cosine those are found instead of
    the followers.
    """
    points, model = curve_of("offsets", tmp_path)
    first, last = points[0], points[-1]
    assert first["log_odds_last"] < 0.7 < 0.99 <= last["log_odds_last"]
    assert first["log_odds_history"] < 0.7 < 0.99 <= last["log_odds_history"]
    assert hit_at_10(model, query_params(similarity="cosine")) < 0.2


def test_the_history_is_as_long_as_the_window() -> None:
    assert {
        name: (rule.similarity, rule.query, rule.songs_back) for name, rule in rules(8).items()
    } == {
        "log_odds_last": ("log_odds", "last", 1),
        "log_odds_history": ("log_odds", "history", 8),
    }
