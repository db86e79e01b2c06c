"""Export to Parquet, for embedding-atlas and other programs that read Parquet."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.exporting.songs import Songs


def write_atlas(songs: Songs, path: str | Path, places: NDArray[np.float32] | None = None) -> None:
    """Write a Parquet file with the song columns, the vectors and, if known, map coordinates.

    The vectors are in the column `vector`, the coordinates in `x` and `y`. `places`: float32
    (songs, 2), NaN for a song that is not on the map. Raises DataError without pyarrow, and for
    `places` of another shape.
    """
    if find_spec("pyarrow") is None:
        raise DataError(
            "pyarrow is not installed: expected what `make setup EXTRAS=listenbrainz` installs"
        )
    import pyarrow
    from pyarrow import parquet

    count, size = songs.vectors.shape
    numbers = pyarrow.array(np.ascontiguousarray(songs.vectors, np.float32).ravel())
    columns = {column.name: pyarrow.array(column.values) for column in songs.columns}
    columns["vector"] = pyarrow.FixedSizeListArray.from_arrays(numbers, size)
    if places is not None:
        if places.shape != (count, 2):
            raise DataError(f"a map of {len(places):,} songs: expected {count:,}, two numbers each")
        # Null, not NaN, for a song that is not on the map.
        columns |= {
            name: pyarrow.array(axis, from_pandas=True)
            for name, axis in zip("xy", places.T, strict=True)
        }
    with whole_file(path) as unfinished:
        parquet.write_table(pyarrow.table(columns), unfinished, compression="zstd")
