"""The training loop: epochs of batches, a curve, and checkpoints to resume from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from playlist2vec.models.neural.checkpoints import Checkpoint, load_checkpoint, save_checkpoint


@dataclass(frozen=True, eq=False)
class Task:
    """The network, optimiser, batches and schedule of a training.

    `losses`: the losses of the batches of an epoch, from 1, one after the other; its random numbers
    depend on the epoch alone, so that a resumed training gives the same result. `measure`: numbers
    by name after an epoch, for the curve. `rate`: the step size in an epoch. `every`: epochs
    between points of the curve, and between checkpoints.
    """

    module: torch.nn.Module
    optimiser: torch.optim.Optimizer
    losses: Callable[[int], Iterable[Tensor]]
    measure: Callable[[], dict[str, float]]
    rate: Callable[[int], float]
    epochs: int
    every: int


def train(
    task: Task, checkpoint: Path, report: Callable[[int, float], object]
) -> list[dict[str, float]]:
    """Train to the last epoch, from `checkpoint` on if the file exists, and return the curve.

    A point of the curve has `epoch`, `loss` (the mean over batches) and the numbers of `measure`.
    `report` is called with the number and the loss of each epoch.
    """
    reached = Checkpoint(0, [])
    if checkpoint.exists():
        reached = load_checkpoint(checkpoint, task.module, task.optimiser)
    curve = list(reached.curve)
    for epoch in range(reached.epoch + 1, task.epochs + 1):
        loss = _epoch(task, epoch)
        report(epoch, loss)
        if epoch % task.every == 0 or epoch == task.epochs:
            task.module.eval()
            curve.append({"epoch": epoch, "loss": round(loss, 6), **task.measure()})
            save_checkpoint(checkpoint, task.module, task.optimiser, Checkpoint(epoch, curve))
    task.module.eval()
    return curve


def falling(start: float, epochs: int) -> Callable[[int], float]:
    """Return step sizes that fall linearly from `start` in epoch 1 to `start` / `epochs`."""
    return lambda epoch: start * (epochs + 1 - epoch) / epochs


def _epoch(task: Task, epoch: int) -> float:
    task.module.train()
    for group in task.optimiser.param_groups:
        group["lr"] = task.rate(epoch)
    total, batches = 0.0, 0
    for loss in task.losses(epoch):
        task.optimiser.zero_grad()
        loss.backward()
        task.optimiser.step()
        total += float(loss.detach())
        batches += 1
    return total / max(batches, 1)
