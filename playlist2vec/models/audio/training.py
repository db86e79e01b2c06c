"""Training of the audio tower: beside a playlist tower (dcue), or on the vectors that Word2Vec has
learned (align).
"""

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
    """What a training of sound sees.

    `mels`: of each song by code, uint8 (frames, bins), of 0 frames for one without sound.
    `playlists`: those for training, codes of training songs alone. `vectors`: float32 (songs,
    size), Word2Vec's, zeros for a song that it does not know. `mean`, `std`: of the bytes of the
    training songs.
    """

    mels: list[NDArray[np.uint8]]
    playlists: Playlists
    vectors: NDArray[np.float32]
    mean: float
    std: float

    @property
    def training(self) -> NDArray[np.int64]:
        """The songs that training playlists hold, rising: int64."""
        return np.unique(self.playlists.tracks).astype(np.int64)


@dataclass(frozen=True, eq=False)
class TrainedTower:
    """The audio tower, the playlist tower if there is one, and a row of numbers for each point of
    the curve.
    """

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
    """Train as `params` say, from `checkpoint` on if it is there.

    `measure`: scores of the songs' vectors, for the curve. `report`: called with each epoch's
    number and loss.
    """
    device = prepare(params.device, "audio.train.device")
    torch.manual_seed(params.seed)
    size = data.vectors.shape[1] if params.model == "align" else params.embedding
    bins = data.mels[0].shape[1]
    audio = AudioTower(params.stack, bins, params.channels, size, data.mean, data.std).to(device)
    playlist = None if params.model == "align" else _playlist_tower(data, params).to(device)
    module = nn.ModuleList([audio] if playlist is None else [audio, playlist])
    if playlist is None:

        def losses(epoch: int) -> Iterator[Tensor]:
            return align_losses(audio, data, params, _stream(params, epoch))

    else:
        membership = Membership(data.playlists, len(data.mels))

        def losses(epoch: int) -> Iterator[Tensor]:
            return dcue_losses(audio, playlist, membership, data, params, _stream(params, epoch))

    def now() -> dict[str, float]:
        return measure(SongVectors.of_units(encode(audio, data.mels, params.frames)))

    optimiser = _optimiser(module, params)
    curve = train(
        Task(
            module,
            optimiser,
            losses,
            now,
            falling(params.learning_rate, params.epochs),
            params.epochs,
            params.every,
        ),
        checkpoint,
        report,
    )
    return TrainedTower(audio, playlist, curve)


def align_losses(
    audio: AudioTower, data: SoundData, params: AudioParams, rng: np.random.Generator
) -> Iterator[Tensor]:
    """Yield the loss of each batch: a song's sound is told its Word2Vec vector among those of the
    batch, by softmax.
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
    """Yield the loss of each batch: a playlist is told its song among others of the batch, by the
    criterion.
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


def _playlist_tower(data: SoundData, params: AudioParams) -> nn.Module:
    if params.playlist == "songs":
        return SongsTower(data.playlists, len(data.mels), params.embedding)
    return IdTower(len(data.playlists), params.embedding)


def _optimiser(module: nn.Module, params: AudioParams) -> torch.optim.Optimizer:
    kind = torch.optim.Adam if params.optimiser == "adam" else torch.optim.SGD
    return kind(module.parameters(), lr=params.learning_rate)


def _stream(params: AudioParams, epoch: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([params.seed, epoch]))
