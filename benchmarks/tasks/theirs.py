"""Tasks of a typical notebook; see `benchmarks.child` for tasks."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

Task = Callable[[], dict[str, Any] | None]

IMPORTS: dict[str, tuple[str, ...]] = {
    "prepare": ("numpy",),
    "load_pickle": ("numpy",),
    "train": ("gensim.models",),
    "vocabulary_and_train": ("gensim.models",),
    "kd_tree": ("sklearn.neighbors",),
}
QUERIES = 1_000
"""Queries of the KDTree; all queries would take minutes."""


def prepare(folder: Path) -> Task:
    """Filter, build the vocabulary and split, on lists of `track_<id>`, with plain Python."""
    import numpy as np

    min_count, min_length, validation_size, test_size = _sizes(folder / "params.yaml")
    playlists = [row[::2] for row in np.load(folder / "playlists.npy", allow_pickle=True)]

    def measured() -> dict[str, Any]:
        counts: dict[str, int] = {}
        for playlist in playlists:
            for track in playlist:
                counts[track] = counts.get(track, 0) + 1
        kept = [
            [track for track in playlist if counts[track] >= min_count] for playlist in playlists
        ]
        kept = [playlist for playlist in kept if len(playlist) >= min_length]
        vocabulary = np.unique([track for playlist in kept for track in playlist])
        index = {track: number for number, track in enumerate(vocabulary.tolist())}
        encoded = [[index[track] for track in playlist] for playlist in kept]
        shuffled = np.random.default_rng(1).permutation(len(encoded))
        held_out = shuffled[: validation_size + test_size].tolist()
        validation = [encoded[number] for number in held_out[:validation_size]]
        test = [encoded[number] for number in held_out[validation_size:]]
        chosen = set(held_out)
        train = [
            playlist[:-1] if number in chosen else playlist
            for number, playlist in enumerate(encoded)
        ]
        return {
            "songs": sum(map(len, playlists)),
            "vocabulary": len(vocabulary),
            "train": sum(map(len, train)),
            "held_out": len(validation) + len(test),
        }

    return measured


def _sizes(params: Path) -> tuple[int, int, int, int]:
    """Return min_count and min_length of the filter, validation and test of the split."""
    from playlist2vec.base.rules import read_section
    from playlist2vec.preparation.filter.params import FilterParams
    from playlist2vec.preparation.split.params import SplitParams

    kept, split = read_section(params, FilterParams), read_section(params, SplitParams)
    return kept.min_count, kept.min_length, int(split.validation), int(split.test)


def load_pickle(folder: Path) -> Task:
    """Load the pickled object array."""
    import numpy as np

    return lambda: {"playlists": len(np.load(folder / "playlists.npy", allow_pickle=True))}


def train(folder: Path) -> Task:
    """Train by the bare gensim call on ready sentences, with the vocabulary in the same order."""
    from gensim.models import Word2Vec

    from benchmarks.tasks.gensim_input import keywords, read_training

    contexts, vocabulary, params = read_training(folder, epochs=3)
    sentences = list(contexts.sentences)
    counts = {str(row): count for row, count in enumerate(vocabulary.counts.tolist())}

    def measured() -> dict[str, Any]:
        word2vec = Word2Vec(**keywords(params), min_count=1, sorted_vocab=0)
        word2vec.build_vocab_from_freq(counts, corpus_count=len(sentences))
        word2vec.train(sentences, total_examples=len(sentences), epochs=params.epochs)
        return {
            "vectors": sha256(
                word2vec.wv.vectors.tobytes() + word2vec.syn1neg.tobytes()
            ).hexdigest()
        }

    return measured


def vocabulary_and_train(folder: Path) -> Task:
    """Train by the bare gensim call, vocabulary included, on ready lists of `track_<id>`."""
    from gensim.models import Word2Vec

    from benchmarks.tasks.data import EPOCHS
    from benchmarks.tasks.gensim_input import keywords, read_training

    contexts, vocabulary, params = read_training(folder, EPOCHS)
    sentences = [[vocabulary.ids[int(row)] for row in sentence] for sentence in contexts.sentences]

    def measured() -> None:
        Word2Vec(sentences, **keywords(params), min_count=1, epochs=params.epochs)

    return measured


def kd_tree(folder: Path) -> Task:
    """Build scikit-learn's KDTree over the songs; query ten neighbours of a random sample.

    With unit vectors the neighbours are those by cosine. Eleven are queried, since the nearest is
    the query itself.
    """
    import numpy as np
    from sklearn.neighbors import KDTree

    from playlist2vec.corpus.pairs import Pairs
    from playlist2vec.corpus.vocabulary import Vocabulary
    from playlist2vec.models.embeddings.model import Model

    model = Model.load(folder / "model")
    row_of = model.vocabulary.index_of()
    ids = Vocabulary.load(folder / "vocabulary.tsv").ids
    queries = Pairs.load(folder / "split/validation.npz").queries
    rows = np.array([row_of[ids[query]] for query in queries.tolist() if ids[query] in row_of])
    asked = np.random.default_rng(1).permutation(rows)[:QUERIES]
    unit = model.input / np.linalg.norm(model.input, axis=1, keepdims=True)

    def measured() -> dict[str, Any]:
        from benchmarks.child import cpu_seconds

        start = cpu_seconds()
        tree = KDTree(unit, leaf_size=10)
        built = cpu_seconds()
        tree.query(unit[asked], k=11)
        return {
            "build": built - start,
            "query": cpu_seconds() - built,
            "asked": len(asked),
            "pairs": len(queries),
        }

    return measured
