"""Vectors of new songs from a trained model of sound."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, reading
from playlist2vec.models.audio.baselines import predict
from playlist2vec.sound.mels.features import features_of

WEIGHTS, ABOUT = "weights.npz", "about.json"
EXPECTED = "weights as `make audio` writes them"


def vectors_of(tower: str | Path, mels: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Return the unit vectors of songs by the model in the folder `tower`: float32 (songs, size).

    `mels`: uint8 (frames, bins) for each song, with the bands and levels of the training; a song of
    0 frames gets zeros. Raises DataError for a missing or damaged model, and for a number of bands
    that differs from the training.
    """
    about = read_json(Path(tower) / ABOUT)
    if about.get("model") == "statistics":
        features = np.stack([features_of(mel) for mel in mels])
        found = predict(Path(tower) / WEIGHTS, features)
        found[[not len(mel) for mel in mels]] = 0
        return found
    return _by_network(Path(tower) / WEIGHTS, about, mels)


def _by_network(
    path: Path, about: dict[str, float | str], mels: Sequence[NDArray[np.uint8]]
) -> NDArray[np.float32]:
    try:
        import torch
    except ImportError:
        raise DataError(f"{path}: torch is not installed: `make setup EXTRAS=audio`") from None
    from playlist2vec.models.audio.encoding import encode
    from playlist2vec.models.audio.towers import AudioTower
    from playlist2vec.models.neural.checkpoints import load_weights

    torch.set_num_threads(1)  # so that sums have a fixed order, as in training
    with reading(path, EXPECTED), np.load(path, allow_pickle=False) as found:
        arrays = dict(found)
    try:
        channels, bins, _ = arrays["convolutions.0.weight"].shape
        mean, std = float(about["mean"]), float(about["std"])
        network = AudioTower(
            str(about["stack"]), bins, channels, len(arrays["dense.bias"]), mean, std
        )
        load_weights(network, arrays)
        frames = int(about["frames"])
    except (KeyError, ValueError, RuntimeError) as error:
        raise DataError(f"{path}: {str(error).splitlines()[0]}: expected {EXPECTED}") from None
    if wrong := [mel.shape[1] for mel in mels if mel.shape[1] != bins]:
        raise DataError(
            f"{path}: trained on {bins} bands, asked with {wrong[0]}: expected the same audio.mel"
        )
    return encode(network, list(mels), frames)
