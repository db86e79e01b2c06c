"""Parameters of the baselines."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, number, numbers, parameter


@dataclass(frozen=True)
class BaselinesParams:
    """Section `baselines`: the values among which each baseline chooses, and by how many pairs."""

    SECTION: ClassVar[str] = "baselines"

    pairs: int = parameter(integer(1))
    decay: tuple[float, ...] = parameter(numbers(number(0, 1)))
    window: tuple[int, ...] = parameter(numbers(integer(1, 10_000)))
    neighbours: tuple[int, ...] = parameter(numbers(integer(1, 1_000_000)))
    session_neighbours: tuple[int, ...] = parameter(numbers(integer(1, 1_000_000)))
    distances: tuple[int, ...] = parameter(numbers(integer(1, 20)))
    smoothing: tuple[float, ...] = parameter(numbers(number(0, 1e9, above=True)))
    order: tuple[int, ...] = parameter(numbers(integer(2, 10)))
    penalty: tuple[float, ...] = parameter(numbers(number(0, 1e9, above=True)))
