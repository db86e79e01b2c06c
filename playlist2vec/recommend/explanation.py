"""Explanations of a score: contributions of the songs of a query, or of the parts of a blend."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.norms import lengths_of
from playlist2vec.corpus.songs import Row, Rows
from playlist2vec.models.embeddings.query_vectors import ADDITIVE, query_vectors
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.queries import Queries

if TYPE_CHECKING:
    from playlist2vec.models.blend.mixture import Mixture

WORDS = {
    "word2vec": "Word2Vec",
    "popularity": "how often the song is played",
    "closing": "how often the song ends a playlist",
    "markov_last": "what followed the last song",
    "markov_history": "what followed each of the songs",
    "cooccurrence_last": "what stood near the last song",
    "cooccurrence_history": "what stood near each of the songs",
    "kneser_ney": "what followed the last songs in this order",
    "item_knn": "songs that share playlists with these",
    "session_knn": "the playlists most like this one",
    "distances_0.4": "what stood one, two, ... places later, trusted less",
    "distances_0.8": "what stood one, two, ... places later, trusted more",
}
"""Description of every part of a blend, for people."""


class Reason(NamedTuple):
    """A song of a query and its contribution to the score of a suggestion."""

    row: Row
    part: float


class Voice(NamedTuple):
    """A part of a blend and its contribution to the probability of a suggestion.

    `part`: the name in metrics/blend_weights.json. `words`: a description for people. `adds`: the
    contribution. `share`: the fraction of the probability, 0 to 1.
    """

    part: str
    words: str
    adds: float
    share: float


def voices(mixture: "Mixture", queries: Queries, suggestion: Row) -> list[Voice]:
    """Return the contributions of blend parts to the probability of a suggestion, largest first.

    `queries`: a single query. Parts without a contribution are left out.
    """
    found = mixture.contributions(queries, Rows(np.array([suggestion], np.int64)))
    added = {name: float(each[0]) for name, each in found.items() if each[0] > 0}
    total = sum(added.values())
    ordered = sorted(added.items(), key=lambda each: (-each[1], each[0]))
    return [Voice(name, WORDS.get(name, name), adds, adds / total) for name, adds in ordered]


def reasons(ranker: EmbeddingRanker, queries: Queries, suggestion: Row) -> list[Reason]:
    """Return the contribution of every query song to the score of a suggestion, largest first.

    `queries`: a single query. `suggestion`: a row.
    """
    model, candidates = ranker.scored, ranker.candidates
    parts = query_parts([model.input, *model.earlier], queries, ranker.similarity)
    added = candidates.scale[suggestion] * (
        parts @ candidates.vectors[suggestion].astype(np.float64)
    )
    found = [
        Reason(row, float(part)) for row, part in zip(queries.songs.tolist(), added, strict=True)
    ]
    return sorted(found, key=lambda reason: -reason.part)


def query_parts(
    spaces: Sequence[NDArray[np.float32]], queries: Queries, similarity: str
) -> NDArray[np.float64]:
    """Return the contribution of every song to the query vector: float64 (songs, vector_size).

    `queries`: a single query. The contributions sum to `query_vectors`.
    """
    songs = len(queries.songs)
    each = Queries(queries.songs, queries.weights, np.arange(songs + 1), np.full(songs, -1))
    parts = np.zeros((songs, spaces[0].shape[1]))
    if similarity in ADDITIVE:
        for place in range(songs):
            back = songs - 1 - place if len(spaces) > 1 else 0
            if back < len(spaces):
                parts[place] = each.weights[place] * spaces[back][each.songs[place]].astype(
                    np.float64
                )
    elif similarity == "euclidean":
        parts[:] = (
            queries.weights[:, None]
            * query_vectors(spaces, each, similarity)
            / queries.weights.sum()
        )
    else:
        parts[:] = queries.weights[:, None] * query_vectors(spaces, each, "cosine")
        parts /= float(lengths_of(parts.sum(axis=0, keepdims=True))[0]) or 1.0
    return parts
