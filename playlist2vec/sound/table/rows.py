"""The table of spectrograms: the status of every song."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import reading, whole_file

COLUMNS = ("track", "status", "seconds", "frames", "found")
OK = "ok"


class Row(NamedTuple):
    """A song in the table of mels.

    `status`: OK, or the reason for no spectrogram. `found`: details in words.
    """

    track: str
    status: str
    seconds: float
    frames: int
    found: str


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write the table, a line per song."""
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        file.write("\t".join(COLUMNS).encode() + b"\n")
        file.writelines(map(line_of, rows))


def line_of(row: Row) -> bytes:
    """Return the line of a song."""
    line = io.StringIO()
    fields = (row.track, row.status, f"{row.seconds:.3f}", row.frames, row.found)
    csv.writer(line, dialect="excel-tab", lineterminator="\n").writerow(fields)
    return line.getvalue().encode()


def read_rows(path: Path, end: int = -1) -> list[Row]:
    """Read the table of mels, or the first `end` bytes. Raises DataError for a damaged table."""
    with reading(path, f"a table with the columns {' '.join(COLUMNS)}"), open(path, "rb") as file:
        lines = csv.reader(
            io.StringIO(file.read(end).decode("utf-8"), newline=""), dialect="excel-tab"
        )
        if tuple(next(lines, ())) != COLUMNS:
            raise DataError(f"{path}: line 1: expected {' '.join(COLUMNS)}")
        return [
            Row(track, status, float(s), int(frames), found)
            for track, status, s, frames, found in lines
        ]
