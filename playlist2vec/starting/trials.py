"""Trainings that are tried: each is scored on validation with the decay that suits it."""

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
"""Among these the decay of a query's songs is chosen, after training; 0 = the last song alone."""
CURVE_PAIRS, CURVE_RULES = 500, 2
"""What the training curve asks after each epoch, as params.yaml has it."""
PROBE_PLAYS, PROBE_EPOCHS = 20_000, 4
"""Plays and epochs of the training that measures how fast this machine is; its first epoch is not
counted.
"""


@dataclass(frozen=True)
class Trial:
    """A training and what it scored.

    `score`: NDCG@10 with `decay`, the best of DECAYS. `seconds`: of the training. `stage_seconds`:
    what the stage `train` will take for the same, its curve included.
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
    """Return how many times longer than by the constants in `cost` a short training takes on this
    machine.
    """
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
    # gensim takes a second to import: what imports this module need not wait for it.
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
