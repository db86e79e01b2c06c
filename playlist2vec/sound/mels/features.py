"""Statistics of a mel spectrogram: a song in a few hundred numbers."""

import numpy as np
from numpy.typing import NDArray


def features_of(mel: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return mean, standard deviation and mean step of the bands: float32 (3 * bins,).

    `mel`: (frames, bins). A step is the size of the change between two frames. A song of 0 frames
    gets zeros.
    """
    levels = mel.astype(np.float32)
    if not len(levels):
        return np.zeros(3 * mel.shape[1], np.float32)
    steps = (
        np.abs(np.diff(levels, axis=0)).mean(axis=0) if len(levels) > 1 else np.zeros(mel.shape[1])
    )
    found: NDArray[np.float32] = np.concatenate(
        [levels.mean(axis=0), levels.std(axis=0), steps]
    ).astype(np.float32)
    return found
