"""Optimisers by rows: what torch's own do, and a state that comes back."""

from pathlib import Path

import pytest

from tests.conftest import needed_package

needed_package("torch")

import torch  # noqa: E402

from playlist2vec.models.neural import optimisers  # noqa: E402
from playlist2vec.models.neural.checkpoints import Checkpoint, load_checkpoint, save_checkpoint  # noqa: E402
from playlist2vec.models.neural.optimisers import SparseAndDense  # noqa: E402

pytestmark = pytest.mark.extra
STEPS = [[1, 3], [3, 3, 0], [4, 1, 4, 4], [2], [0, 1, 2, 3, 4]]
"""Rows that each step looks up; a row that comes twice has two gradients."""


def network() -> torch.nn.Module:
    torch.manual_seed(2)
    return torch.nn.ModuleList([torch.nn.Embedding(5, 3, sparse=True), torch.nn.Linear(3, 2)])


def step(module: torch.nn.Module, optimiser: torch.optim.Optimizer, rows: list[int]) -> None:
    optimiser.zero_grad()
    module[1](module[0](torch.tensor(rows))).square().sum().backward()
    optimiser.step()


def weights(module: torch.nn.Module) -> list[list[list[float]]]:
    return [each.tolist() for each in module.parameters()]


@pytest.mark.parametrize("block", [1, 6, 1 << 16], ids=["a row", "two rows", "all"])
@pytest.mark.parametrize("rule", ["adam", "adagrad"])
def test_steps_are_those_of_torch(rule: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimisers, "BLOCK", block)
    ours, theirs = network(), network()
    table, *others = theirs.parameters()
    rivals: list[torch.optim.Optimizer]
    if rule == "adam":
        rivals = [torch.optim.SparseAdam([table], lr=0.1), torch.optim.Adam(others, lr=0.1)]
    else:
        whole = torch.optim.Adagrad(
            theirs.parameters(), lr=0.1, initial_accumulator_value=0.1, eps=1e-7
        )
        rivals = [whole]
    own = SparseAndDense(ours, rule, 0.1)
    for rows in STEPS:
        step(ours, own, rows)
        for rival in rivals:
            rival.zero_grad()
        theirs[1](theirs[0](torch.tensor(rows))).square().sum().backward()
        for rival in rivals:
            rival.step()
        for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)
    assert weights(ours) != weights(network())


@pytest.mark.parametrize("rule", ["adam", "adagrad"])
def test_the_state_of_both_parts_comes_back(tmp_path: Path, rule: str) -> None:
    one, other = network(), network()
    first = SparseAndDense(one, rule, 0.1)
    step(one, first, [1, 3])
    save_checkpoint(tmp_path / "c.npz", one, first, Checkpoint(1, []))
    second = SparseAndDense(other, rule, 0.1)
    load_checkpoint(tmp_path / "c.npz", other, second)
    for optimiser, module in ((first, one), (second, other)):
        for group in optimiser.param_groups:
            group["lr"] = 0.01
        step(module, optimiser, [1, 4])
    assert weights(other) == weights(one)
