"""The project's side of `benchmarks.listening.speed`, and rivals in NumPy and torch."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.songs import Rows
from playlist2vec.listening.history.storage import History, Songs
from playlist2vec.listening.scoring.questions import Questions
from playlist2vec.models.neural.device import prepare
from playlist2vec.models.two_tower.inputs import PAUSES, Inputs, inputs_of, moments
from playlist2vec.models.two_tower.networks import network_of
from playlist2vec.models.two_tower.params import OF_VARIANT, TowerParams
from playlist2vec.models.two_tower.training import (
    ListenData,
    batch_losses,
    in_batch_softmax,
    optimiser_of,
    shuffled,
    tower_of,
)
from playlist2vec.ranking.candidates import dot_candidates
from playlist2vec.ranking.dense import nearest_songs
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_at

PARAMS = Path("pipelines/two_tower/params.yaml")
BLOCK = 1 << 16
"""Songs of a block of the NumPy product."""


def taken(work: Callable[[], object], repeats: int) -> list[float]:
    """Return the CPU seconds of every run of `work`, after an uncounted run."""
    work()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return found


def params_of(name: str) -> TowerParams:
    """Return the parameters of a tower, and prepare torch."""
    prepare("cpu", "device")
    torch.manual_seed(1)
    return read_section(PARAMS, OF_VARIANT[name])


def epochs(name: str, data: ListenData, repeats: int) -> list[float]:
    """Return the CPU seconds of epochs of a tower."""
    params = params_of(name)
    network = network_of(data.shape(), data.artists, params)
    optimiser = optimiser_of(network, params)
    listens = data.listens

    def epoch() -> None:
        for loss in batch_losses(
            network, data, listens, params, np.random.Generator(np.random.PCG64(1))
        ):
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return taken(epoch, repeats)


def evaluation(data: ListenData, asked: int, repeats: int) -> list[float]:
    """Return the CPU seconds of ranking all questions by seed_1.

    Hit rates at 1 to 100 follow from the ranks.
    """
    params = params_of("seed_1")
    network = network_of(data.shape(), data.artists, params)
    songs = Songs(data.vocabulary, data.artists, np.zeros(len(data.vocabulary), np.uint32))
    history = History(data.histories, songs, data.first, data.end, data.listens[:asked])

    def work() -> None:
        # The vectors of all songs are computed again, as the rival does.
        Questions(history, 30, params.songs_back).rank(tower_of(network, data, params))

    return taken(work, repeats)


def save_task(data: ListenData, asked: int, repeats: int, path: Path) -> None:
    """Write the rival's training rows, in the order of an epoch, and the questions."""
    histories, listens = data.histories, data.listens
    order = np.concatenate(list(shuffled(listens, np.random.Generator(np.random.PCG64(1)))))
    columns: dict[str, NDArray[np.generic]] = {"artist_of": data.artists}
    for before, places in (("", order), ("asked_", listens[:asked])):
        stretch, place = moments(histories.seconds[places].astype(np.int64), data.first, data.end)
        songs = histories.tracks[places].astype(np.int64)
        found = (histories.user_of(places), stretch, place, songs, data.artists[songs])
        names = ("users", "moments", "places", "songs", "artists")
        columns |= {before + name: column for name, column in zip(names, found, strict=True)}
    numbers = {
        "listeners": len(histories.users) - 1,
        "repeats": repeats,
        "size": params_of("seed_1").embedding,
    }
    np.savez(path, allow_pickle=False, **columns, **numbers)


def top_100(songs: int, size: int, asked: int, repeats: int) -> tuple[float, float]:
    """Return the best CPU seconds for the 100 nearest songs: ours, and a blocked NumPy product."""
    rng = np.random.Generator(np.random.PCG64(1))
    vectors = rng.standard_normal((songs, size), np.float32)
    queries = rng.standard_normal((asked, size))
    candidates = dot_candidates(vectors)
    found = nearest_songs(queries, candidates, 100, Exclusions.none(asked))
    if not np.array_equal(np.sort(found, axis=1), np.sort(blocked(queries, vectors, 100), axis=1)):
        raise ValueError("other songs than NumPy's")
    mine = taken(lambda: nearest_songs(queries, candidates, 100, Exclusions.none(asked)), repeats)
    return min(mine), min(taken(lambda: blocked(queries, vectors, 100), repeats))


