"""Parameters to begin with, from a corpus alone.

The rule and where it comes from stand in docs/choosing-parameters.md.
"""

from dataclasses import dataclass

import numpy as np

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import rows_of
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.counting.tuning import tune
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import ask
from playlist2vec.ranking.reweighted import whole_histories

TRIED: dict[str, tuple[float, ...]] = {"decay": (0.0, 0.3, 0.5, 0.8), "window": (5.0, 1.0, 2.0)}
"""The settings of the two baselines that the rule looks at."""


@dataclass(frozen=True)
class Corpus:
    """What the rule looks at.

    `songs`, `plays`: of the training playlists. `median_length`: songs in the playlist in the middle. `markov`,
    `cooccurrence`: NDCG@10 on validation pairs of counting next songs and of counting neighbours on both sides, each
    asked with the last song or the history, whatever suits it, whatever params.yaml says of the model's queries.
    """

    songs: int
    plays: int
    median_length: int
    markov: float
    cooccurrence: float


def describe(train: Playlists, pairs: Pairs, ids: list[str], asked: Query) -> Corpus:
    """Look at a corpus; `ids`: the track id of each song code in `train` and `pairs`."""
    training = training_of(train, ids)
    questions = ask(pairs, rows_of(training.vocabulary, ids), whole_histories(asked))
    next_song, neighbours = (
        ndcg(questions.answer(tune(name, training, TRIED, questions).ranker.rank), 10)
        for name in ("markov", "cooccurrence")
    )
    return Corpus(len(training.vocabulary), len(train.tracks), int(np.median(train.lengths)), next_song, neighbours)


def suggest(corpus: Corpus) -> dict[str, int | float | str]:
    """The parameters, by their names in params.yaml, for a corpus. They depend on nothing else."""
    if corpus.markov > corpus.cooccurrence:
        by_order: dict[str, int | float | str] = {
            "train.contexts": "offsets",
            "train.window": max(1, min(8, corpus.median_length - 1)),
            "train.vector_size": 100,
            "train.negative": 5,
            "train.ns_exponent": 0.75,
            "evaluate.decay": 0.8,
        }
    else:
        by_order = {
            "train.contexts": "window",
            "train.window": 3,
            "train.vector_size": int(np.clip(round(0.3 * corpus.plays / corpus.songs), 3, 30)) * 10,
            "train.negative": 10,
            "train.ns_exponent": 1.0,
            "evaluate.decay": 0.3,
        }
    return by_order | {
        "train.sample": 0,
        "train.epochs": int(np.clip(round(8_000 / corpus.plays**0.5), 5, 40)),
        "train.alpha": 0.05,
        "evaluate.similarity": "log_odds",
        "evaluate.query": "history",
        "evaluate.songs_back": 8,
    }
