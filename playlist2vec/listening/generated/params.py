"""Parameters of the data set `listens`."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, number, parameter


@dataclass(frozen=True)
class ListensParams:
    """Section `two_tower.listens`: numbers of people, tracks and listens, and habits."""

    SECTION: ClassVar[str] = "two_tower.listens"

    users: int = parameter(integer(1, 1_000_000))
    tracks: int = parameter(integer(100, 1_000_000))
    listens: int = parameter(integer(100, 1_000_000_000))
    days: int = parameter(integer(1, 10_000))
    structure: float = parameter(number(0, 1))
    seed: int = parameter(integer(0, 2**31))
