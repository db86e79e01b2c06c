"""Parameters of the filter."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, flag, integer, parameter


@dataclass(frozen=True)
class FilterParams:
    """Section `filter`: the tracks and playlists to keep."""

    SECTION: ClassVar[str] = "filter"

    min_count: int = parameter(integer(1))
    count: str = parameter(choice("occurrences", "playlists"))
    min_length: int = parameter(integer(2))
    keep_repeats: bool = parameter(flag())
