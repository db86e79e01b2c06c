"""Parameters of the scores."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, parameter


@dataclass(frozen=True)
class ListenScoring:
    """Section `two_tower.evaluate`: the resampling for intervals."""

    SECTION: ClassVar[str] = "two_tower.evaluate"

    resamples: int = parameter(integer(10, 1_000_000))
    seed: int = parameter(integer(0, 2**31))
