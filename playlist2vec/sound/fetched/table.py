"""The table of a folder of fetched spectrograms, and the paths of shards."""

import os
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.sound.table.rows import Row, read_rows

TABLE = "songs.tsv"
SHARD = 1_000
"""Songs of a shard."""


def shard_path(folder: Path, place: int) -> Path:
    """Return the path of the shard of song number `place`, from 0 in the order of requests."""
    return folder / f"{place // SHARD:05}.npy"


def rows_of(folder: str | Path) -> list[Row]:
    """Return the last row of each song, in the order of the slots.

    Raises DataError for a damaged or missing table.
    """
    table = Path(folder) / TABLE
    if not table.is_file():
        raise DataError(f"{table}: no such file: expected what `playlist2vec fetch-mels` writes")
    return list({row.track: row for row in read_rows(table, end_of(table))}.values())


def end_of(table: Path) -> int:
    """Return the bytes of the whole lines of a table; a kill may leave a partial last line."""
    with open(table, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        tail = b""
        while size and b"\n" not in tail:
            size = max(0, size - 4_096)
            file.seek(size)
            tail = file.read()
    return size + tail.rfind(b"\n") + 1
