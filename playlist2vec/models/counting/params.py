"""Parameters of the baselines."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, parameter


@dataclass(frozen=True)
class BaselinesParams:
    """Section `baselines`: how far the counting goes that the model stands beside."""

    SECTION: ClassVar[str] = "baselines"

    window: int = parameter(integer(1, 10_000))
    neighbours: int = parameter(integer(1, 1_000_000))
    session_neighbours: int = parameter(integer(1, 1_000_000))
