"""Training of two towers: the song that was heard next is told from the others of its batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.neural.checkpoints import best_of, read_curve
from playlist2vec.models.neural.device import prepare
from playlist2vec.models.neural.in_batch import InBatch
from playlist2vec.models.neural.loop import Task, falling, train
from playlist2vec.models.neural.optimisers import SparseAndDense
from playlist2vec.models.two_tower.inputs import inputs_of
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.models.two_tower.networks import RecentNetwork, Shape, network_of
from playlist2vec.models.two_tower.params import TowerParams
from playlist2vec.ranking.heard import asked_at

BLOCK = 1_024
"""Listens in a row that stay together until they are shuffled with those of SHUFFLED others."""
SHUFFLED = 512


@dataclass(frozen=True, eq=False)
class ListenData:
    """What a training of towers sees.

    `histories`: of all listeners. `first`, `end`: seconds from which on and before which listens
    are learned from. `artists`: int32 (songs,), the artist of each song.
    """

    histories: Histories
    vocabulary: Vocabulary
    artists: NDArray[np.int32]
    first: int
    end: int

    @property
    def listens(self) -> NDArray[np.int64]:
        """The places of the listens that are learned from, rising: int64."""
        seconds = self.histories.seconds
        return np.flatnonzero(
            (seconds >= self.first) & (seconds < self.end) & (self.histories.tracks >= 0)
        )

    def shape(self) -> Shape:
        """Return how large the networks' tables are."""
        artists = int(self.artists.max(initial=0)) + 1
        return Shape(
            len(self.vocabulary), artists, len(self.histories.users) - 1, self.first, self.end
        )


@dataclass
class Best:
    """The best epoch so far: its number, its score, and the tower."""

    epoch: int
    score: float
    tower: TwoTower


def train_tower(
    data: ListenData,
    params: TowerParams,
    checkpoint: Path,
    measure: Callable[[TwoTower], dict[str, float]],
    report: Callable[[int, float], object],
    best: str = "top_10",
) -> tuple[TwoTower, list[dict[str, float]]]:
    """Train as `params` say, from `checkpoint` on if it is there; return the tower of the best
    epoch, and the curve.

    `measure`: scores on validation, by name, of which `best` chooses the epoch; the first of equal
    ones. `report`: called with each epoch's number and loss. The best tower so far is kept beside
    the checkpoint.
    """
    device = prepare(params.device, f"{params.SECTION}.device")
    torch.manual_seed(params.seed)
    network = network_of(data.shape(), data.artists, params).to(device)
    listens = data.listens
    kept = best_of(checkpoint)
    scores = list[float]()

    def losses(epoch: int) -> Iterator[Tensor]:
        rng = np.random.Generator(np.random.PCG64([params.seed, epoch]))
        # What is dropped depends on the epoch alone, so that a training goes on as it would have.
        torch.manual_seed(int(rng.integers(2**63)))
        return batch_losses(network, data, listens, params, rng)

    def now() -> dict[str, float]:
        tower = tower_of(network, data, params)
        found = measure(tower)
        if not scores or found[best] > max(scores):
            tower.save(kept)
        scores.append(found[best])
        return found

    optimiser = optimiser_of(network, params)
    falls = params.schedule == "falling"
    rate = (
        falling(params.learning_rate, params.epochs)
        if falls
        else lambda epoch: params.learning_rate
    )
    if checkpoint.exists():
        # The scores of the epochs before, so that a worse tower does not take the best one's place.
        scores += [point[best] for point in read_curve(checkpoint)]
    curve = train(Task(network, optimiser, losses, now, rate, params.epochs, 1), checkpoint, report)
    return TwoTower.load(kept), curve


