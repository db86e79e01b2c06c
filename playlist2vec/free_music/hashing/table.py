"""The table of hashes: hashes.tsv, a row for every track, in the order of the fingerprints."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_lines, reading, write_text

OK = "ok"
REASONS = ("missing", "changed", "unreadable", "truncated", "too_short", "silent")
"""Reasons for a track without a fingerprint."""
FILE = "hashes.tsv"


class Hashes(NamedTuple):
    """A track in the table of hashes.

    `status`: OK or one of REASONS. `seconds`: length of the decoded sound. `words`: length of the
    fingerprint. `sha256`, `packets`, `cover`: hashes of the file, of the encoded sound and of the
    picture, empty where missing.
    """

    id: int
    status: str
    seconds: float
    words: int
    sha256: str
    packets: str
    cover: str


COLUMNS = "\t".join(Hashes._fields)


def write_hashes(folder: Path, rows: Sequence[Hashes]) -> None:
    """Write the table into a folder."""
    lines = (
        "\t".join([str(row.id), row.status, f"{row.seconds:.3f}", *map(str, row[3:])])
        for row in rows
    )
    write_text(folder / FILE, "\n".join([COLUMNS, *lines, ""]))


def read_hashes(folder: Path) -> list[Hashes]:
    """Read the table of a folder. Raises DataError for a damaged table."""
    path = folder / FILE
    lines = read_lines(path, f"a table with the columns {COLUMNS}")
    if next(lines, (0, ""))[1] != COLUMNS:
        raise DataError(f"{path}: line 1: expected the columns {COLUMNS.replace(chr(9), ' ')}")
    with reading(path, f"a table with the columns {COLUMNS}"):
        return [_row(line.split("\t")) for _, line in lines]


def _row(fields: list[str]) -> Hashes:
    track, status, seconds, words, *hashes = fields
    sha256, packets, cover = hashes
    return Hashes(int(track), status, float(seconds), int(words), sha256, packets, cover)
