"""Rankings of cold songs without a network: random, nearest sounds, ridge, artist mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import reading, whole_file
from playlist2vec.models.audio.vectors import SongVectors, unit

RANDOM_SIZE = 16
PENALTIES = tuple(10.0**power for power in range(7))
"""Candidate penalties of ridge regression, chosen by leaving one training song out."""


class Regression(NamedTuple):
    """A linear map from standardised features to vectors.

    `coefficients`: float64 (size, features). `intercept`: float64 (size,). `penalty`: of the fit.
    """

    coefficients: NDArray[np.float64]
    intercept: NDArray[np.float64]
    penalty: float


def standardised(features: NDArray[np.float32], training: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return features with mean 0 and deviation 1 over training songs: float64 (songs, features).

    `features`: float32 (songs, features). `training`: bool (songs,).
    """
    return scaled_by(features, *moments(features, training))


def moments(
    features: NDArray[np.float32], training: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and deviation of every feature over the training songs: float64 (features,).

    A deviation of 0 is replaced by 1. `training`: bool (songs,).
    """
    known = features[training].astype(np.float64)
    deviation = known.std(axis=0)
    return known.mean(axis=0), np.where(deviation > 0, deviation, 1.0)


def scaled_by(
    features: NDArray[np.float32], mean: NDArray[np.float64], deviation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (features - mean) / deviation: float64 (songs, features)."""
    scaled: NDArray[np.float64] = (features - mean) / deviation
    return scaled


def random_vectors(songs: int, seed: int) -> SongVectors:
    """Return random vectors, of size RANDOM_SIZE."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return SongVectors.of_units(
        rng.standard_normal((songs, RANDOM_SIZE)), rng.standard_normal((songs, RANDOM_SIZE))
    )


def ridge(
    features: NDArray[np.float64], vectors: NDArray[np.float32], training: NDArray[np.bool_]
) -> tuple[SongVectors, Regression]:
    """Return song vectors predicted from features, and the regression.

    `features`: float64 (songs, features), standardised. `vectors`: float32 (songs, size), of
    Word2Vec. `training`: bool (songs,), the songs whose unit vectors are fitted. The query vectors
    are those of Word2Vec, zeros outside training.
    """
    from sklearn.linear_model import RidgeCV

    known = unit(vectors)
    fit = RidgeCV(alphas=PENALTIES).fit(features[training], known[training].astype(np.float64))
    query = np.where(training[:, None], known, 0).astype(np.float32)
    learned = Regression(fit.coef_, fit.intercept_, float(fit.alpha_))
    return SongVectors(query, unit(fit.predict(features))), learned


def save_regression(
    path: str | Path, learned: Regression, mean: NDArray[np.float64], deviation: NDArray[np.float64]
) -> None:
    """Write a regression, and mean and deviation of the features; equal input gives equal bytes."""
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(
            file,
            coef=learned.coefficients,
            intercept=learned.intercept,
            mean=mean,
            deviation=deviation,
        )


def predict(path: str | Path, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit vectors for features, float32 (songs, features), by a saved regression.

    `path`: a file that `save_regression` wrote.
    """
    with (
        reading(path, "weights as `make audio` writes them"),
        np.load(path, allow_pickle=False) as found,
    ):
        scaled = scaled_by(features, found["mean"], found["deviation"])
        return unit(scaled @ found["coef"].T + found["intercept"])


def artist_mean(
    artists: Sequence[str], vectors: NDArray[np.float32], training: NDArray[np.bool_]
) -> SongVectors:
    """Return for every song the mean Word2Vec vector of the artist's training songs.

    `artists`: the artist id of each song, empty if unknown. `vectors`: float32 (songs, size).
    `training`: bool (songs,). The songs of a new or unknown artist get zeros.
    """
    known = np.where(training[:, None], unit(vectors), 0).astype(np.float32)
    number_of = {artist: number for number, artist in enumerate(sorted({*artists, ""}))}
    number = np.array([number_of[artist] for artist in artists])
    sums = np.zeros((len(number_of), vectors.shape[1]))
    np.add.at(sums, number[training], known[training])
    sums[number_of[""]] = 0
    return SongVectors(known, unit(sums[number]))
