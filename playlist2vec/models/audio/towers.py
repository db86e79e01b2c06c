"""Networks: the audio tower, from mel spectrograms to vectors, and two playlist towers."""

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import normalize, pad

from playlist2vec.corpus.playlists import Playlists

KERNEL = 4
POOLS = (4, 4, 4, 2)
"""Frames that each layer of the authors' stack reduces to one: 128 become 1."""
SEED_LAYERS = 3


class AudioTower(nn.Module):  # type: ignore[misc]
    """Network from mel spectrograms, bytes (songs, frames, bins), to unit vectors (songs, size).

    The vectors are float32. `stack` authors: convolutions over time of KERNEL frames, each with
    batch normalisation and a pool of POOLS (arXiv 1807.06786, section 3.2). `stack` seed: the
    layers of wonjunior/DCUE, whose pools have stride 1 and so do not downsample; the mean over time
    follows. `mean`, `std`: of the bytes of the training songs.
    """

    def __init__(
        self, stack: str, bins: int, channels: int, size: int, mean: float, std: float
    ) -> None:
        super().__init__()
        pools = POOLS if stack == "authors" else (1,) * SEED_LAYERS
        widths = [bins, *(channels for _ in pools)]
        self.mean, self.std = mean, std
        self.convolutions = nn.ModuleList(nn.Conv1d(a, b, KERNEL) for a, b in pairwise(widths))
        self.norms = nn.ModuleList(nn.BatchNorm1d(channels) for _ in pools)
        self.pools = nn.ModuleList(
            nn.MaxPool1d(KERNEL, stride=1) if stack == "seed" else nn.MaxPool1d(pool)
            for pool in pools
        )
        self.dense = nn.Linear(channels, size)

    def forward(self, mels: Tensor) -> Tensor:
        """Return unit vectors: float32 (songs, size)."""
        x = ((mels.to(self.dense.weight.dtype) - self.mean) / self.std).transpose(1, 2)
        for convolution, norm, pool in zip(self.convolutions, self.norms, self.pools, strict=True):
            # Padded explicitly: padding "same" with an even kernel makes a copy.
            x = pool(torch.relu(norm(convolution(pad(x, (1, 2))))))
        return normalize(self.dense(x.mean(dim=2)), dim=1)


class SongsTower(nn.Module):  # type: ignore[misc]
    """Playlist tower: the mean of learned vectors of the playlist's songs, without the target."""

    def __init__(self, playlists: Playlists, songs: int, size: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding(songs, size)
        nn.init.normal_(self.vectors.weight, std=size**-0.5)
        self.playlists = playlists

    def forward(self, playlists: NDArray[np.int64], asked: NDArray[np.int64]) -> Tensor:
        """Return unit vectors, float32 (pairs, size), of `playlists` without the songs `asked`.

        `playlists`, `asked`: int64 (pairs,).
        """
        offsets, lengths = self.playlists.offsets, self.playlists.lengths[playlists]
        pair = np.repeat(np.arange(len(playlists)), lengths)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        songs = self.playlists.tracks[offsets[playlists][pair] + within].astype(np.int64)
        kept = songs != asked[pair]
        device = self.vectors.weight.device
        each = self.vectors(torch.from_numpy(songs[kept]).to(device))
        total = torch.zeros(len(playlists), each.shape[1], device=device)
        total = total.index_add(0, torch.from_numpy(pair[kept]).to(device), each)
        return normalize(total, dim=1)


class IdTower(nn.Module):  # type: ignore[misc]
    """Playlist tower: a learned vector for every training playlist, none for new playlists."""

    def __init__(self, playlists: int, size: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding(playlists, size)
        nn.init.normal_(self.vectors.weight, std=size**-0.5)

    def forward(self, playlists: NDArray[np.int64], asked: NDArray[np.int64]) -> Tensor:
        """Return unit vectors of `playlists`, int64 (pairs,): float32 (pairs, size).

        `asked` is ignored.
        """
        numbers = torch.from_numpy(playlists).to(self.vectors.weight.device)
        return normalize(self.vectors(numbers), dim=1)