def shuffled(listens: NDArray[np.int64], rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield all listens in random order, some at a time: blocks in random order, and the listens of
    many at once.

    Few are in memory, however many there are.
    """
    blocks = rng.permutation((len(listens) + BLOCK - 1) // BLOCK)
    for start in range(0, len(blocks), SHUFFLED):
        chosen = (
            listens[block * BLOCK : (block + 1) * BLOCK]
            for block in blocks[start : start + SHUFFLED].tolist()
        )
        yield rng.permutation(np.concatenate(list(chosen)))


def batch_losses(
    network: nn.Module,
    data: ListenData,
    listens: NDArray[np.int64],
    params: TowerParams,
    rng: np.random.Generator,
) -> Iterator[Tensor]:
    """Yield the loss of each batch of `listens`; a last batch of one listen is left out."""
    device = next(network.parameters()).device
    counts = torch.from_numpy(data.vocabulary.counts.astype(np.float32))
    log_q = torch.log(counts / counts.sum())
    for many in shuffled(listens, rng):
        for first in range(0, len(many), params.batch):
            chosen = many[first : first + params.batch]
            if len(chosen) > 1:
                songs = data.histories.tracks[chosen].astype(np.int64)
                inputs = inputs_of(
                    asked_at(data.histories, chosen, params.songs_back), params.songs_back
                )
                query, song = network(inputs, songs)
                yield in_batch_softmax(
                    query, song, torch.from_numpy(songs).to(device), log_q.to(device), params
                )


def in_batch_softmax(
    query: Tensor, song: Tensor, songs: Tensor, log_q: Tensor, params: TowerParams
) -> Tensor:
    """Return the loss: -log of the share of exp(score) that the query's own song has among all
    songs of the batch.

    `query`, `song`: float32 (queries, size), of each query and of the song of each; a score is
    their product. `songs`: int64 (queries,), rows. A song is in a batch as often as it is listened
    to: with `params.log_q`, the log of its share of all listens, `log_q` float32 (songs,), is taken
    from its scores, so that they become log P(song | query) and not that less log P(song) (Yi et
    al., Sampling-bias-corrected neural modeling for large corpus item recommendations, RecSys
    2019). Unless accidental hits are kept, the song of another query is no wrong answer where it is
    the query's own song.
    """
    taken = log_q[songs] if params.log_q else None
    loss: Tensor = InBatch.apply(
        query, song, songs, taken, params.accidental_hits == "remove", params.loss == "mean"
    )
    return loss


def tower_of(network: nn.Module, data: ListenData, params: TowerParams) -> TwoTower:
    """Return the arrays of a network, which make the vectors that it makes."""
    with torch.no_grad():
        state = {name: _array(value) for name, value in network.state_dict().items()}
    if isinstance(network, RecentNetwork):
        songs = state["songs.song.weight"] + state["songs.artist.weight"][data.artists]
        ages = np.arange(1, params.songs_back + 1, dtype=np.float32)
        arrays = {
            "pause": state["pause.weight"],
            "hour": state["hour.weight"],
            "short": np.exp(state["short"]),
            "long": ages ** -state["power"],
            "shares": state["shares"],
            **_layers(state, "layers"),
        }
    else:
        table = np.concatenate([state["song.weight"], state["artist.weight"][data.artists]], axis=1)
        songs = _through(table, _layers(state, "song_layers"))
        arrays = {
            "user": state["user.weight"],
            "moment": state["moment.weight"],
            **_layers(state, "query_layers"),
        }
    return TwoTower(
        data.vocabulary, songs, arrays, params.query, params.songs_back, data.first, data.end
    )


def optimiser_of(network: nn.Module, params: TowerParams) -> torch.optim.Optimizer:
    """Return the optimiser of all parameters, as `params` say."""
    return SparseAndDense(network, params.optimiser, params.learning_rate)


def _layers(state: dict[str, NDArray[np.float32]], name: str) -> dict[str, NDArray[np.float32]]:
    found = dict[str, NDArray[np.float32]]()
    number = 0
    while f"{name}.{number}.weight" in state:
        found[f"layers/{number}/weight"] = np.ascontiguousarray(state[f"{name}.{number}.weight"].T)
        found[f"layers/{number}/bias"] = state[f"{name}.{number}.bias"]
        number += 1
    return found


def _through(x: NDArray[np.float32], layers: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    for number in range(len(layers) // 2):
        x = np.maximum(x, 0) if number else x
        x = x @ layers[f"layers/{number}/weight"] + layers[f"layers/{number}/bias"]
    return x


def _array(value: Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = value.detach().cpu().numpy().copy()
    return found
