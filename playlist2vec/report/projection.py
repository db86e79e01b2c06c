"""Projection of song vectors to a map in two dimensions."""

import numpy as np
from numpy.typing import NDArray

EDGE = 65_535
"""The largest coordinate of a map."""
PERPLEXITY = 30.0


def map_of(unit: NDArray[np.float32], seed: int) -> NDArray[np.uint16]:
    """Return map coordinates by t-SNE, close together for similar directions: uint16 (songs, 2).

    `unit`: float32 (songs, vector_size), of length 1. The longer side of the map spans 0 to EDGE.
    Distances between clusters and sizes of clusters mean nothing (van der Maaten and Hinton,
    Visualizing data using t-SNE, JMLR 9, 2008). Computed by scikit-learn, initialized with the
    first two principal components.
    """
    songs = len(unit)
    if songs < 5:
        return _to_edges(np.arange(2 * songs, dtype=np.float64).reshape(songs, 2))
    from sklearn.manifold import TSNE

    projection = TSNE(
        n_components=2,
        init="pca",
        perplexity=min(PERPLEXITY, (songs - 1) / 3),
        max_iter=500,
        random_state=seed,
        n_jobs=1,
    )
    # t-SNE accepts only finite numbers.
    usable = np.where(np.isfinite(unit), unit, 0).astype(np.float64)
    return _to_edges(np.asarray(projection.fit_transform(usable), np.float64))


def _to_edges(points: NDArray[np.float64]) -> NDArray[np.uint16]:
    if not len(points):
        return np.zeros((0, 2), np.uint16)
    spread = float(np.ptp(points, axis=0).max()) or 1.0
    places: NDArray[np.uint16] = np.round((points - points.min(axis=0)) / spread * EDGE).astype(
        np.uint16
    )
    return places
