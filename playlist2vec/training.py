"""gensim's Word2Vec on the training playlists."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec
from numpy.typing import NDArray

from playlist2vec.model import Model
from playlist2vec.params import TrainParams
from playlist2vec.playlists import Playlists
from playlist2vec.vocabulary import Vocabulary, frequency_order

# gensim cuts a longer list off without a word (MAX_WORDS_IN_BATCH in its word2vec_inner.pyx).
LONGEST_SENTENCE = 10_000
SENTENCES_BETWEEN_REPORTS = 1_000


@dataclass(frozen=True, eq=False)
class Trained:
    """A model and how its training went.

    `trained_share`: the share of the songs it was shown, over all epochs, that sub-sampling left to train on, 0 to 1.
    `moved`: the median over songs of |end - start| / |start| of the input vectors; 0 = still at the random start.
    """

    model: Model
    trained_share: float
    moved: float


class Sentences:
    """Sentences for gensim that may be read again and again, and tell how many songs have been read."""

    def __init__(self, sentences: list[list[str]], report: Callable[[int], object] | None = None) -> None:
        self.sentences = sentences
        self.report = report

    def __len__(self) -> int:
        return len(self.sentences)

    def __iter__(self) -> Iterator[list[str]]:
        if self.report is None:
            return iter(self.sentences)
        return self._reporting(self.report)

    def _reporting(self, report: Callable[[int], object]) -> Iterator[list[str]]:
        for start in range(0, len(self.sentences), SENTENCES_BETWEEN_REPORTS):
            some = self.sentences[start : start + SENTENCES_BETWEEN_REPORTS]
            yield from some
            report(sum(map(len, some)))


class _AfterEpoch(CallbackAny2Vec):  # type: ignore[misc]
    def __init__(self, call: Callable[[int, NDArray[np.float32]], object]) -> None:
        self.call = call
        self.epoch = 0

    def on_epoch_end(self, model: Word2Vec) -> None:
        self.epoch += 1
        self.call(self.epoch, model.wv.vectors)


def training_vocabulary(train: Playlists, ids: list[str]) -> tuple[Vocabulary, NDArray[np.int64]]:
    """The songs that occur in the training playlists, the most frequent first, ties by the bytes of the track id.

    `ids`: the track id of each code in `train`. Also returns the row of each code, int64 (codes,), -1 for none.
    Counting again is what keeps the held-out songs out: by the counts of all data, a song that was held out would
    stand before the others of its training count.
    """
    counts = np.bincount(train.tracks, minlength=len(ids))
    by_id = np.array(sorted(range(len(ids)), key=[track.encode() for track in ids].__getitem__), np.int64)
    order = by_id[frequency_order(counts[by_id])]
    rows = np.full(len(ids), -1, np.int64)
    rows[order] = np.arange(len(order))
    return Vocabulary([ids[code] for code in order.tolist()], counts[order]), rows


def make_sentences(train: Playlists, rows: NDArray[np.int64], overlap: int) -> list[list[str]]:
    """Training playlists as gensim takes them: lists of str tokens, each the row of a song.

    A playlist of more than LONGEST_SENTENCE songs becomes pieces of at most that many, each beginning with the last
    `overlap` songs of the one before, so that every song meets its neighbours; the overlap is trained on twice.
    """
    tokens = np.array([str(row) for row in range(int(rows.max(initial=-1)) + 1)], object)
    flat = tokens[rows[train.tracks]].tolist()
    bounds = train.offsets.tolist()
    overlap = min(overlap, LONGEST_SENTENCE // 2)
    sentences = []
    for start, end in pairwise(bounds):
        while end - start > LONGEST_SENTENCE:
            sentences.append(flat[start : start + LONGEST_SENTENCE])
            start += LONGEST_SENTENCE - overlap
        sentences.append(flat[start:end])
    return sentences


def train_word2vec(
    sentences: list[list[str]],
    vocabulary: Vocabulary,
    params: TrainParams,
    *,
    after_epoch: Callable[[int, NDArray[np.float32]], object] | None = None,
    report: Callable[[int], object] | None = None,
) -> Trained:
    """Train Word2Vec on lists of tokens, each the row of a song in `vocabulary`.

    `after_epoch` is called with the number of the epoch, from 1, and the input matrix, which it must not change:
    float32 (songs, vector_size). `report` is called with numbers of songs as they are read. With one worker, equal
    arguments give equal bytes. Mikolov et al., Distributed representations of words and phrases and their
    compositionality, NIPS 2013.
    """
    word2vec = Word2Vec(
        sg=params.sg,
        vector_size=params.vector_size,
        window=params.window,
        shrink_windows=params.shrink_windows,
        negative=params.negative,
        ns_exponent=params.ns_exponent,
        sample=params.sample,
        alpha=params.alpha,
        min_alpha=params.min_alpha,
        seed=params.seed,
        workers=params.workers,
        min_count=1,
        sorted_vocab=0,
    )
    counts = {str(row): count for row, count in enumerate(vocabulary.counts.tolist())}
    word2vec.build_vocab_from_freq(counts, corpus_count=len(sentences))
    start = word2vec.wv.vectors.copy()
    trained, shown = word2vec.train(
        Sentences(sentences, report),
        total_examples=len(sentences),
        epochs=params.epochs,
        callbacks=[_AfterEpoch(after_epoch)] if after_epoch else [],
    )
    model = Model(word2vec.wv.vectors, word2vec.syn1neg, vocabulary)
    return Trained(model, trained / shown, _moved(start, model.input))


def _moved(start: NDArray[np.float32], end: NDArray[np.float32]) -> float:
    distances = np.linalg.norm(end.astype(np.float64) - start, axis=1)
    return float(np.median(distances / np.maximum(np.linalg.norm(start.astype(np.float64), axis=1), 1e-12)))
