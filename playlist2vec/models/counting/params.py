"""Parameters of the baselines."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import Rule, integer, number, numbers, parameter

RULES: dict[str, Rule] = {
    "decay": number(0, 1),
    "window": integer(1, 10_000),
    "neighbours": integer(1, 1_000_000),
    "session_neighbours": integer(1, 1_000_000),
    "distances": integer(1, 20),
    "smoothing": number(0, 1e9, above=True),
    "before": number(0, 1),
    "order": integer(2, 10),
    "penalty": number(0, 1e9, above=True),
}
"""Rules for the settings of baselines; `before` is no parameter."""


@dataclass(frozen=True)
class BaselinesParams:
    """Section `baselines`: candidate values of settings, and the number of pairs to choose by."""

    SECTION: ClassVar[str] = "baselines"

    pairs: int = parameter(integer(1))
    decay: tuple[float, ...] = parameter(numbers(RULES["decay"]))
    window: tuple[int, ...] = parameter(numbers(RULES["window"]))
    neighbours: tuple[int, ...] = parameter(numbers(RULES["neighbours"]))
    session_neighbours: tuple[int, ...] = parameter(numbers(RULES["session_neighbours"]))
    distances: tuple[int, ...] = parameter(numbers(RULES["distances"]))
    smoothing: tuple[float, ...] = parameter(numbers(RULES["smoothing"]))
    order: tuple[int, ...] = parameter(numbers(RULES["order"]))
    penalty: tuple[float, ...] = parameter(numbers(RULES["penalty"]))
