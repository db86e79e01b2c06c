"""Parameters of the ordering model."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, integer, number, parameter


@dataclass(frozen=True)
class OrderParams:
    """Section `two_tower.order`: the ordering model and the fitting."""

    SECTION: ClassVar[str] = "two_tower.order"

    model: str = parameter(choice("lambdarank", "logistic"))
    trees: int = parameter(integer(1, 10_000))
    leaves: int = parameter(integer(2, 1_000))
    smallest_leaf: int = parameter(integer(1))
    learning_rate: float = parameter(number(0, 1, above=True))
    seed: int = parameter(integer(0, 2**31))
