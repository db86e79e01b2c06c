"""Data for suggestions in the page by the scored rule: vectors in 8 bits, weights and playlists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import places_of
from playlist2vec.models.blend.mixture import MODEL
from playlist2vec.models.blend.shares import HISTORY, TEMPERATURES
from playlist2vec.models.counting.floor import LISTED
from playlist2vec.models.counting.rankers import DISCOUNT, Settings, Training
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.query_vectors import candidates_of, scored_model
from playlist2vec.ranking.reweighted import SONGS_BACK
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.encoding import text_of

PLAYS = 300_000
"""Maximum number of training plays in the page, two bytes for a play."""
HIDDEN, END = 65_534, 65_535
"""Codes in the plays of the page: a song that is not shown, and the end of a playlist."""


@dataclass(frozen=True)
class Counted:
    """Training playlists, and the chosen settings of every baseline."""

    training: Training
    chosen: Mapping[str, Settings]


def rule_data(recommender: Recommender, counted: Counted, songs: int) -> dict[str, Any]:
    """Return the data for queries as in `Recommender.next`, for the first `songs` songs."""
    mixture = recommender.mixture
    plays, carried = plays_of(counted.training, songs)
    found: dict[str, Any] = {
        "plays": text_of(plays),
        "playlists": carried,
        "all_playlists": len(counted.training.index.train),
        "weights": {},
    }
    if mixture is None:
        params = recommender.params
        decay = params.decay if params.query == "history" else 0
        found |= _model_data(recommender.model, params.similarity, songs)
        return found | {"decay": decay, "songs_back": params.songs_back}
    model = mixture.model
    similarity = model.ranker.similarity if model else "dot"
    found |= _model_data(recommender.model, similarity, songs)
    found |= (
        {"decay": model.decay, "songs_back": model.songs_back, "tau": model.tau} if model else {}
    )
    priors = {name: prior[:songs].astype("<f4") for name, prior in mixture.priors.items()}
    used = {
        name: text_of(prior)
        for name, prior in priors.items()
        if name == "popularity" or mixture.weights.get(name)
    }
    return found | {
        "weights": {
            name: weight
            for name, weight in mixture.weights.items()
            if weight > 0 and (model or name != MODEL)
        },
        "priors": used,
        "settings": {name: dict(each) for name, each in counted.chosen.items()},
        "history": HISTORY,
        "history_songs": SONGS_BACK,
        "temperatures": {f"distances_{each:g}": each for each in TEMPERATURES},
        "floor": LISTED,
        "discount": DISCOUNT,
    }


def plays_of(training: Training, songs: int, most: int = PLAYS) -> tuple[NDArray[np.uint16], int]:
    """Return the plays of training playlists, uint16, and the number of playlists.

    END follows every playlist. If there are more than `most` plays, whole playlists are left out,
    in the order of a hash of their ids. Songs from row `songs` on become HIDDEN.
    """
    train, order = training.index.train, training.index.by_hash
    kept = np.sort(order[np.cumsum(train.lengths[order]) <= most])
    places, offsets = places_of(train.offsets, kept)
    tracks = train.tracks[places]
    rows = np.where((tracks >= 0) & (tracks < songs), tracks, HIDDEN)
    return np.insert(rows, offsets[1:], END).astype("<u2"), len(kept)


def eight_bits(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return vectors rounded to int8 from -127 to 127, and a scale for every row: float32 (songs,).

    Numbers that are not finite become 0.
    """
    usable = np.where(np.isfinite(vectors), vectors, 0).astype(np.float64)
    largest = np.abs(usable).max(axis=1, initial=0.0) / 127
    scales = np.where(largest > 0, largest, 1.0)
    return np.rint(usable / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _model_data(model: Model, similarity: str, songs: int) -> dict[str, Any]:
    """Return matrices and biases of the model's scores, minus infinity for "never suggested"."""
    candidates = candidates_of(scored_model(model, similarity), similarity)
    bias = np.where(candidates.finite, candidates.bias, -np.inf)[:songs].astype("<f4")
    by_output = similarity not in ("cosine", "euclidean")
    return {
        "similarity": similarity,
        "size": model.input.shape[1],
        "input": [_matrix(each[:songs]) for each in (model.input, *model.earlier)],
        "output": _matrix(model.output[:songs]) if by_output else None,
        "bias": text_of(bias),
    }


def _matrix(vectors: NDArray[np.float32]) -> dict[str, str]:
    numbers, scales = eight_bits(vectors)
    return {"numbers": text_of(numbers), "scales": text_of(scales.astype("<f4"))}