def blocked(
    queries: NDArray[np.float64], vectors: NDArray[np.float32], k: int, block: int = BLOCK
) -> NDArray[np.int64]:
    """Return the k nearest songs of every query by a product in blocks: int64 (queries, k)."""
    single = queries.astype(np.float32)
    songs, scores = np.zeros((len(queries), 0), np.int64), np.zeros((len(queries), 0), np.float32)
    for start in range(0, len(vectors), block):
        product = single @ vectors[start : start + block].T
        best = np.argpartition(-product, min(k, product.shape[1] - 1), axis=1)[:, :k]
        songs = np.concatenate([songs, best + start], axis=1)
        scores = np.concatenate([scores, np.take_along_axis(product, best, axis=1)], axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(songs, order, axis=1)


class ItemByItem(Dataset[tuple[NDArray[np.int64], int, int, int, int, int]]):  # type: ignore[misc]
    """The training listens, made singly on request, as for torch's DataLoader."""

    def __init__(self, data: ListenData, back: int) -> None:
        self.data, self.back, self.listens = data, back, data.listens

    def __len__(self) -> int:
        return len(self.listens)

    def __getitem__(self, number: int) -> tuple[NDArray[np.int64], int, int, int, int, int]:
        """Return the rows heard before, pause, hour, listener, second and row of a listen."""
        histories, place = self.data.histories, int(self.listens[number])
        user = int(np.searchsorted(histories.users, place, side="right")) - 1
        begin = max(int(histories.users[user]), place - self.back)
        rows = np.full(self.back, -1, np.int64)
        heard = histories.tracks[begin:place][::-1]
        rows[: len(heard)] = heard
        now = int(histories.seconds[place])
        pause = PAUSES - 1
        if place > int(histories.users[user]):
            minutes = (now - int(histories.seconds[place - 1])) // 60
            pause = min((minutes + 1).bit_length() - 1, PAUSES - 2)
        return rows, pause, now // 3_600 % 24, user, now, int(histories.tracks[place])


def beside_loader(data: ListenData, repeats: int) -> tuple[float, float]:
    """Return the best CPU seconds of an epoch of `recent`: ours, and fed item by item."""
    params = params_of("recent")
    mine = min(epochs("recent", data, repeats))
    network = network_of(data.shape(), data.artists, params)
    optimiser = optimiser_of(network, params)
    log_q = torch.log(
        torch.from_numpy(data.vocabulary.counts / data.vocabulary.counts.sum()).float()
    )
    items = ItemByItem(data, params.songs_back)
    same_inputs(items, data, params.songs_back)

    def epoch() -> None:
        for batch in DataLoader(items, params.batch, shuffle=True):
            *inputs, songs = batch
            query, song = network(Inputs(*(column.numpy() for column in inputs)), songs.numpy())
            loss = in_batch_softmax(query, song, songs, log_q, params)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return mine, min(taken(epoch, repeats))


def same_inputs(items: ItemByItem, data: ListenData, back: int) -> None:
    """Raise ValueError unless the items equal the inputs of the project's training."""
    places = data.listens[:: max(1, len(items) // 100)]
    inputs = inputs_of(asked_at(data.histories, places, back), back)
    columns = [*inputs, Rows(data.histories.tracks[places].astype(np.int64))]
    found = [items[number] for number in range(0, len(items), max(1, len(items) // 100))]
    for column, values in zip(columns, zip(*found, strict=True), strict=True):
        if not np.array_equal(column, np.array(values)):
            raise ValueError("other inputs than those of the training")
