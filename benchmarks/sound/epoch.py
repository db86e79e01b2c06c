"""`python -m benchmarks.sound.epoch`: time an epoch of `dcue` beside the loop of wonjunior/DCUE.

Their loop is rewritten here after its code: four convolutions of 128 and then 256 channels, the
size of a song's vector; pooling with a stride of a frame; for every song 1 right and 20 wrong
songs, each in a pass of its own. Both train on the songs of data/audio with equal vector sizes and
crops. Their loop sees a song with one of its playlists, ours with at most 32.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import torch
from tabulate import tabulate
from torch import nn
from torch.nn.functional import cosine_similarity

from playlist2vec.base.files import read_json
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.models.audio.encoding import crops
from playlist2vec.models.audio.params import AudioParams
from playlist2vec.models.audio.towers import AudioTower, SongsTower
from playlist2vec.models.audio.training import SoundData, dcue_losses
from playlist2vec.models.neural.device import prepare
from playlist2vec.models.neural.losses import make_loss
from playlist2vec.models.neural.sampling import Membership
from playlist2vec.sound.mels.storage import Mels

SIZE, WRONG, BATCH = 256, 20, 20


class TheirTower(nn.Module):  # type: ignore[misc]
    """A tower from mel spectrograms, float32 (songs, bins, frames), to float32 (songs, SIZE).

    No layer shortens the spectrogram.
    """

    def __init__(self, bins: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after, kernel in (
            (bins, 128, 4),
            (128, SIZE, 4),
            (SIZE, SIZE, 4),
            (SIZE, SIZE, 2),
        ):
            layers += [nn.Conv1d(before, after, kernel, padding=kernel // 2), nn.ReLU()]
            layers += [nn.MaxPool1d(kernel, stride=1, padding=kernel // 2)]
        self.layers = nn.Sequential(
            *layers, nn.Conv1d(SIZE, 1, 1), nn.ReLU(), nn.AdaptiveAvgPool1d(SIZE), nn.Flatten()
        )
        self.dense = nn.Linear(SIZE, SIZE)

    def forward(self, mels: torch.Tensor) -> torch.Tensor:
        """Return the vectors."""
        return self.dense(self.layers(mels))


def theirs(data: SoundData, params: AudioParams) -> None:
    """Run an epoch of the re-created loop: every song with a playlist and WRONG wrong songs."""
    rng = np.random.default_rng(params.seed)
    audio = TheirTower(data.mels[0].shape[1])
    playlists = nn.Embedding(len(data.playlists), SIZE)
    optimiser = torch.optim.SGD([*audio.parameters(), *playlists.parameters()], lr=0.2)
    loss = make_loss("multi_margin", params.margin, params.temperature)
    holders = np.repeat(np.arange(len(data.playlists)), data.playlists.lengths)
    holder_of = dict(zip(data.playlists.tracks.tolist(), holders.tolist(), strict=True))
    order = rng.permutation(data.training)
    for first in range(0, len(order), BATCH):
        songs = order[first : first + BATCH]
        asked = playlists(torch.tensor([holder_of[song] for song in songs.tolist()]))
        scores = []
        for number in range(1 + WRONG):
            shown = songs if number == 0 else rng.choice(data.training, len(songs))
            heard = (crops(data.mels, shown, params.frames, rng).float() - data.mean) / data.std
            scores.append(cosine_similarity(asked, audio(heard.transpose(1, 2))))
        wrong = torch.stack(scores[1:], dim=1)
        optimiser.zero_grad()
        loss(scores[0], wrong, torch.ones_like(wrong, dtype=torch.bool)).backward()
        optimiser.step()


def ours(data: SoundData, params: AudioParams) -> None:
    """Run an epoch of this project's training."""
    audio = AudioTower(
        params.stack, data.mels[0].shape[1], params.channels, SIZE, data.mean, data.std
    )
    playlist = SongsTower(data.playlists, len(data.mels), SIZE)
    optimiser = torch.optim.Adam(
        [*audio.parameters(), *playlist.parameters()], lr=params.learning_rate
    )
    membership = Membership(data.playlists, len(data.mels))
    rng = np.random.Generator(np.random.PCG64([params.seed, 0]))
    for loss in dcue_losses(audio, playlist, membership, data, params, rng):
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def seconds(
    epoch: Callable[[SoundData, AudioParams], None], data: SoundData, params: AudioParams
) -> float:
    """Return the CPU seconds of an epoch."""
    start = time.process_time()
    epoch(data, params)
    return time.process_time() - start


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sound.epoch", description=__doc__)
    parser.add_argument(
        "--repeats", type=int, default=3, help="times that each is measured, in turn (%(default)s)"
    )
    repeats = parser.parse_args().repeats
    folder = Path("data/audio")
    params = replace(
        read_section("pipelines/audio/params.yaml", AudioParams),
        model="dcue",
        stack="authors",
        embedding=SIZE,
    )
    prepare("cpu", "device")
    levels = read_json(folder / "split/levels.json")
    playlists = Playlists.load(folder / "split/train.npz")
    vectors = np.zeros((0, 0), np.float32)
    data = SoundData(
        Mels.load(folder / "mels").all_songs(), playlists, vectors, levels["mean"], levels["std"]
    )
    seconds(ours, data, params)  # the first run of a process also loads kernels
    pairs = [(seconds(ours, data, params), seconds(theirs, data, params)) for _ in range(repeats)]
    mine, other = (median(pair[side] for pair in pairs) for side in (0, 1))
    rows = [
        ["theirs, re-created", f"{other:.2f}", "1"],
        ["ours", f"{mine:.3f}", f"1/{other / mine:.0f}"],
    ]
    print(f"{len(data.training):,} songs, {len(playlists):,} playlists, {SIZE} numbers a song\n")
    print(tabulate(rows, ["epoch", "CPU s", "ratio"], tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()
