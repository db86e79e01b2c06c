"""Query vectors and candidates, from a model and queries."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.norms import lengths_of
from playlist2vec.models.embeddings.model import Model
from playlist2vec.ranking.candidates import (
    Candidates,
    candidates_for,
    dot_candidates,
    log_odds_candidates,
)
from playlist2vec.ranking.queries import Queries

ADDITIVE = ("dot", "log_odds", "log_odds_symmetric")
"""Similarities for which the songs of a query add up, each with the vector of its place."""


def scored_model(model: Model, similarity: str) -> Model:
    """Return the model whose matrices have the scores of a similarity as products.

    With log_odds_symmetric, the score of c for q is (q . c' + q' . c) / 2 +
    (1 + ns_exponent) / 2 * log count(c), for input vectors q, c and output vectors q', c'. It is
    the mean of two estimates of log P(c | q), except for terms that depend on q alone: `log_odds`
    of c for q and, by Bayes' rule, of q for c. If the songs around a song are its contexts, both
    are fitted to the same pairs, and their mean has less noise. Raises DataError for a model with
    several spaces.
    """
    if similarity != "log_odds_symmetric":
        return model
    if len(model.earlier):
        raise DataError(
            "similarity = log_odds_symmetric: expected a model with train.contexts = window"
        )
    queries = np.hstack([model.input, model.output]) / np.float32(2)
    earlier = np.zeros((0, *queries.shape), np.float32)
    songs = np.hstack([model.output, model.input])
    return Model(queries, songs, model.vocabulary, earlier, (1 + model.ns_exponent) / 2)


def candidates_of(model: Model, similarity: str) -> Candidates:
    """Return all songs of a `scored_model`, to be scored by its similarity."""
    if similarity in ("cosine", "euclidean"):
        return candidates_for(similarity, model.input)
    if similarity == "dot":
        return dot_candidates(model.output)
    return log_odds_candidates(model.output, model.vocabulary.counts, model.ns_exponent)


def query_vectors(
    spaces: Sequence[NDArray[np.float32]], queries: Queries, similarity: str
) -> NDArray[np.float64]:
    """Return query vectors, float64 (queries, vector_size), from song vectors and weights.

    `spaces`: the input vectors, float32 (songs, vector_size), of songs one, two, ... places back; a
    single matrix if training has a single space. `cosine`: the weighted sum of unit vectors, made a
    unit vector again. `euclidean`: the weighted mean. `dot`, `log_odds`: the weighted sum, so that
    the songs add up their evidence for and against a candidate, as naive Bayes adds log odds. With
    several spaces, `dot` and `log_odds` leave out songs further back than training looked, and
    `cosine` and `euclidean` take the first space for all songs. A query without a song gets zeros.
    """
    told_apart = len(spaces) > 1 and similarity in ADDITIVE
    lengths = queries.lengths
    furthest = min(int(lengths.max(initial=0)), len(spaces) if told_apart else len(queries.songs))
    total = np.zeros((len(queries), spaces[0].shape[1]))
    sums = np.zeros(len(queries))
    for back in range(furthest):
        asked = np.flatnonzero(lengths > back)
        places = queries.offsets[asked + 1] - 1 - back
        vectors = spaces[back if told_apart else 0][queries.songs[places]].astype(np.float64)
        weights = queries.weights[places]
        total[asked] += weights[:, None] * (_unit(vectors) if similarity == "cosine" else vectors)
        sums[asked] += weights
    if similarity == "cosine":
        return _unit(total)
    if similarity == "euclidean":
        return total / np.maximum(sums, np.finfo(np.float64).tiny)[:, None]
    return total


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = lengths_of(vectors)
    usable = (norms > 0) & np.isfinite(norms)
    return vectors / np.where(usable, norms, 1.0)[:, None]
