"""Checkpoints of a training: weights and optimiser state as named arrays, without pickles."""

import hashlib
import json
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playlist2vec.base.files import reading, whole_file


class Checkpoint(NamedTuple):
    """The number of finished epochs, and the curve so far: numbers by name for every point."""

    epoch: int
    curve: list[dict[str, float]]


def save_checkpoint(
    path: Path, module: torch.nn.Module, optimiser: torch.optim.Optimizer, reached: Checkpoint
) -> None:
    """Write the state of a training as one .npz file."""
    state = optimiser.state_dict()
    arrays: dict[str, NDArray[Any]] = {
        f"weights/{name}": _array(one) for name, one in module.state_dict().items()
    }
    plain: dict[str, dict[str, float]] = {}
    for number, slots in state["state"].items():
        for name, value in slots.items():
            if isinstance(value, Tensor):
                arrays[f"state/{number}/{name}"] = _array(value)
            elif value is not None:
                plain.setdefault(str(number), {})[name] = value
    about = json.dumps({"epoch": reached.epoch, "curve": reached.curve, "plain": plain})
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(about), **arrays)


def load_checkpoint(
    path: Path, module: torch.nn.Module, optimiser: torch.optim.Optimizer
) -> Checkpoint:
    """Restore a training that `save_checkpoint` wrote. Raises DataError for a damaged file."""
    with (
        reading(path, "a checkpoint as the training writes it"),
        np.load(path, allow_pickle=False) as found,
    ):
        arrays = dict(found)
    about = json.loads(str(arrays.pop("about")))
    weights = {
        name.partition("/")[2]: one for name, one in arrays.items() if name.startswith("weights/")
    }
    load_weights(module, weights)
    slots: dict[int, dict[str, Any]] = {
        int(number): dict(one) for number, one in about["plain"].items()
    }
    for name, one in arrays.items():
        kind, _, rest = name.partition("/")
        if kind == "state":
            number, _, slot = rest.partition("/")
            slots.setdefault(int(number), {})[slot] = torch.from_numpy(one)
    optimiser.load_state_dict({**optimiser.state_dict(), "state": slots})
    return Checkpoint(int(about["epoch"]), about["curve"])


def read_curve(path: Path) -> list[dict[str, float]]:
    """Return the curve in a checkpoint. Raises DataError for a damaged file."""
    with (
        reading(path, "a checkpoint as the training writes it"),
        np.load(path, allow_pickle=False) as found,
    ):
        curve: list[dict[str, float]] = json.loads(str(found["about"]))["curve"]
    return curve


def save_weights(path: Path, module: torch.nn.Module) -> None:
    """Write the weights of a network as an .npz file, arrays by name."""
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        np.savez(
            file,
            allow_pickle=False,
            **{name: _array(one) for name, one in module.state_dict().items()},
        )


def load_weights(module: torch.nn.Module, arrays: dict[str, NDArray[Any]]) -> None:
    """Set the weights of a network. Raises RuntimeError for names or shapes that do not match."""
    module.load_state_dict(
        {name: torch.from_numpy(np.asarray(one)) for name, one in arrays.items()}
    )


def place_of(scratch: Path, told: list[str]) -> Path:
    """Return the file for checkpoints of a training, and delete checkpoints of other trainings.

    `told`: texts that differ for other data or parameters; the code of the models is added.
    """
    models = Path(__file__).parent.parent
    code = [path.read_text("utf-8") for path in sorted(models.glob("*/*.py"))]
    name = hashlib.blake2b(
        json.dumps([*told, torch.__version__, code]).encode(), digest_size=16
    ).hexdigest()
    place = scratch / f"{name}.npz"
    for other in scratch.glob("*.npz"):
        if other != place:
            forget(other)
    return place


def best_of(checkpoint: Path) -> Path:
    """Return the folder beside a checkpoint for the output of the best epoch so far."""
    return checkpoint.with_suffix(".best")


def forget(checkpoint: Path) -> None:
    """Delete a checkpoint, and the output of the best epoch so far."""
    checkpoint.unlink(missing_ok=True)
    if best_of(checkpoint).is_dir():
        rmtree(best_of(checkpoint))


def _array(value: Tensor) -> NDArray[Any]:
    found: NDArray[Any] = value.detach().cpu().numpy()
    return found
