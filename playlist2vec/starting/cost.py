"""The cost of a training: seconds of one core, by constants of a machine, and memory."""

from playlist2vec.starting.branches import Branch
from playlist2vec.starting.corpus import Corpus

PLAY_SECONDS, DIMENSION_SECONDS, PAIR_SECONDS = 4.5e-6, 0.045e-6, 4.5e-6
"""Seconds for a play with `window` contexts, per dimension, and for a pair with `offsets`.

Measured on trainings with gensim 4.4 on the data sets of benchmarks/scores.yaml, where they are
right within a factor of two. They decide what is tried within a budget, so that the decision is the
same on every machine.
"""
START_SECONDS = 4.0
"""Seconds of a stage before and after training."""
BASE_MB, TOKEN_BYTES, DIMENSION_BYTES = 130, 300, 12
"""Memory of the process, of a token, and of a dimension of a token: see `train` in dvc.yaml."""


def nominal_seconds(corpus: Corpus, branch: Branch, epochs: int) -> float:
    """Return the seconds of a training by the constants above."""
    if branch.spaces:
        return corpus.plays * branch.pairs * PAIR_SECONDS * epochs
    return corpus.plays * (PLAY_SECONDS + DIMENSION_SECONDS * branch.dimensions) * epochs


def megabytes(corpus: Corpus, branch: Branch) -> int:
    """Return the approximate memory of the stage `train`, in MB."""
    tokens = corpus.songs * (branch.spaces + 1)
    return round(BASE_MB + tokens * (TOKEN_BYTES + DIMENSION_BYTES * branch.dimensions) / 1e6)


def shown(seconds: float) -> str:
    """Return a duration as text: 40 s, 3.5 min, 2.1 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
