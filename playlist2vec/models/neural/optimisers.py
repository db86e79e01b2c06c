"""Optimisers of networks that have tables with sparse gradients.

torch's own optimisers for these tables make several sparse tensors of the whole gradient in a step.
Here a step goes through the rows that have a gradient in blocks, so that its data stays in the
cache.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

BETAS, ADAM_EPSILON = (0.9, 0.999), 1e-8
"""The values of torch's Adam."""
ACCUMULATED, ADAGRAD_EPSILON = 0.1, 1e-7
"""Initial sums of squares in Adagrad, and the term added to their roots: as in Keras."""
BLOCK = 1 << 16
"""Numbers of a table that are changed at once."""


class RowWise(torch.optim.Optimizer):  # type: ignore[misc]
    """Base class of optimisers of tables, for changing only the rows that have a gradient."""

    def __init__(self, tables: list[nn.Parameter], lr: float) -> None:
        super().__init__(tables, {"lr": lr})

    def step(self, closure: None = None) -> None:
        """Take a step with every table."""
        with torch.no_grad():
            for group in self.param_groups:
                for table in group["params"]:
                    if table.grad is not None:
                        self._step(table, group["lr"])

    def _step(self, table: nn.Parameter, lr: float) -> None:
        state = self.state[table]
        state.update({"step": state["step"] + 1} if state else {"step": 1, **self.begin(table)})
        for rows, values in _in_blocks(table.grad):
            self.move(table, rows, values, lr, state)

    def begin(self, table: Tensor) -> dict[str, Tensor]:
        """Return the state of a table before the first step."""
        raise NotImplementedError

    def move(
        self, table: Tensor, rows: Tensor, values: Tensor, lr: float, state: dict[str, Any]
    ) -> None:
        """Change distinct rows, int64 (rows,), of a table by gradients, float32 (rows, size)."""
        raise NotImplementedError


class RowAdam(RowWise):
    """Adam as torch's SparseAdam: a row's state changes only in steps with a gradient for it."""

    def begin(self, table: Tensor) -> dict[str, Tensor]:
        """Return the initial means of gradients and of squared gradients."""
        return {"exp_avg": torch.zeros_like(table), "exp_avg_sq": torch.zeros_like(table)}

    def move(
        self, table: Tensor, rows: Tensor, values: Tensor, lr: float, state: dict[str, Any]
    ) -> None:
        """Change rows; see `RowWise.move`."""
        first = state["exp_avg"].index_select(0, rows).lerp_(values, 1 - BETAS[0])
        second = state["exp_avg_sq"].index_select(0, rows).mul_(BETAS[1])
        second.addcmul_(values, values, value=1 - BETAS[1])
        state["exp_avg"].index_copy_(0, rows, first)
        state["exp_avg_sq"].index_copy_(0, rows, second)
        size = lr * (1 - BETAS[1] ** state["step"]) ** 0.5 / (1 - BETAS[0] ** state["step"])
        table.index_add_(0, rows, first.div_(second.sqrt_().add_(ADAM_EPSILON)), alpha=-size)


class RowAdagrad(RowWise):
    """Adagrad by rows."""

    def begin(self, table: Tensor) -> dict[str, Tensor]:
        """Return the initial sums of squared gradients."""
        return {"sum": torch.full_like(table, ACCUMULATED)}

    def move(
        self, table: Tensor, rows: Tensor, values: Tensor, lr: float, state: dict[str, Any]
    ) -> None:
        """Change rows; see `RowWise.move`."""
        sums = state["sum"].index_select(0, rows).addcmul_(values, values)
        state["sum"].index_copy_(0, rows, sums)
        table.index_add_(0, rows, values / sums.sqrt_().add_(ADAGRAD_EPSILON), alpha=-lr)


class SparseAndDense(torch.optim.Optimizer):  # type: ignore[misc]
    """Adam or Adagrad for all parameters.

    Tables with sparse gradients are changed by rows, all other parameters by torch's own optimiser.
    The two act as one optimiser: for steps, for the step size in `param_groups` and for the state.
    """

    def __init__(self, network: nn.Module, rule: str, lr: float) -> None:
        tables = [
            each.weight
            for each in network.modules()
            if isinstance(each, nn.Embedding) and each.sparse
        ]
        known = {id(each) for each in tables}
        others = [each for each in network.parameters() if id(each) not in known]
        dense = (
            torch.optim.Adam(others, lr=lr)
            if rule == "adam"
            else torch.optim.Adagrad(
                others, lr, initial_accumulator_value=ACCUMULATED, eps=ADAGRAD_EPSILON
            )
        )
        by_rows = RowAdam if rule == "adam" else RowAdagrad
        self.parts: list[torch.optim.Optimizer] = [by_rows(tables, lr), dense]
        super().__init__([*tables, *others], {"lr": lr})
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    def step(self, closure: None = None) -> None:
        """Take a step with both optimisers."""
        for part in self.parts:
            part.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of both optimisers."""
        for part in self.parts:
            part.zero_grad(set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """Return the states of both optimisers, under a single number for every parameter."""
        state, before = dict[int, Any](), 0
        for part in self.parts:
            found = part.state_dict()
            state |= {before + number: slots for number, slots in found["state"].items()}
            before += len(part.param_groups[0]["params"])
        return {"state": state, "param_groups": []}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Set the states of both optimisers."""
        before = 0
        for part in self.parts:
            count = len(part.param_groups[0]["params"])
            own = {
                number - before: slots
                for number, slots in state_dict["state"].items()
                if 0 <= number - before < count
            }
            part.load_state_dict({**part.state_dict(), "state": own})
            before += count
        # Loading has replaced the groups of the parts.
        self.param_groups = [group for part in self.parts for group in part.param_groups]


def _in_blocks(gradient: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield distinct rows and gradients in blocks."""
    rows, values = gradient._indices()[0], gradient._values()  # indices() needs a coalesced tensor
    if not bool((rows[1:] > rows[:-1]).all()):
        gradient = gradient.coalesce()
        rows, values = gradient.indices()[0], gradient.values()
    size = max(1, BLOCK // max(1, values.shape[1]))
    yield from zip(rows.split(size), values.split(size), strict=True)
