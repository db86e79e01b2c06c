"""Ways to find cold songs without a network: chance, nearest sounds, ridge regression, and the
artist's name.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import reading, whole_file
from playlist2vec.models.audio.vectors import SongVectors, unit

RANDOM_SIZE = 16
PENALTIES = tuple(10.0**power for power in range(7))
"""What ridge regression may choose of, by leaving one training song out."""


class Regression(NamedTuple):
    """From features, standardised, to a vector: float64 (size, features) and (size,); `penalty` of
    the fit.
    """

    coefficients: NDArray[np.float64]
    intercept: NDArray[np.float64]
    penalty: float


def standardised(features: NDArray[np.float32], training: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return features, float32 (songs, features), with mean 0 and deviation 1 over `training`, bool
    (songs,).
    """
    return scaled_by(features, *moments(features, training))


def moments(
    features: NDArray[np.float32], training: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and deviation of each feature over `training`, float64 (features,); 1 for a
    deviation of 0.
    """
    known = features[training].astype(np.float64)
    deviation = known.std(axis=0)
    return known.mean(axis=0), np.where(deviation > 0, deviation, 1.0)


def scaled_by(
    features: NDArray[np.float32], mean: NDArray[np.float64], deviation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return features less their mean, in deviations: float64 (songs, features)."""
    scaled: NDArray[np.float64] = (features - mean) / deviation
    return scaled


def random_vectors(songs: int, seed: int) -> SongVectors:
    """Return vectors drawn at random."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return SongVectors.of_units(
        rng.standard_normal((songs, RANDOM_SIZE)), rng.standard_normal((songs, RANDOM_SIZE))
    )


def ridge(
    features: NDArray[np.float64], vectors: NDArray[np.float32], training: NDArray[np.bool_]
) -> tuple[SongVectors, Regression]:
    """Return song vectors predicted from features, and the regression.

    `features`: float64 (songs, features), standardised. `vectors`: float32 (songs, size),
    Word2Vec's, of which those of the training songs, bool (songs,), are fitted as unit vectors.
    Queries are Word2Vec's vectors.
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
    """Write a regression with the mean and deviation of the features it takes; equal ones give
    equal bytes.
    """
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(
            file,
            coef=learned.coefficients,
            intercept=learned.intercept,
            mean=mean,
            deviation=deviation,
        )


def predict(path: str | Path, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit vectors for features, float32 (songs, features), by what `save_regression` wrote."""
    with (
        reading(path, "weights as `make audio` writes them"),
        np.load(path, allow_pickle=False) as found,
    ):
        scaled = scaled_by(features, found["mean"], found["deviation"])
        return unit(scaled @ found["coef"].T + found["intercept"])


def artist_mean(
    artists: Sequence[str], vectors: NDArray[np.float32], training: NDArray[np.bool_]
) -> SongVectors:
    """Return for each song the mean Word2Vec vector of its artist's training songs; zeros for a new
    artist.

    `artists`: the id of each song's artist, empty where none is known. `vectors`: float32 (songs,
    size).
    """
    known = np.where(training[:, None], unit(vectors), 0).astype(np.float32)
    number_of = {artist: number for number, artist in enumerate(sorted({*artists, ""}))}
    number = np.array([number_of[artist] for artist in artists])
    sums = np.zeros((len(number_of), vectors.shape[1]))
    np.add.at(sums, number[training], known[training])
    sums[number_of[""]] = 0
    return SongVectors(known, unit(sums[number]))
