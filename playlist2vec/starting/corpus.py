"""The input of the rule: a corpus, questions of its validation pairs, and scores of counting."""

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
"""Candidate settings of the two baselines of the rule."""
PAIRS = 2_000
"""Maximum number of validation pairs."""
FEW_PLAYLISTS = 1_000
"""Number of playlists to ask about, below which the rule holds out FRACTION instead of a number."""
FRACTION = 0.2


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus to choose parameters for.

    `train`: the training playlists, of rows of `vocabulary`. `questions`: of validation pairs, with
    whole histories. `few`: true if a fraction is held out, because of FEW_PLAYLISTS.
    """

    train: Playlists
    vocabulary: Vocabulary
    questions: Questions
    few: bool

    @property
    def songs(self) -> int:
        """The number of songs in the vocabulary."""
        return len(self.vocabulary)

    @property
    def plays(self) -> int:
        """The number of plays in the training playlists."""
        return len(self.train.tracks)

    @property
    def median_length(self) -> int:
        """The median length of the training playlists, in songs."""
        return int(np.median(self.train.lengths))


def corpus_of(
    train: Playlists, pairs: Pairs, ids: list[str], asked: Query, *, few: bool = False
) -> Corpus:
    """Return the corpus of a split.

    `ids`: the track id of each song code in `train` and `pairs`. `asked`: only `repeats` and
    `suggest_known` matter, as they define the questions; the rule itself decides on queries and
    similarity.
    """
    training = training_of(train, ids)
    rows = rows_of(training.vocabulary, ids)
    questions = ask(pairs.first(PAIRS), rows, whole_histories(asked))
    return Corpus(in_rows(train, rows), training.vocabulary, questions, few)


def few_playlists(playlists: Playlists, params: SplitParams) -> bool:
    """Return True if too few playlists can be asked about to hold out a fixed number."""
    return (
        int(np.count_nonzero(may_be_asked(outline_of(playlists, params), params))) < FEW_PLAYLISTS
    )


def split_by_fraction(playlists: Playlists, params: SplitParams) -> tuple[Playlists, Pairs]:
    """Return training playlists and validation pairs, with FRACTION held out."""
    split = split_playlists(playlists, replace(params, validation=FRACTION, test=FRACTION))
    return split.train, split.validation


def counted(corpus: Corpus) -> dict[str, float]:
    """Return NDCG@10 on validation pairs by counting next songs and by counting neighbours.

    Both baselines are tuned: queries hold the last song or a history, and neighbours on both sides
    are counted within one, two or five songs.
    """
    training = training_of(corpus.train, corpus.vocabulary.ids)
    return {
        name: ndcg(
            corpus.questions.answer(tune(name, training, TRIED, corpus.questions).ranker.rank), 10
        )
        for name in ("markov", "cooccurrence")
    }
