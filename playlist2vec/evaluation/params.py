"""Parameters of the scores."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, cutoffs, flag, integer, parameter


@dataclass(frozen=True)
class Scoring:
    """Parameters in section `evaluate` for the scores, the intervals and the index."""

    SECTION: ClassVar[str] = "evaluate"

    k: tuple[int, ...] = parameter(cutoffs())
    resamples: int = parameter(integer(10, 100_000))
    seed: int = parameter(integer(0, 2**32 - 1))
    index: str = parameter(choice("exact", "kd_tree"))
    challenge: bool = parameter(flag())


SUGGESTING = ("word2vec", "blend")
"""Rankers that can suggest songs."""


@dataclass(frozen=True)
class Suggesting:
    """Parameter in section `evaluate`: the ranker that suggests songs; all rankers are scored."""

    SECTION: ClassVar[str] = "evaluate"

    ranker: str = parameter(choice(*SUGGESTING))
