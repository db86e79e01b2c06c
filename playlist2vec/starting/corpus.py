"""What the rule looks at: a corpus, the questions of its validation pairs, and what counting scores
on them.
"""

from dataclasses import dataclass, replace

import numpy as np

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary, in_rows, rows_of
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.counting.tuning import tune
from playlist2vec.preparation.split.holding_out import may_be_asked, outline_of, split_playlists
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Questions, ask
from playlist2vec.ranking.reweighted import whole_histories

TRIED: dict[str, tuple[float, ...]] = {"decay": (0.0, 0.3, 0.5, 0.8), "window": (5.0, 1.0, 2.0)}
"""The settings of the two baselines that the rule looks at."""
PAIRS = 2_000
"""Validation pairs that are asked, at most."""
FEW_PLAYLISTS = 1_000
"""Where fewer playlists can be asked about, the rule holds out FRACTION of them instead of a number
of them.
"""
FRACTION = 0.2


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus to choose parameters for.

    `train`: the training playlists, of rows of `vocabulary`. `questions`: of validation pairs, with
    whole histories. `few`: whether FEW_PLAYLISTS has it that a fraction is held out.
    """

    train: Playlists
    vocabulary: Vocabulary
    questions: Questions
    few: bool

    @property
    def songs(self) -> int:
        """Songs in the vocabulary."""
        return len(self.vocabulary)

    @property
    def plays(self) -> int:
        """Songs of all training playlists, each as often as it is there."""
        return len(self.train.tracks)

    @property
    def median_length(self) -> int:
        """Songs in the training playlist in the middle."""
        return int(np.median(self.train.lengths))


def corpus_of(
    train: Playlists, pairs: Pairs, ids: list[str], asked: Query, *, few: bool = False
) -> Corpus:
    """Return the corpus of a split.

    `ids`: the track id of each song code in `train` and `pairs`. `asked`: of which `repeats` and
    `suggest_known` alone matter, for they say what is asked for; how a model is asked is for the
    rule to say.
    """
    training = training_of(train, ids)
    rows = rows_of(training.vocabulary, ids)
    questions = ask(pairs.first(PAIRS), rows, whole_histories(asked))
    return Corpus(in_rows(train, rows), training.vocabulary, questions, few)


def few_playlists(playlists: Playlists, params: SplitParams) -> bool:
    """Return whether so few playlists can be asked about that the rule holds out a fraction of
    them.
    """
    return (
        int(np.count_nonzero(may_be_asked(outline_of(playlists, params), params))) < FEW_PLAYLISTS
    )


def split_by_fraction(playlists: Playlists, params: SplitParams) -> tuple[Playlists, Pairs]:
    """Return the training playlists and the validation pairs as with the fractions that the rule
    holds out.
    """
    split = split_playlists(playlists, replace(params, validation=FRACTION, test=FRACTION))
    return split.train, split.validation


def counted(corpus: Corpus) -> dict[str, float]:
    """Return NDCG@10 on the validation pairs of counting next songs and of counting neighbours on
    both sides.

    Each is asked with the last song or a history, and the second counts neighbours within one, two
    or five songs, whichever suits it.
    """
    training = training_of(corpus.train, corpus.vocabulary.ids)
    return {
        name: ndcg(
            corpus.questions.answer(tune(name, training, TRIED, corpus.questions).ranker.rank), 10
        )
        for name in ("markov", "cooccurrence")
    }
