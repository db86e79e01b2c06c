"""Ranks with scikit-learn's KDTree, as in the course, equal to those of `dense.rank_targets`."""

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KDTree

from playlist2vec.base.progress import watched
from playlist2vec.ranking.candidates import Candidates, exact_scores
from playlist2vec.ranking.dense import can_be_ranked, rank_targets
from playlist2vec.ranking.exclusions import Exclusions

LEAF_SIZE = 10


def rank_targets_by_tree(
    similarity: str,
    queries: NDArray[np.float64],
    candidates: Candidates,
    targets: NDArray[np.integer],
    excluded: Exclusions,
) -> NDArray[np.float64]:
    """Return the ranks of `rank_targets`, counted with a KDTree over all songs.

    The tree counts the songs that are nearer to the query than its target. Songs at the target's
    distance except for rounding, equal vectors among them, are compared by `exact_scores` and
    index. Excluded songs are not counted. A query of zeros under `cosine` has no nearest song and
    is left to `rank_targets`.
    """
    candidates = candidates.limited_to(excluded.allowed)
    ranks = np.full(len(targets), np.inf)
    possible = can_be_ranked(queries, candidates, targets, excluded)
    pointless = possible & ~queries.any(axis=1)
    others = np.flatnonzero(pointless)
    if len(others):
        ranks[others] = rank_targets(
            queries[others], candidates, targets[others], excluded.choose(others)
        )
    asked = np.flatnonzero(possible & ~pointless)
    if len(asked):
        ranks[asked] = _count_by_tree(
            similarity, queries[asked], candidates, targets[asked], excluded.choose(asked)
        )
    return ranks


def _count_by_tree(
    similarity: str,
    queries: NDArray[np.float64],
    candidates: Candidates,
    targets: NDArray[np.integer],
    excluded: Exclusions,
) -> NDArray[np.float64]:
    points, asked = _points(similarity, queries, candidates)
    songs = np.flatnonzero(candidates.finite)
    tree = KDTree(points[songs], leaf_size=LEAF_SIZE)
    squared = np.sum((asked - points[targets]) ** 2, axis=1)
    # Far above the rounding error of a float64 distance; songs within it are compared exactly.
    rounding = 1e-12 * np.maximum(
        1.0, np.sum(asked**2, axis=1) + np.max(np.sum(points[songs] ** 2, axis=1))
    )
    bars = exact_scores(queries, candidates, targets)
    ranks = np.empty(len(targets))
    for query, target in enumerate(watched(targets.tolist(), "ranking", unit="queries")):
        radius = np.sqrt(squared[query] + rounding[query])
        found, distances = tree.query_radius(asked[query : query + 1], radius, return_distance=True)
        within = songs[found[0]]
        allowed = ~np.isin(within, excluded.of_block(query, query + 1)[1])
        nearer = distances[0] ** 2 < squared[query] - rounding[query]
        ring = within[allowed & ~nearer]
        scores = exact_scores(
            np.broadcast_to(queries[query], (len(ring), queries.shape[1])), candidates, ring
        )
        ahead = (scores > bars[query]) | ((scores == bars[query]) & (ring < target))
        ranks[query] = 1 + np.count_nonzero(allowed & nearer) + np.count_nonzero(ahead)
    return ranks


def _points(
    similarity: str, queries: NDArray[np.float64], candidates: Candidates
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return songs and queries as points, float64 (songs, n) and (queries, n): near means similar.

    The points of `cosine` are unit vectors. A song of zeros, whose cosine is 0, is put at right
    angles to every query: at 1 in a dimension of its own, so that its squared distance to a unit
    query is 2 - 2 * 0.
    """
    points = candidates.vectors.astype(np.float64)
    if similarity == "euclidean":
        return points, queries
    zeros = candidates.finite & ~candidates.vectors.any(axis=1)
    points = np.column_stack([points * candidates.scale[:, None], zeros])
    return points, np.column_stack([queries, np.zeros(len(queries))])
