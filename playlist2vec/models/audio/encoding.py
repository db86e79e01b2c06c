"""Crops of mel spectrograms for the audio tower, and song vectors as means over crops."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playlist2vec.models.audio.towers import AudioTower
from playlist2vec.models.audio.vectors import unit

CROPS = 64
"""Crops encoded per batch."""


def crops(
    mels: list[NDArray[np.uint8]], songs: NDArray[np.int64], frames: int, rng: np.random.Generator
) -> Tensor:
    """Return a random crop of every song, uint8 (songs, frames, bins), padded with silence."""
    pieces = []
    for song in songs.tolist():
        mel = mels[song]
        start = int(rng.integers(max(len(mel) - frames, 0) + 1))
        pieces.append(_filled(mel[start : start + frames], frames))
    return torch.from_numpy(np.stack(pieces))


def encode(audio: AudioTower, mels: list[NDArray[np.uint8]], frames: int) -> NDArray[np.float32]:
    """Return a unit vector for every song, float32 (songs, size): the mean over crops.

    A song without sound gets zeros.
    """
    device = audio.dense.weight.device
    pieces = [(song, start) for song, mel in enumerate(mels) for start in starts(len(mel), frames)]
    total = np.zeros((len(mels), audio.dense.out_features), np.float32)
    audio.eval()
    with torch.no_grad():
        for first in range(0, len(pieces), CROPS):
            some = pieces[first : first + CROPS]
            block = np.stack(
                [_filled(mels[song][start : start + frames], frames) for song, start in some]
            )
            found = audio(torch.from_numpy(block).to(device)).cpu().numpy()
            np.add.at(total, [song for song, _ in some], found)
    return unit(total)


def starts(length: int, frames: int) -> list[int]:
    """Return the first frames of the crops of a song of `length` frames.

    The crops are spaced evenly, at most half a crop apart, and cover the whole song. A song that is
    no longer than a crop has a single crop; a song of 0 frames has none.
    """
    beyond = max(length - frames, 0)
    count = -(-2 * beyond // frames) + 1 if length else 0
    return [round(number * beyond / max(count - 1, 1)) for number in range(count)]


def _filled(piece: NDArray[np.uint8], frames: int) -> NDArray[np.uint8]:
    if len(piece) == frames:
        return piece
    filled = np.zeros((frames, piece.shape[1]), np.uint8)
    filled[: len(piece)] = piece
    return filled
