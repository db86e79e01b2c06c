"""Losses, sampling, and a training that goes on where it stopped."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.models.neural.sampling import Membership, batches
from tests.builders.examples import playlists_of
from tests.conftest import needed_package

needed_package("torch")

import torch  # noqa: E402

from playlist2vec.models.neural.checkpoints import best_of, place_of  # noqa: E402
from playlist2vec.models.neural.device import prepare  # noqa: E402
from playlist2vec.models.neural.loop import Task, train  # noqa: E402
from playlist2vec.models.neural.losses import make_loss  # noqa: E402

pytestmark = pytest.mark.extra
RIGHT = torch.tensor([0.5, 0.1])
WRONG = torch.tensor([[0.2, 0.6], [0.0, 9.0]])
THERE = torch.tensor([[True, True], [True, False]])


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("multi_margin", (((0.4 - 0.5 + 0.2) + (0.4 - 0.5 + 0.6)) / 2 + (0.4 - 0.1 + 0.0)) / 2),
        ("hinge", ((0.4 - 0.5 + 0.2) + (0.4 - 0.5 + 0.6) + (0.4 - 0.1 + 0.0)) / 2),
        (
            "cross_entropy",
            (np.log(1 + np.exp(0.2 - 0.5) + np.exp(0.6 - 0.5)) + np.log(1 + np.exp(0.0 - 0.1))) / 2,
        ),
        (
            "softmax",
            (np.log(1 + np.exp(-0.3 / 0.5) + np.exp(0.1 / 0.5)) + np.log(1 + np.exp(-0.1 / 0.5)))
            / 2,
        ),
    ],
)
def test_losses_by_hand(criterion: str, expected: float) -> None:
    assert float(make_loss(criterion, 0.4, 0.5)(RIGHT, WRONG, THERE)) == pytest.approx(
        expected, abs=1e-6
    )


@pytest.mark.parametrize("criterion", ["multi_margin", "hinge", "cross_entropy", "softmax"])
def test_an_answer_without_a_wrong_one_counts_for_nothing(criterion: str) -> None:
    loss = make_loss(criterion, 0.4, 0.5)
    alone = loss(RIGHT[:1], WRONG[:1], THERE[:1])
    beside = loss(RIGHT, WRONG, torch.tensor([[True, True], [False, False]]))
    assert float(beside) == pytest.approx(float(alone))
    assert float(loss(RIGHT, WRONG, torch.zeros(2, 2, dtype=torch.bool))) == 0


def test_batches_hold_every_song_once_and_no_wrong_answer_of_the_playlist() -> None:
    rng = np.random.default_rng(1)
    lists = [rng.permutation(30)[:7].tolist() for _ in range(40)]
    membership = Membership(playlists_of(lists), 30)
    found = list(batches(membership, np.arange(30), 8, 5, 4, np.random.default_rng(2)))
    assert sorted(song for batch in found for song in batch.songs.tolist()) == list(range(30))
    for batch in found:
        assert (
            batch.wrong.shape
            == batch.there.shape
            == (len(batch.playlists), min(4, len(batch.songs)))
        )
        for place, number, wrong, there in zip(
            batch.right, batch.playlists, batch.wrong, batch.there, strict=True
        ):
            held = lists[number]
            assert batch.songs[place] in held
            assert not set(batch.songs[wrong[there]].tolist()) & set(held)
        assert (np.bincount(batch.right) <= 5).all()
        wrong_ones = len(set(batch.songs.tolist()) - set(lists[batch.playlists[0]]))
        assert batch.there[0].sum() == min(4, wrong_ones)


def task(epochs: int, momentum: bool) -> Task:
    prepare("cpu", "device")
    torch.manual_seed(3)
    module = torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 1)
    )
    weights = module.parameters()
    sgd = torch.optim.SGD(weights, lr=0.01, momentum=0.9) if momentum else None
    optimiser = sgd or torch.optim.Adam(weights, lr=0.01)

    def losses(epoch: int) -> Iterator[torch.Tensor]:
        rng = np.random.default_rng(epoch)
        for _ in range(12):
            x = torch.from_numpy(rng.standard_normal((16, 4)).astype(np.float32))
            yield (module(x)[:, 0] - x[:, 0]).square().mean()

    def measure() -> dict[str, float]:
        return {"norm": float(module[0].weight.detach().square().sum())}

    return Task(module, optimiser, losses, measure, lambda epoch: 0.02 / epoch, epochs, 2)


@pytest.mark.parametrize("momentum", [True, False])
def test_a_training_that_goes_on_ends_in_the_same_bits(tmp_path: Path, momentum: bool) -> None:
    whole = task(8, momentum)
    curve = train(whole, tmp_path / "whole.npz", lambda *_: None)
    train(task(4, momentum), tmp_path / "cut.npz", lambda *_: None)
    cut, epochs = task(8, momentum), []
    assert train(cut, tmp_path / "cut.npz", lambda epoch, _: epochs.append(epoch)) == curve
    assert epochs == [5, 6, 7, 8]
    for name, one in whole.module.state_dict().items():
        assert torch.equal(one, cut.module.state_dict()[name]), name
    assert [point["epoch"] for point in curve] == [2, 4, 6, 8]
    assert curve[-1]["loss"] < 0.2, "before it has learned anything it is about 1"


def test_checkpoints_of_other_trainings_are_deleted(tmp_path: Path) -> None:
    first, second = place_of(tmp_path, ["a"]), place_of(tmp_path, ["b"])
    assert first != second
    assert place_of(tmp_path, ["a"]) == first
    first.write_bytes(b"")
    best_of(first).mkdir()
    (best_of(first) / "songs.npy").write_bytes(b"")
    place_of(tmp_path, ["b"])
    assert not list(tmp_path.iterdir())
