"""Small playlists for tests, and Hypothesis strategies that draw them."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.counting.rankers import RANKERS, made, training_of
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import query_vectors
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.preparation.filter.params import FilterParams
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker

CHOSEN: dict[str, dict[str, float]] = {
    "markov": {"decay": 0.5},
    "cooccurrence": {"decay": 0.5, "window": 2},
    "distances": {"decay": 0.8, "smoothing": 10, "before": 0, "distances": 3},
    "kneser_ney": {"order": 3},
    "item_knn": {"decay": 0.5, "neighbours": 10},
    "session_knn": {"decay": 0.5, "session_neighbours": 10},
}
"""Settings of the baselines that a blend has, as metrics/baselines_settings.json names them."""


def playlists_of(lists: list[list[int]]) -> Playlists:
    tracks = np.array([track for tracks in lists for track in tracks], np.int32)
    rows = np.arange(len(lists), dtype=np.int64)
    return Playlists(
        tracks,
        offsets_of(np.array([len(each) for each in lists], np.int64)),
        rows.astype(np.uint64),
        rows,
    )


def lists_of(playlists: Playlists) -> list[list[int]]:
    return [tracks.tolist() for tracks in playlists]


def some_playlists(min_size: int = 0, tracks: int = 8) -> st.SearchStrategy[Playlists]:
    lists = st.lists(
        st.lists(st.integers(0, tracks - 1), max_size=12), min_size=min_size, max_size=20
    )
    return lists.map(playlists_of)


def filter_params(
    min_count: int = 1, count: str = "occurrences", min_length: int = 2, keep_repeats: bool = True
) -> FilterParams:
    return FilterParams(
        min_count=min_count, count=count, min_length=min_length, keep_repeats=keep_repeats
    )


def split_params(
    validation: int | float = 1,
    test: int | float = 1,
    min_length: int = 2,
    seed: int = 1,
    by: str = "playlist",
    held_out: str = "song",
    target: str = "last",
    places: int = 1,
    copies: str = "keep",
) -> SplitParams:
    return SplitParams(by, target, places, held_out, copies, validation, test, min_length, seed)


def counting_rankers(train: Playlists, ids: list[str], **settings: float) -> dict[str, Ranker]:
    """Every baseline with these settings, or else common ones; queries hold whole histories."""
    common = {"window": 5, "neighbours": 100, "session_neighbours": 500, "decay": 0.8, "order": 3}
    rest = {"distances": 5, "smoothing": 100, "before": 0, "penalty": 100}
    training = training_of(train, ids)
    return {name: made(name, training, common | rest | settings) for name in RANKERS}


def train_params(**changes: int | float | bool | str) -> TrainParams:
    defaults = {
        "trainer": "gensim",
        "blocks": 64,
        "sg": 1,
        "contexts": "window",
        "metadata": "none",
        "vector_size": 16,
        "window": 3,
        "shrink_windows": True,
        "negative": 5,
        "ns_exponent": 0.5,
        "sample": 0.0,
        "epochs": 5,
        "alpha": 0.05,
        "min_alpha": 0.0001,
        "seed": 1,
        "workers": 1,
        "curve_pairs": 0,
    }
    return TrainParams(**(defaults | changes))  # type: ignore[arg-type]


def query_params(
    similarity: str = "cosine",
    repeats: str = "miss",
    suggest_known: bool = True,
    query: str = "last",
    songs_back: int = 20,
    decay: float = 1.0,
) -> Query:
    return Query(
        similarity=similarity,
        repeats=repeats,
        suggest_known=suggest_known,
        query=query,
        songs_back=songs_back,
        decay=decay,
    )


def scoring_params(k: tuple[int, ...] = (1, 5, 10, 50), index: str = "exact") -> Scoring:
    return Scoring(k=k, resamples=50, seed=1, index=index, challenge=False)


def model_of(
    vectors: NDArray[np.float32], vocabulary: Vocabulary, output: NDArray[np.float32] | None = None
) -> Model:
    """A model whose output vectors are its input vectors, if no others are given."""
    earlier = np.zeros((0, *vectors.shape), np.float32)
    return Model(vectors, vectors if output is None else output, vocabulary, earlier, 0.5)


def song_vectors(
    vectors: NDArray[np.float32], songs: NDArray[np.integer], similarity: str
) -> NDArray[np.float64]:
    """Query vectors of single songs."""
    return query_vectors([vectors], Queries.of_each(Rows(songs.astype(np.int64))), similarity)
