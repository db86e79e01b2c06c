"""The songs of a data set of free music: names, files and partitions."""

from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import reading

TABLE = "tracks.parquet"
COLUMNS = ("id", "title", "uploader_id", "uploader", "file", "duration", "split")
PARTS = ("train", "validation", "test")


class SetSong(NamedTuple):
    """A song of a data set.

    `track`, `uploader`: ids as in the playlist chain. `file`: path relative to the folder of the
    manifest. `seconds`: length of the sound. `part`: one of PARTS.
    """

    track: str
    title: str
    uploader: str
    uploader_name: str
    file: str
    seconds: float
    part: str


def read_set(folder: str | Path) -> list[SetSong]:
    """Return the songs of a data set, sorted by id as text.

    Raises DataError where the table is missing, damaged or empty, or has an invalid partition or
    path.
    """
    path = Path(folder) / TABLE
    if not path.is_file():
        raise DataError(
            f"{path}: no such file: expected what `make soundcloud` writes into data/soundcloud/set"
        )
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise DataError(f"{path}: needs pyarrow: type `pip install -e '.[soundcloud]'`") from None
    expected = f"a table with the columns {' '.join(COLUMNS)}"
    try:
        with reading(path, expected):
            rows = pq.read_table(path, columns=list(COLUMNS)).to_pylist()
    except (pa.ArrowException, KeyError):
        raise DataError(f"{path}: damaged, or without a column: expected {expected}") from None
    songs = []
    for row in rows:
        song = SetSong(
            *(str(row["id"]), row["title"], str(row["uploader_id"]), row["uploader"]),
            *(row["file"], float(row["duration"]), row["split"]),
        )
        below = Path(song.file)
        if song.part not in PARTS or below.is_absolute() or ".." in below.parts:
            raise DataError(
                f"{path}: track {song.track} has the split {song.part!r} and the file "
                f"{song.file!r}: expected one of {', '.join(PARTS)}, "
                "and a path below the folder of the manifest"
            )
        songs.append(song)
    if not songs:
        raise DataError(f"{path}: no track: expected one or more")
    return sorted(songs)
