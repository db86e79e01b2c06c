"""The input of gensim, the same for both sides of a comparison."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.vocabulary import InRows, Vocabulary, training_vocabulary
from playlist2vec.models.word2vec.contexts import Contexts
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.training import make_contexts


def read_training(
    folder: Path, epochs: int, report: Callable[[int], object] | None = None
) -> tuple[Contexts, Vocabulary, TrainParams]:
    """Return the training sentences with rows as tokens, the vocabulary of rows, and parameters."""
    params = replace(read_section(folder / "params.yaml", TrainParams), epochs=epochs)
    parts = Parts(folder / "split/train.npz")
    vocabulary, rows = training_vocabulary(parts, Vocabulary.load(folder / "vocabulary.tsv").ids)
    return (
        make_contexts(InRows(parts, rows), vocabulary, params, folder, report=report),
        vocabulary,
        params,
    )


def keywords(params: TrainParams) -> dict[str, int | float | bool]:
    """Return the parameters by gensim's names, without `epochs`."""
    others = ("trainer", "blocks", "epochs", "curve_pairs", "contexts", "metadata")
    return {name: value for name, value in asdict(params).items() if name not in others}
