"""Parameters of the scores of cold songs."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import integer, parameter


@dataclass(frozen=True)
class ColdScoring:
    """Section `audio.evaluate`: the cutoff of the scores, and the resampling for intervals."""

    SECTION: ClassVar[str] = "audio.evaluate"

    k: int = parameter(integer(1, 1_000))
    resamples: int = parameter(integer(100, 100_000))
    seed: int = parameter(integer(0, 2**31))
