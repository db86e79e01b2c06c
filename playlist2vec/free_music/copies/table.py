"""The table of copies: copies.tsv, a row for every track in a group of copies."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_lines, reading, write_text


class Copied(NamedTuple):
    """A track in a group of copies.

    `stays`: id of the track kept of the group, maybe the track itself. `error`: least bit error
    rate.
    """

    id: int
    stays: int
    error: float


COLUMNS = "\t".join(Copied._fields)


def write_copies(path: str | Path, rows: Sequence[Copied]) -> None:
    """Write the table."""
    write_text(
        path, "\n".join([COLUMNS, *(f"{row.id}\t{row.stays}\t{row.error:.6f}" for row in rows), ""])
    )


def read_copies(path: str | Path) -> dict[int, int]:
    """Return the kept track for each track in the table. Raises DataError for a damaged table."""
    lines = read_lines(path, f"a table with the columns {COLUMNS}")
    if next(lines, (0, ""))[1] != COLUMNS:
        raise DataError(f"{path}: line 1: expected the columns {COLUMNS.replace(chr(9), ' ')}")
    with reading(path, f"a table with the columns {COLUMNS}"):
        fields = (line.split("\t") for _, line in lines)
        return {int(track): int(stays) for track, stays, _ in fields}
