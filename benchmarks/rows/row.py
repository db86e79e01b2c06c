"""A row of the table, and the data shared by rows."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.measuring import Measured, measure
from benchmarks.tasks import data


@dataclass(frozen=True)
class Row:
    """A line of the table.

    `ratio`: theirs by ours or ours by theirs, as in `goal`. `goals`: the texts of the row's goals,
    and True for a reached goal; empty for a row that only informs. `remarks`: lines below the
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
    """The data shared by rows, made on first use."""

    def __init__(self, folder: Path, playlists: int, repeats: int) -> None:
        self.folder = folder
        self.size = playlists
        self.repeats = repeats

    @cached_property
    def small(self) -> Path:
        """The data at the requested scale."""
        return self._made("small", self.size)

    @cached_property
    def large(self) -> Path:
        """Ten times as many playlists of the same catalogue; the first tenth equals `small`."""
        return self._made("large", 10 * self.size)

    @cached_property
    def pickled(self) -> Path:
        """`small` with playlists.npy and local.txt."""
        measure("data.pickled", self.small, 1)
        return self.small

    @cached_property
    def trained(self) -> Path:
        """`small` with a model."""
        measure("data.model", self.small, 1)
        return self.small

    @cached_property
    def weighed(self) -> Path:
        """`trained` with weights of the blend."""
        measure("blend.fit", self.trained, 1)
        return self.trained

    def _made(self, name: str, playlists: int) -> Path:
        data.write_params(self.folder / name, playlists, data.SONGS * self.size)
        measure("data.playlists", self.folder / name, 1)
        return self.folder / name


def millions(number: int) -> str:
    """Return a large number as short text."""
    return f"{number / 1e6:.2f} M" if number >= 10_000 else f"{number:,}"
