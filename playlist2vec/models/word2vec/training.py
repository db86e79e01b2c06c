"""Training of gensim's Word2Vec on the training playlists."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.word2vec.contexts import (
    Contexts,
    Sentences,
    directed_contexts,
    window_contexts,
)
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trained import Trained, moved


class _Read:
    """Sentences that keep an error raised during reading.

    gensim reads sentences in a separate thread, and would wait for ever if an error ended that
    thread.
    """

    def __init__(self, sentences: Sentences) -> None:
        self.sentences = sentences
        self.error: Exception | None = None

    def __iter__(self) -> Iterator[list[str]]:
        try:
            yield from self.sentences
        except (DataError, OSError, MemoryError, ValueError, IndexError) as error:
            self.error = error


class _AfterEpoch(CallbackAny2Vec):  # type: ignore[misc]
    def __init__(self, read: _Read, call: Callable[[int], object]) -> None:
        self.read = read
        self.call = call
        self.epoch = 0

    def on_epoch_end(self, model: Word2Vec) -> None:
        if self.read.error is not None:
            raise self.read.error
        self.epoch += 1
        self.call(self.epoch)


def make_contexts(
    train: Iterable[Playlists],
    vocabulary: Vocabulary,
    params: TrainParams,
    scratch: Path,
    artists: NDArray[np.int64] | None = None,
    report: Callable[[int], object] | None = None,
) -> Contexts:
    """Return the training contexts named by `params.contexts`, as rows of `vocabulary`.

    `train`: the training playlists, in chunks. `scratch`: a folder for data that does not stay in
    memory; the contexts need the folder for as long as they are in use. `artists`: int64 (songs,),
    the number of each row's artist, -1 for unknown; None trains without artists.
    """
    if params.contexts == "window":
        return window_contexts(train, vocabulary.counts, params.window, artists, report)
    spaces = 1 if params.contexts == "directed" else params.window
    return directed_contexts(
        train, vocabulary.counts, params.window, spaces, params.seed, scratch, report
    )


def train_word2vec(
    contexts: Contexts,
    vocabulary: Vocabulary,
    params: TrainParams,
    *,
    after_epoch: Callable[[int, Model], object] | None = None,
) -> Trained:
    """Train Word2Vec on `contexts`, whose first tokens are the rows of `vocabulary`.

    `after_epoch` is called with the number of the epoch, from 1, and the current model. The model
    shares its memory with the training: `after_epoch` must not change the model, and the next epoch
    does. With one worker, equal arguments give equal bytes. Mikolov et al., Distributed
    representations of words and phrases and their compositionality, NIPS 2013.
    """
    directed = contexts.spaces > 0
    word2vec = _untrained(params, window=1 if directed else params.window)
    word2vec.build_vocab_from_freq(contexts.counts, corpus_count=len(contexts.sentences))
    if directed:
        _train_one_way(word2vec, vocabulary.counts, params.ns_exponent)
    start = _inputs(word2vec, contexts).copy()
    read = _Read(contexts.sentences)

    def call(epoch: int) -> None:
        if after_epoch is not None:
            after_epoch(epoch, _as_model(word2vec, contexts, vocabulary, params))

    trained, shown = word2vec.train(
        read,
        total_examples=len(contexts.sentences),
        epochs=params.epochs,
        callbacks=[_AfterEpoch(read, call)],
    )
    model = _as_model(word2vec, contexts, vocabulary, params)
    return Trained(
        model, trained / max(shown, 1), moved(start.__getitem__, _inputs(word2vec, contexts))
    )


def _inputs(word2vec: Word2Vec, contexts: Contexts) -> NDArray[np.float32]:
    """Return the input vectors of songs, without a copy: float32 (spaces * songs, vector_size)."""
    songs = contexts.songs
    vectors: NDArray[np.float32] = (
        word2vec.wv.vectors[songs:] if contexts.spaces else word2vec.wv.vectors[:songs]
    )
    return vectors


def _as_model(
    word2vec: Word2Vec, contexts: Contexts, vocabulary: Vocabulary, params: TrainParams
) -> Model:
    """Return gensim's current state as a model, without a copy.

    The matrices of the model are whole rows of gensim's matrices.
    """
    songs, vectors = contexts.songs, _inputs(word2vec, contexts)
    earlier = vectors[songs:].reshape(-1, songs, params.vector_size)
    return Model(vectors[:songs], word2vec.syn1neg[:songs], vocabulary, earlier, params.ns_exponent)


def _untrained(params: TrainParams, window: int) -> Word2Vec:
    """Return gensim's model before the vocabulary is built."""
    return Word2Vec(
        sg=params.sg,
        vector_size=params.vector_size,
        window=window,
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


def _train_one_way(word2vec: Word2Vec, counts: NDArray[np.int64], exponent: float) -> None:
    """Make pairs (query, target) train only input vectors of queries and output vectors of targets.

    gensim trains a sentence in both directions. The input vectors of targets are set to zero and
    locked, so that the reverse direction adds exactly nothing to any other vector. Negatives are
    drawn from the targets alone, by play count to the power of `exponent`, from gensim's table of
    cumulative shares.
    """
    songs = len(counts)
    word2vec.wv.vectors[:songs] = 0
    word2vec.wv.vectors_lockf = np.ones(len(word2vec.wv), np.float32)
    word2vec.wv.vectors_lockf[:songs] = 0
    shares = np.array([count**exponent for count in counts.tolist()])
    table = np.cumsum(shares) / np.sum(shares) * (2**31 - 1)
    word2vec.cum_table = np.minimum(np.round(table), 2**31 - 1).astype(np.uint32)
