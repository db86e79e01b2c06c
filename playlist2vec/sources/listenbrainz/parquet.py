"""Reading of listens from Parquet files, the format of ListenBrainz's spark dumps."""

from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.sources.listenbrainz.columns import LATEST, ROWS, Listens, Texts

NUMBERS = ("user_id", "listened_at")
TEXTS = ("recording_msid", "artist_name", "recording_name")
LARGEST = 1 << 26
"""The most bytes of text in a column of a batch of rows; in the file, repeated texts take no space.
"""
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def read_parquet(file: IO[bytes], place: str, *, by_mbid: bool) -> Iterator[Listens]:
    """Yield the listens of a file in order, in blocks.

    `file`: must be seekable. `place`: the name of the file in errors. `by_mbid`: the recording is
    the recording_mbid where there is one. Raises DataError for a damaged file, for a column that is
    missing or of another type, and if pyarrow, needed only here, is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetFile, read_metadata
    except ImportError:
        raise DataError(
            f"{place}: Parquet needs pyarrow: type `make setup EXTRAS=listenbrainz`, "
            "or `pip install pyarrow`"
        ) from None
    texts = (*TEXTS, "recording_mbid") if by_mbid else TEXTS
    try:
        metadata = read_metadata(file)
        _check_columns(metadata.schema.to_arrow_schema(), texts, place)
        # Texts stay codes in a dictionary until their size is checked.
        table = ParquetFile(file, metadata=metadata, read_dictionary=list(texts))
        for batch in table.iter_batches(ROWS, columns=[*NUMBERS, *texts], use_threads=False):
            columns = [_checked(batch.column(name), f"{place}: {name}") for name in texts]
            yield Listens(
                *_users(batch.column("user_id")),
                _seconds(batch.column("listened_at")),
                _first_of(columns[3], columns[0]) if by_mbid else _texts(columns[0]),
                _texts(columns[1]),
                _texts(columns[2]),
            )
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(
            f"{place}: cannot be read as Parquet ({reason}): expected a whole Parquet file"
        ) from None


def _check_columns(schema: Any, texts: tuple[str, ...], place: str) -> None:
    from pyarrow import types

    for name in (*NUMBERS, *texts):
        if schema.names.count(name) != 1:
            there = ", ".join(schema.names)
            raise DataError(f"{place}: no column {name}: expected one among {ascii(there)[1:201]}")
        found = schema.field(name).type
        inner = found.value_type if types.is_dictionary(found) else found
        if name in texts:
            accepted, right = "text", types.is_string(inner) or types.is_large_string(inner)
        elif name == "listened_at":
            accepted = "a time, or seconds in whole numbers"
            right = types.is_timestamp(found) or types.is_integer(found)
        else:
            accepted, right = "whole numbers", types.is_integer(found)
        if not right:
            raise DataError(f"{place}: the column {name} has the type {found}: expected {accepted}")


def _users(column: Any) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the keys of users, uint64, and a mask of rows with a user, bool."""
    numbers = column.fill_null(0).to_numpy(zero_copy_only=False)
    known = column.is_valid().to_numpy(zero_copy_only=False) & (numbers >= 0)
    return mix(numbers.astype(np.uint64)), known


def _seconds(column: Any) -> NDArray[np.int64]:
    """Return seconds since 1970, rounded towards 1970; LATEST or more for a missing time."""
    from pyarrow import compute, int64, scalar, types

    if types.is_timestamp(column.type):
        column = compute.divide(column.cast(int64()), UNITS[column.type.unit])
    if types.is_uint64(column.type):
        column = compute.min_element_wise(column, scalar(LATEST, column.type), skip_nulls=False)
    found: NDArray[np.int64] = column.cast(int64()).fill_null(LATEST).to_numpy(zero_copy_only=False)
    return found


def _checked(column: Any, place: str) -> Any:
    """Return the column, a dictionary of texts; raise DataError for more than LARGEST bytes."""
    from pyarrow import compute

    size = compute.sum(compute.binary_length(column.dictionary).take(column.indices)).as_py() or 0
    if size > LARGEST:
        raise DataError(f"{place}: {size} bytes in {len(column)} rows: expected at most {LARGEST}")
    return column


def _texts(column: Any, wanted: NDArray[np.bool_] | bool = True) -> Texts:
    """Return the texts of a column in the `wanted` rows; a missing text in the remaining rows."""
    from pyarrow import array

    places = np.where(wanted, column.indices.fill_null(-1).to_numpy(zero_copy_only=False), -1)
    used = np.zeros(len(column.dictionary) + 1, bool)
    used[places] = True
    used[-1] = False
    texts = column.dictionary.take(array(np.flatnonzero(used))).to_pylist()
    codes = np.cumsum(used)
    codes[-1] = 0
    return Texts(codes[places], [None, *texts])


def _first_of(first: Any, second: Any) -> Texts:
    """Return the text of `first` in every row, or the text of `second` if missing or empty."""
    ahead = _texts(first)
    there = np.array([bool(text) for text in ahead.different])[ahead.codes]
    behind = _texts(second, ~there)
    # The first entry of both lists is None.
    shifted = np.where(behind.codes == 0, 0, behind.codes + len(ahead.different) - 1)
    return Texts(np.where(there, ahead.codes, shifted), ahead.different + behind.different[1:])
