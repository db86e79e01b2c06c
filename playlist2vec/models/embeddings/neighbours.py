"""Neighbours of songs for notebooks, as the course needs them."""

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Rows
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries


def predict_batch(
    seeds: NDArray[np.integer], k: int, vectors: NDArray[np.float32], *, similarity: str = "cosine"
) -> NDArray[np.int64]:
    """Return the k songs nearest to every seed, best first, never the seed itself.

    Ties go to the smaller index. `seeds`: integers (queries,), rows of `vectors`, float32 (songs,
    vector_size). `similarity`: cosine or euclidean. Returns int64 (queries, k), padded with -1 if
    fewer than k songs have finite vectors. Raises DataError for a seed that is not a row, a k below
    1 or an unknown similarity.

    The usual way, to ask for k + 1 neighbours and drop the first, is wrong if two vectors are
    equal.
    """
    seeds = np.asarray(seeds)
    if seeds.ndim != 1 or not np.issubdtype(seeds.dtype, np.integer):
        raise DataError(
            f"seeds: {seeds.dtype} {seeds.shape}: "
            "expected a list of whole numbers, the rows of songs"
        )
    wrong = seeds[(seeds < 0) | (seeds >= len(vectors))]
    if len(wrong):
        raise DataError(f"seeds: {wrong[0]}: expected rows from 0 to {len(vectors) - 1}")
    if k < 1:
        raise DataError(f"k = {k}: expected 1 or more")
    if similarity not in ("cosine", "euclidean"):
        raise DataError(f"similarity = {similarity}: expected cosine or euclidean")
    songs = Rows(seeds.astype(np.int64))
    ranker = EmbeddingRanker(Model.of_vectors(vectors), similarity)
    return ranker.suggest(Queries.of_each(songs), Exclusions.of_each(songs), k)
