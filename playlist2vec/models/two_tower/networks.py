"""The torch networks of two towers: songs, listeners by recent songs, listeners by id and time."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import embedding_bag

from playlist2vec.models.two_tower.inputs import HOURS, MOMENTS, PAUSES, Inputs, moments
from playlist2vec.models.two_tower.params import TowerParams

SHORT = 20
"""Listens in the short-term mean."""
CLOCK = 8
"""Size of the embedding of the hour, and of the pause."""
STD = 0.05
"""Standard deviation of song embeddings at the start."""


class Shape(NamedTuple):
    """The numbers of songs, artists and listeners; first and last second of training listens."""

    songs: int
    artists: int
    users: int
    first: int
    last: int


class Songs(nn.Module):  # type: ignore[misc]
    """Song embeddings: the sum of a song vector and an artist vector, with sparse gradients."""

    def __init__(self, shape: Shape, artists: NDArray[np.int32], size: int) -> None:
        super().__init__()
        self.song = nn.Embedding(shape.songs, size, sparse=True)
        self.artist = nn.Embedding(shape.artists, size, sparse=True)
        for table in (self.song, self.artist):
            nn.init.normal_(table.weight, std=STD)
        self.artists = torch.from_numpy(artists.astype(np.int64))

    def forward(self, rows: Tensor) -> Tensor:
        """Return the embeddings of distinct rows: float32 (rows, size)."""
        return self.song(rows) + self.artist(self.artists.to(rows.device)[rows])


class RecentNetwork(nn.Module):  # type: ignore[misc]
    """A network that describes a listener by recent songs, pause and hour.

    Its inputs are the last song, the mean of the last SHORT songs, the mean of the last
    `songs_back` songs, the pause and the hour. The first mean weighs a listen n listens ago by a
    learned weight, the second by n to a learned power. A query vector is the sum of the last song
    and the means, each times a learned number, plus the output of layers on all inputs. A song's
    vector is its embedding. A listener has no embedding.
    """

    def __init__(self, shape: Shape, artists: NDArray[np.int32], params: TowerParams) -> None:
        super().__init__()
        size = params.embedding
        self.songs = Songs(shape, artists, size)
        self.pause, self.hour = nn.Embedding(PAUSES, CLOCK), nn.Embedding(HOURS, CLOCK)
        ages = torch.arange(1, min(SHORT, params.songs_back) + 1)
        self.short = nn.Parameter(-0.3 * torch.log(ages.float()))
        self.power = nn.Parameter(torch.tensor(0.7))
        self.shares = nn.Parameter(torch.tensor([0.0, 1.0, 1.0]))
        self.layers = _layers(3 * size + 2 * CLOCK, (*params.layers, size))
        self.dropout = nn.Dropout(params.dropout)

    def forward(self, inputs: Inputs, targets: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return vectors of queries and of the songs `targets`: float32 (queries, size) each.

        `targets`: int64 (queries,).
        """
        device = self.short.device
        # Each song of the batch is looked up once, so that its gradient has one row.
        different, places = np.unique(
            np.concatenate([inputs.rows, targets[:, None]], axis=1), return_inverse=True
        )
        none = int(different[0] < 0)
        table = self.songs(torch.from_numpy(different[none:]).to(device))
        found = torch.from_numpy(places.reshape(len(targets), -1) - none).to(device)
        last, short, long, asked = self._sums(table, found).unbind(dim=1)
        pause, hour = (torch.from_numpy(each).to(device) for each in (inputs.pauses, inputs.hours))
        x = self.dropout(torch.cat([last, short, long, self.pause(pause), self.hour(hour)], dim=1))
        query = _through(self.layers, x)
        query = query + self.shares[0] * last + self.shares[1] * short + self.shares[2] * long
        return query, asked

    def _sums(self, table: Tensor, found: Tensor) -> Tensor:
        """Return the last song, both means and the target: float32 (queries, 4, size).

        `found`: int64 (queries, songs_back + 1), places in `table`, the target's last, below 0 for
        none.
        """
        there = (found >= 0).float()
        heard, back = found[:, :-1], len(self.short)
        ages = torch.arange(1, heard.shape[1] + 1, device=found.device).float()
        short = _shares(torch.exp(self.short) * there[:, :back])
        long = _shares(ages**-self.power * there[:, :-1])
        places = torch.cat([heard[:, :1], heard[:, :back], found], dim=1)
        weights = torch.cat([there[:, :1], short, long, there[:, -1:]], dim=1)
        # All sums are made at once, so that the table has one gradient. A missing song weighs 0.
        begins = torch.tensor([0, 1, 1 + back, places.shape[1] - 1], device=found.device)
        begins = begins + places.shape[1] * torch.arange(len(found), device=found.device)[:, None]
        sums = embedding_bag(
            places.clamp(min=0).reshape(-1),
            table,
            begins.reshape(-1),
            per_sample_weights=weights.reshape(-1),
            mode="sum",
        )
        return sums.view(len(found), 4, -1)


def _shares(weights: Tensor) -> Tensor:
    return weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-6)


class UserTimeNetwork(nn.Module):  # type: ignore[misc]
    """A network with embeddings of listener, time, song and artist, and layers on both sides.

    The query and candidate towers of Cochran, Deep Learning ListenBrainz Recommendation, 2022.
    """

    def __init__(self, shape: Shape, artists: NDArray[np.int32], params: TowerParams) -> None:
        super().__init__()
        size = params.embedding
        self.user = nn.Embedding(shape.users + 1, size, sparse=True)
        self.moment = nn.Embedding(MOMENTS, size, sparse=True)
        self.song = nn.Embedding(shape.songs, size, sparse=True)
        self.artist = nn.Embedding(shape.artists, size, sparse=True)
        for table in (self.user, self.moment, self.song, self.artist):
            nn.init.uniform_(table.weight, -0.05, 0.05)
        self.query_layers = _layers(2 * size + 1, params.layers)
        self.song_layers = _layers(2 * size, params.layers)
        self.artists = torch.from_numpy(artists.astype(np.int64))
        self.first, self.last = shape.first, shape.last

    def forward(self, inputs: Inputs, targets: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return vectors of queries and of the songs `targets`: float32 (queries, size) each.

        `targets`: int64 (queries,).
        """
        device = self.song.weight.device
        stretch, place = moments(inputs.now, self.first, self.last)
        user, stretches, places = (
            torch.from_numpy(each).to(device) for each in (inputs.users, stretch, place)
        )
        query = torch.cat([self.user(user), self.moment(stretches), places[:, None]], dim=1)
        rows = torch.from_numpy(targets).to(device)
        song = torch.cat([self.song(rows), self.artist(self.artists.to(device)[rows])], dim=1)
        return _through(self.query_layers, query), _through(self.song_layers, song)


def _layers(size: int, layers: tuple[int, ...]) -> nn.ModuleList:
    """Return linear layers of the given sizes, initialised as in Keras."""
    found = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise((size, *layers)))
    for layer in found:
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    return found


def _through(layers: nn.ModuleList, x: Tensor) -> Tensor:
    for number, layer in enumerate(layers):
        x = layer(torch.relu(x) if number else x)
    return x


def network_of(shape: Shape, artists: NDArray[np.int32], params: TowerParams) -> nn.Module:
    """Return the network named by `params.query`."""
    kind = RecentNetwork if params.query == "recent" else UserTimeNetwork
    return kind(shape, artists, params)
