"""The trainers named by `train.trainer`, behind one function."""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.corpus.storage import Block
from playlist2vec.corpus.vocabulary import InRows, Vocabulary, in_rows
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trained import Trained

AfterEpoch = Callable[[int, Model], object]
Report = Callable[[int], object]


def train_model(
    blocks: list[Block],
    rows: RowOfCode,
    vocabulary: Vocabulary,
    params: TrainParams,
    scratch: Path,
    *,
    artists: NDArray[np.int64] | None = None,
    begin: Report = lambda _: None,
    report: Report | None = None,
    after_epoch: AfterEpoch | None = None,
) -> Trained:
    """Train on the playlists of `blocks` with the trainer named by `params.trainer`.

    `rows`: int64 (codes,), the row of each code in `vocabulary`. `scratch`: a folder for data that
    does not stay in memory. `begin` is called once with the number of tokens in all epochs,
    `report` with the number of tokens trained since its last call. `artists`, `after_epoch`: see
    `train_word2vec`. Raises DataError if numba is needed and not installed.
    """
    if params.trainer == "gensim":
        from playlist2vec.models.word2vec.training import make_contexts, train_word2vec

        playlists = InRows(Loaded(blocks), rows)
        contexts = make_contexts(
            playlists, vocabulary, params, scratch, artists=artists, report=report
        )
        begin(contexts.shown * params.epochs)
        return train_word2vec(contexts, vocabulary, params, after_epoch=after_epoch)
    if find_spec("numba") is None:
        raise DataError(
            "train.trainer = blocks: numba is not installed: "
            "expected `make setup EXTRAS=blocks`, or gensim"
        )
    from playlist2vec.models.word2vec.blocks.training import Training

    numbers = rows.astype(np.int32)
    training = Training(
        [partial(load, block, numbers) for block in blocks], vocabulary, params, artists
    )
    begin(training.plays * params.epochs)
    return training.run(report, after_epoch)


class Loaded:
    """Blocks of playlists, loaded one at a time, and again in every iteration."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks

    def __iter__(self) -> "map[Playlists]":
        return map(Block.load, self.blocks)


def load(block: Block, rows: NDArray[np.int32]) -> Playlists:
    """Read a block of playlists as rows; `rows`: int32 (codes,), the row of each code."""
    return in_rows(block.load(), rows)
