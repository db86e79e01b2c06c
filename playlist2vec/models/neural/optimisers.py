"""Optimisers of networks that have tables with sparse gradients."""

from typing import Any

import torch
from torch import nn


class SparseAndDense(torch.optim.Optimizer):  # type: ignore[misc]
    """Adam for all parameters: torch's SparseAdam for tables with sparse gradients, of which a step touches few rows.

    The two are one to whoever steps, changes the step size in `param_groups`, or saves the state.
    """

    def __init__(self, network: nn.Module, lr: float) -> None:
        tables = [each.weight for each in network.modules() if isinstance(each, nn.Embedding) and each.sparse]
        known = {id(each) for each in tables}
        others = [each for each in network.parameters() if id(each) not in known]
        self.parts: list[torch.optim.Optimizer] = [
            torch.optim.SparseAdam(tables, lr=lr),
            torch.optim.Adam(others, lr=lr),
        ]
        super().__init__([*tables, *others], {"lr": lr})
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    def step(self, closure: None = None) -> None:
        """Take a step with both."""
        for part in self.parts:
            part.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of both."""
        for part in self.parts:
            part.zero_grad(set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """Return the states of both under one number for each parameter."""
        state, before = dict[int, Any](), 0
        for part in self.parts:
            found = part.state_dict()
            state |= {before + number: slots for number, slots in found["state"].items()}
            before += len(part.param_groups[0]["params"])
        return {"state": state, "param_groups": []}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Set the states of both."""
        before = 0
        for part in self.parts:
            count = len(part.param_groups[0]["params"])
            own = {
                number - before: slots for number, slots in state_dict["state"].items() if 0 <= number - before < count
            }
            part.load_state_dict({**part.state_dict(), "state": own})
            before += count
        # Those from before are no longer the parts' own.
        self.param_groups = [group for part in self.parts for group in part.param_groups]
