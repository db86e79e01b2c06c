"""Training of the audio tower: with a playlist tower (dcue) or on Word2Vec vectors (align)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.models.audio.encoding import crops, encode
from playlist2vec.models.audio.params import AudioParams
from playlist2vec.models.audio.towers import AudioTower, IdTower, SongsTower
from playlist2vec.models.audio.vectors import SongVectors, unit
from playlist2vec.models.neural.device import prepare
from playlist2vec.models.neural.loop import Task, falling, train
from playlist2vec.models.neural.losses import make_loss
from playlist2vec.models.neural.sampling import Membership, batches


@dataclass(frozen=True, eq=False)
class SoundData:
    """The data of a training of sound.

    `mels`: uint8 (frames, bins) by song code, of 0 frames for a song without sound. `playlists`:
    the training playlists, which hold codes of training songs alone. `vectors`: float32 (songs,
    size), of Word2Vec, zeros for a song unknown to Word2Vec. `mean`, `std`: of the bytes of the
    training songs.
    """

    mels: list[NDArray[np.uint8]]
    playlists: Playlists
    vectors: NDArray[np.float32]
    mean: float
    std: float

    @property
    def training(self) -> NDArray[np.int64]:
        """Codes of the songs in training playlists, rising: int64."""
        return np.unique(self.playlists.tracks).astype(np.int64)


@dataclass(frozen=True, eq=False)
class TrainedTower:
    """The audio tower, the playlist tower or None, and the points of the training curve."""

    audio: AudioTower
    playlist: nn.Module | None
    curve: list[dict[str, float]]


def train_tower(
    data: SoundData,
    params: AudioParams,
    checkpoint: Path,
    measure: Callable[[SongVectors], dict[str, float]],
    report: Callable[[int, float], object],
) -> TrainedTower:
    """Train according to `params`, from `checkpoint` on if the file exists.

    `measure`: scores of song vectors, for the curve. `report`: called with the number and the loss
    of each epoch.
    """
    device = prepare(params.device, "audio.train.device")
    torch.manual_seed(params.seed)
    size = data.vectors.shape[1] if params.model == "align" else params.embedding
    bins = data.mels[0].shape[1]
    audio = AudioTower(params.stack, bins, params.channels, size, data.mean, data.std).to(device)
    playlist = None if params.model == "align" else _playlist_tower(data, params).to(device)
    module = nn.ModuleList([audio] if playlist is None else [audio, playlist])
    losses = _losses(audio, playlist, data, params)

    def now() -> dict[str, float]:
        return measure(SongVectors.of_units(encode(audio, data.mels, params.frames)))

    optimiser, rate = _optimiser(module, params), falling(params.learning_rate, params.epochs)
    task = Task(module, optimiser, losses, now, rate, params.epochs, params.every)
    return TrainedTower(audio, playlist, train(task, checkpoint, report))


def align_losses(
    audio: AudioTower, data: SoundData, params: AudioParams, rng: np.random.Generator
) -> Iterator[Tensor]:
    """Yield the cross-entropy of each batch, with Word2Vec vectors as classes.

    The classes of a song's sound are the Word2Vec vectors of all songs of the batch, the song's own
    vector being the right class.
    """
    device = audio.dense.weight.device
    targets = unit(data.vectors)
    order = rng.permutation(data.training)
    for first in range(0, len(order), params.batch_songs):
        songs = order[first : first + params.batch_songs]
        if len(songs) > 1:
            found = audio(crops(data.mels, songs, params.frames, rng).to(device))
            scores = found @ torch.from_numpy(targets[songs]).to(device).T / params.temperature
            yield cross_entropy(scores, torch.arange(len(songs), device=device))


def dcue_losses(
    audio: AudioTower,
    playlist: nn.Module,
    membership: Membership,
    data: SoundData,
    params: AudioParams,
    rng: np.random.Generator,
) -> Iterator[Tensor]:
    """Yield the loss of each batch, by `params.criterion`.

    The right answer of a playlist is one of its songs; wrong answers are other songs of the batch.
    """
    device = audio.dense.weight.device
    loss = make_loss(params.criterion, params.margin, params.temperature)
    sizes = params.batch_songs, params.playlists_per_song, params.negatives
    for batch in batches(membership, data.training, *sizes, rng):
        songs = audio(crops(data.mels, batch.songs, params.frames, rng).to(device))
        scores = playlist(batch.playlists, batch.songs[batch.right]) @ songs.T
        right = scores.gather(1, torch.from_numpy(batch.right).to(device)[:, None])[:, 0]
        wrong = scores.gather(1, torch.from_numpy(batch.wrong).to(device))
        yield loss(right, wrong, torch.from_numpy(batch.there).to(device))


def _losses(
    audio: AudioTower, playlist: nn.Module | None, data: SoundData, params: AudioParams
) -> Callable[[int], Iterator[Tensor]]:
    """Return the function from an epoch to the batch losses of `params.model`."""
    if playlist is None:
        return lambda epoch: align_losses(audio, data, params, _stream(params, epoch))
    membership = Membership(data.playlists, len(data.mels))
    return lambda epoch: dcue_losses(
        audio, playlist, membership, data, params, _stream(params, epoch)
    )


def _playlist_tower(data: SoundData, params: AudioParams) -> nn.Module:
    if params.playlist == "songs":
        return SongsTower(data.playlists, len(data.mels), params.embedding)
    return IdTower(len(data.playlists), params.embedding)


def _optimiser(module: nn.Module, params: AudioParams) -> torch.optim.Optimizer:
    kind = torch.optim.Adam if params.optimiser == "adam" else torch.optim.SGD
    return kind(module.parameters(), lr=params.learning_rate)


def _stream(params: AudioParams, epoch: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([params.seed, epoch]))
