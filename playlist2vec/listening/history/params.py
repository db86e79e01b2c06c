"""Parameters of histories."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from playlist2vec.base.rules import choice, integer, number, own_path, parameter


@dataclass(frozen=True)
class DataParams:
    """Section `two_tower`: the data set of listens."""

    SECTION: ClassVar[str] = "two_tower"

    data: str = parameter(choice("listens", "canonical"))
    canonical: str = own_path()

    def folder(self, generated: str | Path) -> Path:
        """Return the folder with playlists.npz, listens.npz and tracks.tsv.

        `generated`: the folder of the generated data set.
        """
        return Path(generated if self.data == "listens" else self.canonical)


@dataclass(frozen=True)
class HistoryParams:
    """Section `two_tower.history`: the cuts of histories, and the questions."""

    SECTION: ClassVar[str] = "two_tower.history"

    validation: float = parameter(number(0, 0.5, above=True))
    test: float = parameter(number(0, 0.5, above=True))
    training_listens: int = parameter(integer(1))
    min_count: int = parameter(integer(1))
    questions: int = parameter(integer(1))
    gap: int = parameter(integer(1, 1_000_000))
    listens_back: int = parameter(integer(1, 1_000_000))
    seed: int = parameter(integer(0, 2**31))
