"""Sentences for gensim, the same for both sides of a comparison."""

from dataclasses import asdict, replace
from pathlib import Path

from playlist2vec.params import TrainParams, read_section
from playlist2vec.playlists import Playlists
from playlist2vec.training import make_sentences, training_vocabulary
from playlist2vec.vocabulary import Vocabulary


def read_training(folder: Path, epochs: int) -> tuple[list[list[str]], Vocabulary, TrainParams]:
    """The training sentences, rows as tokens, the vocabulary of the rows, and the parameters."""
    params = replace(read_section(folder / "params.yaml", TrainParams), epochs=epochs)
    playlists = Playlists.load(folder / "split/train.npz")
    vocabulary, rows = training_vocabulary(playlists, Vocabulary.load(folder / "vocabulary.tsv").ids)
    return make_sentences(playlists, rows, params.window), vocabulary, params


def keywords(params: TrainParams) -> dict[str, int | float | bool]:
    """The parameters by the names that gensim gives them; `epochs` is not among them."""
    others = ("epochs", "curve_pairs")
    return {name: value for name, value in asdict(params).items() if name not in others}
