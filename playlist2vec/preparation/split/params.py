"""Parameters of the split."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, count_or_fraction, integer, parameter


@dataclass(frozen=True)
class SplitParams:
    """Section `split`: the playlists and songs to hold out, and the training data."""

    SECTION: ClassVar[str] = "split"

    by: str = parameter(choice("playlist", "time"))
    target: str = parameter(choice("random", "last"))
    places: int = parameter(integer(1, 1_000))
    held_out: str = parameter(choice("song", "rest", "playlist"))
    copies: str = parameter(choice("drop", "keep"))
    validation: int | float = parameter(count_or_fraction())
    test: int | float = parameter(count_or_fraction())
    min_length: int = parameter(integer(2))
    seed: int = parameter(integer(0, 2**32 - 1))
