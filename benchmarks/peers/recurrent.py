"""GRU4Rec of Cornac, after the authors' code: a recurrent network over the songs of a playlist."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from cornac.data.dataset import SequentialDataset
from cornac.models import GRU4Rec
from numpy.typing import NDArray

from benchmarks.peers.budget import Budget
from benchmarks.peers.fit import Scorer, Settings
from benchmarks.peers.task import Sequences, Task

LONGEST = 50
"""Maximal songs of a history, the last ones; training playlists are used whole."""
MANY_PASSES = 1_000_000


class BudgetOver(Exception):  # noqa: N818 - no error
    """Ends the training, which in Cornac ends only after a number of passes."""


def gru4rec(task: Task, settings: Settings, seed: int, budget: Budget) -> Iterator[Scorer]:
    """GRU4Rec with sampled softmax and tied vectors; checkpoints and the end fall between batches.

    Hidasi, Karatzoglou, Recurrent neural networks with top-k gains for session-based
    recommendations, CIKM 2018.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    plays = zip(
        task.train.numbers.tolist(),
        task.train.songs.tolist(),
        range(len(task.train.songs)),
        strict=True,
    )
    data = SequentialDataset.build(list(plays), fmt="SIT", seed=seed)
    size = int(settings["layer"])
    others = {name: value for name, value in settings.items() if name != "layer"}
    model = GRU4Rec(layers=[size], n_epochs=MANY_PASSES, seed=seed, device="cpu", **others)
    snapshots: list[dict[str, Any]] = []

    def metered(playlists: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        def batches(*arguments: Any, **named: Any) -> Iterator[Any]:
            for batch in playlists(*arguments, **named):
                yield batch
                if budget.due():
                    snapshots.append(
                        {name: each.clone() for name, each in model.model.state_dict().items()}
                    )
                if budget.over():
                    raise BudgetOver

        return batches

    data.s_iter = metered(data.s_iter)
    with suppress(BudgetOver):
        model.fit(data)
    row_of = np.array(list(data.iid_map))
    for weights in snapshots:
        model.model.load_state_dict(weights)
        yield lambda histories: scores(
            model.model, size, histories.last(LONGEST), data.iid_map, row_of, task.songs
        )


def scores(
    network: Any,
    size: int,
    histories: Sequences,
    known: dict[int, int],
    row_of: NDArray[np.int64],
    songs: int,
) -> NDArray[np.float32]:
    """Return scores of all songs: float32 (histories, songs), minus infinity for an unknown song.

    `known`: the network's number of every row; `row_of`: the row of every number. Histories of
    equal length form a batch; songs unknown to the network are skipped.
    """
    network.eval()
    number_of = np.full(songs, -1)
    number_of[row_of] = np.arange(len(row_of))
    shown = [number_of[each][number_of[each] >= 0] for each in histories]
    table = np.full((len(histories), songs), -np.inf, np.float32)
    lengths = np.array([len(each) for each in shown])
    for length in np.unique(lengths[lengths > 0]).tolist():
        group = np.flatnonzero(lengths == length)
        songs_at = torch.tensor(np.array([shown[number] for number in group])).T
        hidden = [torch.zeros(len(group), size)]
        with torch.no_grad():
            for at in songs_at[:-1]:
                network.forward(at, hidden, at[:1])
            table[np.ix_(group, row_of)] = network.forward(songs_at[-1], hidden, None).numpy()
    return table
