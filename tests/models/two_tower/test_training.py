"""Training of towers: the loss, the same vectors in NumPy, the same bytes, on after a kill."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.two_tower.inputs import inputs_of
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.models.two_tower.params import TowerParams
from playlist2vec.ranking.heard import asked_at
from tests.builders.listens.histories import START, random_history
from tests.conftest import needed_package

needed_package("torch")

import torch  # noqa: E402

from playlist2vec.models.neural.device import prepare  # noqa: E402
from playlist2vec.models.two_tower.networks import network_of  # noqa: E402
from playlist2vec.models.two_tower.training import (  # noqa: E402
    BLOCK,
    ListenData,
    in_batch_softmax,
    shuffled,
    tower_of,
    train_tower,
)

pytestmark = pytest.mark.extra
SONGS = 12
RECENT = TowerParams(
    query="recent",
    embedding=8,
    layers=(16,),
    songs_back=30,
    dropout=0.1,
    log_q=True,
    accidental_hits="remove",
    loss="mean",
    batch=64,
    epochs=4,
    optimiser="adam",
    learning_rate=0.02,
    schedule="falling",
    device="cpu",
    seed=1,
)
USER_TIME = replace(
    RECENT,
    query="user_time",
    layers=(8, 4),
    loss="sum",
    optimiser="adagrad",
    learning_rate=0.1,
    schedule="constant",
)


def data(users: int = 12) -> ListenData:
    history = random_history(users, 80, SONGS, seed=4)
    counts = np.bincount(history.tracks[history.tracks >= 0], minlength=SONGS) + 1
    order = np.argsort(-counts, kind="stable")
    row_of = np.empty(SONGS, np.int32)
    row_of[order] = np.arange(SONGS)
    tracks = np.where(history.tracks >= 0, row_of[history.tracks], history.tracks)
    vocabulary = Vocabulary([f"s{row}" for row in range(SONGS)], counts[order])
    artists = np.arange(SONGS, dtype=np.int32) // 3
    return ListenData(
        replace(history, tracks=tracks), vocabulary, artists, START, START + 4 * 10**6
    )


def no_report(epoch: int, loss: float) -> None:
    assert np.isfinite(loss)


def falling_scores() -> Iterator[float]:
    yield from (0.2, 0.9, 0.5, 0.1)


@pytest.mark.parametrize("params", [RECENT, USER_TIME], ids=["recent", "user_time"])
def test_numpy_makes_the_vectors_that_torch_makes(params: TowerParams) -> None:
    prepare("cpu", "device")
    torch.manual_seed(3)
    known = data()
    network = network_of(known.shape(), known.artists, params)
    with torch.no_grad():
        for each in network.parameters():
            each += 0.3 * torch.randn(each.shape)
    network.eval()
    listens = np.arange(len(known.histories))
    queries = asked_at(known.histories, listens, params.songs_back)
    rows = np.arange(len(listens)) % SONGS
    with torch.no_grad():
        vectors, songs = network(inputs_of(queries, params.songs_back), rows)
    tower = tower_of(network, known, params)
    np.testing.assert_allclose(tower.vectors(queries), vectors.numpy(), atol=2e-4)
    np.testing.assert_allclose(tower.songs[rows], songs.numpy(), atol=1e-5)


@pytest.mark.parametrize("params", [RECENT, USER_TIME], ids=["recent", "user_time"])
def test_two_trainings_are_the_same_and_so_is_one_that_was_killed(
    tmp_path: Path, params: TowerParams
) -> None:
    def measured() -> tuple[TwoTower, list[dict[str, float]]]:
        found = falling_scores()
        return train_tower(
            data(), params, tmp_path / "c.npz", lambda tower: {"top_10": next(found)}, no_report
        )

    class KilledError(Exception):
        pass

    one, curve = measured()
    assert [point["top_10"] for point in curve] == list(falling_scores())
    (tmp_path / "c.npz").unlink()
    scores = list(falling_scores())

    def interrupted(tower: TwoTower) -> dict[str, float]:
        if len(scores) == 1:
            raise KilledError
        return {"top_10": scores.pop(0)}

    with pytest.raises(KilledError):
        train_tower(data(), params, tmp_path / "c.npz", interrupted, no_report)
    other, again = train_tower(
        data(), params, tmp_path / "c.npz", lambda tower: {"top_10": scores.pop(0)}, no_report
    )
    assert again == curve
    assert other.songs.tobytes() == one.songs.tobytes()
    assert {name: each.tobytes() for name, each in other.arrays.items()} == {
        name: each.tobytes() for name, each in one.arrays.items()
    }


def test_the_epoch_with_the_best_score_is_kept(tmp_path: Path) -> None:
    found, seen = falling_scores(), list[bytes]()

    def measure(tower: TwoTower) -> dict[str, float]:
        seen.append(tower.songs.tobytes())
        return {"top_10": next(found)}

    tower, _ = train_tower(data(), RECENT, tmp_path / "c.npz", measure, no_report)
    assert tower.songs.tobytes() == seen[1] != seen[3]


@pytest.mark.parametrize(("log_q", "expected"), [(True, True), (False, False)])
def test_the_corrected_softmax_learns_log_p(log_q: bool, expected: bool) -> None:
    """Of 50 songs drawn by a known P, whatever was heard before: scores are log P and a constant,
    or flat.
    """
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.full(50, 0.7)) + 1e-3
    p /= p.sum()
    params = replace(RECENT, log_q=log_q)
    scores = torch.nn.Parameter(torch.zeros(50))
    optimiser = torch.optim.Adam([scores], lr=0.05)
    log_q_of = torch.from_numpy(np.log(p).astype(np.float32))
    for step in range(600):
        songs = torch.from_numpy(rng.choice(50, 256, p=p))
        for group in optimiser.param_groups:
            group["lr"] = 0.05 * (1 - step / 600)
        loss = in_batch_softmax(torch.ones(256, 1), scores[songs][:, None], songs, log_q_of, params)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    learned = scores.detach().numpy()
    correlation = float(np.corrcoef(learned, np.log(p))[0, 1])
    assert (correlation > 0.99) is expected
    if not expected:
        assert learned.std() < 0.2 * np.log(p).std()


def test_accidental_hits_are_no_wrong_answers() -> None:
    scores = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 2.0]])
    songs, log_q = torch.tensor([4, 4, 5]), torch.zeros(6)
    removed = in_batch_softmax(scores, torch.eye(3), songs, log_q, replace(RECENT, log_q=False))
    kept = in_batch_softmax(
        scores, torch.eye(3), songs, log_q, replace(RECENT, log_q=False, accidental_hits="keep")
    )
    e = np.exp(1)
    last = -np.log(e**2 / (e**2 + 2))
    assert float(removed) == pytest.approx((-2 * np.log(e / (e + 1)) + last) / 3, rel=1e-5)
    assert float(kept) == pytest.approx((-2 * np.log(e / (2 * e + 1)) + last) / 3, rel=1e-5)


def test_every_listen_comes_once_an_epoch() -> None:
    listens = np.arange(7, 7 + 3 * BLOCK + 5)
    found = np.concatenate(list(shuffled(listens, np.random.default_rng(1))))
    assert sorted(found.tolist()) == listens.tolist()
    assert found.tolist() != listens.tolist()
