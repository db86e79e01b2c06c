"""A row of the table, and the data that the rows share."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.measuring import Measured, measure
from benchmarks.tasks import data


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `ratio`: theirs by ours or ours by theirs, as `goal` says it; `goals`: the text of each goal of
    the row and whether it is reached; none for a row that only informs. `remarks`: lines below the
    table.
    """

    number: str
    what: str
    against: str
    ours: Measured
    theirs: Measured | None
    ratio: str
    goals: tuple[tuple[str, bool], ...]
    remarks: tuple[str, ...] = ()


class Workplace:
    """The data that the rows share, each made when a row first asks for it."""

    def __init__(self, folder: Path, playlists: int, repeats: int) -> None:
        self.folder = folder
        self.size = playlists
        self.repeats = repeats

    @cached_property
    def small(self) -> Path:
        """The data at the scale that was asked for."""
        return self._made("small", self.size)

    @cached_property
    def large(self) -> Path:
        """Ten times as many playlists of the same catalogue; the first tenth of them are those of
        `small`.
        """
        return self._made("large", 10 * self.size)

    @cached_property
    def pickled(self) -> Path:
        """`small` with playlists.npy and local.txt in it."""
        measure("data.pickled", self.small, 1)
        return self.small

    @cached_property
    def trained(self) -> Path:
        """`small` with a model in it."""
        measure("data.model", self.small, 1)
        return self.small

    @cached_property
    def weighed(self) -> Path:
        """`trained` with weights of the blend in it."""
        measure("blend.fit", self.trained, 1)
        return self.trained

    def _made(self, name: str, playlists: int) -> Path:
        data.write_params(self.folder / name, playlists, data.SONGS * self.size)
        measure("data.playlists", self.folder / name, 1)
        return self.folder / name


def millions(number: int) -> str:
    """A large number, short."""
    return f"{number / 1e6:.2f} M" if number >= 10_000 else f"{number:,}"
