"""Reasons for a suggestion: what each song of a query adds to its score."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.norms import lengths_of
from playlist2vec.corpus.songs import Row
from playlist2vec.models.embeddings.query_vectors import ADDITIVE, query_vectors
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.queries import Queries


class Reason(NamedTuple):
    """What one song of a query adds to the score of a suggestion."""

    row: Row
    part: float


def reasons(ranker: EmbeddingRanker, queries: Queries, suggestion: Row) -> list[Reason]:
    """Return what each song of the one query adds to the score of a suggestion, a row, the largest first."""
    model, candidates = ranker.scored, ranker.candidates
    parts = query_parts([model.input, *model.earlier], queries, ranker.similarity)
    added = candidates.scale[suggestion] * (parts @ candidates.vectors[suggestion].astype(np.float64))
    found = [Reason(row, float(part)) for row, part in zip(queries.songs.tolist(), added, strict=True)]
    return sorted(found, key=lambda reason: -reason.part)


def query_parts(spaces: Sequence[NDArray[np.float32]], queries: Queries, similarity: str) -> NDArray[np.float64]:
    """What each song of one query adds to its vector, float64 (songs, vector_size): `query_vectors` is their sum."""
    songs = len(queries.songs)
    each = Queries(queries.songs, queries.weights, np.arange(songs + 1), np.full(songs, -1))
    parts = np.zeros((songs, spaces[0].shape[1]))
    if similarity in ADDITIVE:
        for place in range(songs):
            back = songs - 1 - place if len(spaces) > 1 else 0
            if back < len(spaces):
                parts[place] = each.weights[place] * spaces[back][each.songs[place]].astype(np.float64)
    elif similarity == "euclidean":
        parts[:] = queries.weights[:, None] * query_vectors(spaces, each, similarity) / queries.weights.sum()
    else:
        parts[:] = queries.weights[:, None] * query_vectors(spaces, each, "cosine")
        parts /= float(lengths_of(parts.sum(axis=0, keepdims=True))[0]) or 1.0
    return parts
