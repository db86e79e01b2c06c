"""Trial trainings, scored on validation with the best decay."""

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.selection import select_playlists
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.reweighted import reweighted
from playlist2vec.starting.branches import SONGS_BACK, Branch, branches_of
from playlist2vec.starting.corpus import Corpus
from playlist2vec.starting.cost import START_SECONDS, nominal_seconds

DECAYS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Candidate decays of a query's songs, chosen after training; 0 = the last song alone."""
CURVE_PAIRS, CURVE_RULES = 500, 2
"""Pairs and rules of the training curve in an epoch, as in params.yaml."""
PROBE_PLAYS, PROBE_EPOCHS = 20_000, 4
"""Plays and epochs of the training that measures the speed of the machine.

The first epoch is not counted.
"""


@dataclass(frozen=True)
class Trial:
    """A training and its score.

    `score`: NDCG@10 with `decay`, the best of DECAYS. `seconds`: of the training. `stage_seconds`:
    the expected time of the stage `train` with the same parameters, including the curve.
    """

    branch: Branch
    epochs: int
    decay: float
    score: float
    seconds: float
    stage_seconds: float


def run_trial(corpus: Corpus, branch: Branch, epochs: int) -> Trial:
    """Train once, and choose the decay on validation."""
    start = time.perf_counter()
    model = _train(corpus, corpus.train, branch, epochs)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    ranker = EmbeddingRanker(model, branch.similarity)
    scores = [_score(corpus, ranker, decay) for decay in DECAYS]
    best = int(np.argmax(scores))
    asked = (time.perf_counter() - start) / len(DECAYS) / max(len(corpus.questions.asked), 1)
    curve = epochs * CURVE_RULES * min(CURVE_PAIRS, len(corpus.questions.asked)) * asked
    return Trial(
        branch, epochs, DECAYS[best], scores[best], seconds, seconds + curve + START_SECONDS
    )


def slowness(corpus: Corpus) -> float:
    """Return the seconds of a short training here, divided by the seconds of `cost`."""
    whole = int(np.searchsorted(corpus.train.offsets, PROBE_PLAYS, side="right")) - 1
    some, branch = select_playlists(corpus.train, np.arange(max(1, whole))), branches_of(corpus)[0]
    ends: list[float] = []
    _train(
        corpus, some, branch, PROBE_EPOCHS, lambda epoch, model: ends.append(time.perf_counter())
    )
    share = len(some.tracks) / corpus.plays
    return (ends[-1] - ends[0]) / ((PROBE_EPOCHS - 1) * nominal_seconds(corpus, branch, 1) * share)


def _train(
    corpus: Corpus,
    train: Playlists,
    branch: Branch,
    epochs: int,
    after_epoch: Callable[[int, Model], object] | None = None,
) -> Model:
    # Imported here because importing gensim takes a second.
    from playlist2vec.models.word2vec.training import make_contexts, train_word2vec

    logging.getLogger("gensim").setLevel(logging.ERROR)
    params = branch.training(epochs)
    with tempfile.TemporaryDirectory() as scratch:
        contexts = make_contexts([train], corpus.vocabulary, params, Path(scratch))
        return train_word2vec(contexts, corpus.vocabulary, params, after_epoch=after_epoch).model


def _score(corpus: Corpus, ranker: EmbeddingRanker, decay: float) -> float:
    ranks = corpus.questions.answer(
        lambda queries, targets, excluded: ranker.rank(
            reweighted(queries, decay, SONGS_BACK), targets, excluded
        )
    )
    return ndcg(ranks, 10)
