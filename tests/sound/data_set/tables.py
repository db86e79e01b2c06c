"""Tables of data sets for tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def row(number: int, part: str) -> dict[str, Any]:
    """A song of a data set."""
    return {
        "id": number,
        "title": f"Song {number}",
        "uploader_id": 7,
        "uploader": "Some",
        "file": f"audio/{number}.m4a",
        "duration": 4.5,
        "split": part,
    }


def write_set(folder: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write a table of these rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    columns = rows[0] if rows else row(0, "test")
    pq.write_table(
        pa.table({name: [each[name] for each in rows] for name in columns}),
        folder / "tracks.parquet",
    )
