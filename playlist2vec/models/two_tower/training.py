"""Training of two towers: classify the song heard next among the songs of the batch."""

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
"""Consecutive listens that stay together until they are shuffled with those of other blocks."""
SHUFFLED = 512


@dataclass(frozen=True, eq=False)
class ListenData:
    """The data of a training of towers.

    `histories`: of all listeners. `first`, `end`: seconds; training uses listens from `first` to
    before `end`. `artists`: int32 (songs,), the artist of each song.
    """

    histories: Histories
    vocabulary: Vocabulary
    artists: NDArray[np.int32]
    first: int
    end: int

    @property
    def listens(self) -> NDArray[np.int64]:
        """Places of the training listens, rising: int64."""
        seconds = self.histories.seconds
        return np.flatnonzero(
            (seconds >= self.first) & (seconds < self.end) & (self.histories.tracks >= 0)
        )

    def shape(self) -> Shape:
        """Return the sizes of the networks' tables, and the training time."""
        artists = int(self.artists.max(initial=0)) + 1
        return Shape(
            len(self.vocabulary), artists, len(self.histories.users) - 1, self.first, self.end
        )


def train_tower(
    data: ListenData,
    params: TowerParams,
    checkpoint: Path,
    measure: Callable[[TwoTower], dict[str, float]],
    report: Callable[[int, float], object],
    best: str = "top_10",
) -> tuple[TwoTower, list[dict[str, float]]]:
    """Train according to `params`; return the tower of the best epoch, and the curve.

    The training starts from `checkpoint` if the file exists. `measure`: validation scores by name.
    `best`: the score that chooses the epoch; ties go to the earlier epoch. `report`: called with
    the number and the loss of each epoch. The best tower so far is kept beside the checkpoint.
    """
    device = prepare(params.device, f"{params.SECTION}.device")
    torch.manual_seed(params.seed)
    network = network_of(data.shape(), data.artists, params).to(device)
    listens = data.listens
    kept = best_of(checkpoint)
    scores = list[float]()

    def losses(epoch: int) -> Iterator[Tensor]:
        rng = np.random.Generator(np.random.PCG64([params.seed, epoch]))
        # Dropout depends on the epoch alone, so that a resumed training gives the same result.
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
    if checkpoint.exists():
        # Scores of earlier epochs, so that a worse tower does not replace the best tower.
        scores += [point[best] for point in read_curve(checkpoint)]
    curve = train(
        Task(network, optimiser, losses, now, _rate(params), params.epochs, 1), checkpoint, report
    )
    return TwoTower.load(kept), curve


def shuffled(listens: NDArray[np.int64], rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield all listens in random order, in chunks.

    Blocks come in random order, and the listens of SHUFFLED blocks are shuffled together, so that
    the memory does not grow with the number of listens.
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
    """Yield the loss of each batch of `listens`; a last batch of a single listen is left out."""
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
    """Return the softmax loss of queries, with the songs of the batch as classes.

    The loss is -log of the share of exp(score) that the query's own song has among all songs of the
    batch. `query`, `song`: float32 (queries, size), of each query and of its song; a score is their
    product. `songs`: int64 (queries,), rows. A song is in a batch as often as it is listened to:
    with `params.log_q`, the log of its share of all listens, `log_q` float32 (songs,), is
    subtracted from its scores, so that a score estimates log P(song | query) instead of
    log P(song | query) - log P(song) (Yi et al., Sampling-bias-corrected neural modeling for large
    corpus item recommendations, RecSys 2019). Unless accidental hits are kept, the song of another
    query is no wrong answer if it equals the query's own song.
    """
    taken = log_q[songs] if params.log_q else None
    loss: Tensor = InBatch.apply(
        query, song, songs, taken, params.accidental_hits == "remove", params.loss == "mean"
    )
    return loss


def tower_of(network: nn.Module, data: ListenData, params: TowerParams) -> TwoTower:
    """Return a network as a tower of arrays that gives the same vectors."""
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
    """Return the optimiser of all parameters that `params` names."""
    return SparseAndDense(network, params.optimiser, params.learning_rate)


def _rate(params: TowerParams) -> Callable[[int], float]:
    """Return the function from an epoch to the step size."""
    if params.schedule == "falling":
        return falling(params.learning_rate, params.epochs)
    return lambda epoch: params.learning_rate


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
