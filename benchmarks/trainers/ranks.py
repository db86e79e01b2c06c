"""Training on a prepared split, and the ranks of its pairs."""

import tempfile
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.tasks.trainers import compile_first
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.vocabulary import Vocabulary, training_vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trainers import train_model
from playlist2vec.ranking.params import Query

KINDS = ("validation", "test")


def trained(folder: Path, section: TrainParams) -> tuple[Model, float]:
    """Train on the split in `folder`; return the model and the CPU seconds, without compilation."""
    ids = Vocabulary.load(folder / "data/vocabulary/vocabulary.tsv").ids
    parts = Parts(folder / "data/split/train.npz")
    vocabulary, rows = training_vocabulary(parts, ids)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        compile_first(parts, rows, vocabulary, section, Path(scratch))
        before = process_time()
        model = train_model(parts.blocks, rows, vocabulary, section, Path(scratch)).model
        return model, process_time() - before


def ranked(
    folder: Path, model: Model, asked: Query
) -> tuple[dict[str, Pairs], dict[str, NDArray[np.float64]]]:
    """Return the pairs of the split in `folder`, and the ranks of their targets, by kind."""
    ids = Vocabulary.load(folder / "data/vocabulary/vocabulary.tsv").ids
    ranker = EmbeddingRanker(model, asked.similarity)
    pairs = {kind: Pairs.load(folder / f"data/split/{kind}.npz") for kind in KINDS}
    found = {kind: evaluate_pairs(ranker, each, ids, asked).ranks for kind, each in pairs.items()}
    return pairs, found
