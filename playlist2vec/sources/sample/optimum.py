"""The true next-song distribution of the data set `sample`, and the best reachable hit rate."""

from math import fsum

import numpy as np
from numpy.typing import NDArray

from playlist2vec.sources.sample.ring import MILLION, Catalogue


def true_next(catalogue: Catalogue, song: int) -> NDArray[np.float64]:
    """Return the probability of every song to follow `song`, by place: float64 (songs,), sum 1."""
    repeat, *neighbours, anything = catalogue.odds
    chance: NDArray[np.float64] = anything / MILLION * catalogue.weights / catalogue.weights.sum()
    for odds, reach in zip(neighbours, catalogue.reaches, strict=True):
        window = np.delete(np.arange(song - reach, song + reach + 1), reach) % len(catalogue)
        chance[window] += (
            odds / MILLION * catalogue.weights[window] / catalogue.weights[window].sum()
        )
    chance[song] += repeat / MILLION
    return chance


def best_hit_at(k: int, catalogue: Catalogue, queries: NDArray[np.integer]) -> float:
    """Return the expected hit@k of the best possible ranking, to 6 digits.

    For a query s the best list holds the k songs t other than s with the largest P(t | s). The
    probability of a hit is the sum of these P(t | s), and the result is the mean over `queries`,
    places, (n,), n > 0.
    """
    songs, counts = np.unique(queries, return_counts=True)
    blocks = (slice(start, start + 1000) for start in range(0, len(songs), 1000))
    hits = (
        _largest_next(k, catalogue, songs[block].astype(np.int64)) * counts[block, None]
        for block in blocks
    )
    return round(fsum(each for block in hits for each in block.ravel().tolist()) / len(queries), 6)


def _largest_next(k: int, catalogue: Catalogue, songs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the k largest probabilities of another song to follow every song: float64 (n, k).

    `songs`: places, (n,). Outside the wide window the probability is proportional to the weight, so
    only the window and the k + 1 heaviest songs are candidates.
    """
    near, far = catalogue.reaches
    _, narrow, wide, anything = (odds / MILLION for odds in catalogue.odds)
    steps = np.delete(np.arange(-far, far + 1), far)
    weights = catalogue.weights[(songs[:, None] + steps) % len(catalogue)]
    nearest = np.where(np.abs(steps) <= near, weights, 0)
    any_song = anything / catalogue.weights.sum()
    inside = any_song * weights
    inside += narrow * nearest / nearest.sum(axis=1, keepdims=True)
    inside += wide * weights / weights.sum(axis=1, keepdims=True)
    heaviest = np.argsort(-catalogue.weights, kind="stable")[: k + 1]
    distance = (heaviest - songs[:, None]) % len(catalogue)
    is_outside = (distance > far) & (distance < len(catalogue) - far)
    outside = np.where(is_outside, any_song * catalogue.weights[heaviest], 0.0)
    return -np.sort(-np.concatenate([inside, outside], axis=1), axis=1)[:, :k]
