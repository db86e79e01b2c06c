"""Parameters of the generated data set."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, number, parameter


@dataclass(frozen=True)
class SampleParams:
    """Section `sample`: the generated data set; params.yaml explains the parameters."""

    SECTION: ClassVar[str] = "sample"

    playlists: int = parameter(integer(1, 10_000_000))
    songs: int = parameter(integer(20, 10_000_000))
    predictability: float = parameter(number(0, 1))
    seed: int = parameter(integer(0, 2**32 - 1))
