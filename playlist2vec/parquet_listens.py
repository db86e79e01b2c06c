"""Listens in Parquet files, as ListenBrainz's spark dumps have them."""

from collections.abc import Iterator
from typing import IO, Any

from playlist2vec.errors import DataError

NUMBERS = ("user_id", "listened_at")
TEXTS = ("recording_msid", "artist_name", "recording_name")
BATCH = 1 << 15
"""Rows that are read at once."""
LARGEST = 1 << 26
"""Bytes of text that the rows read at once may have in a column; a text takes no space where it is repeated."""
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
Row = tuple[Any, Any, Any, Any, Any]


def read_parquet(file: IO[bytes], place: str, *, by_mbid: bool) -> Iterator[Row]:
    """User, time in seconds, recording, artist's name and title of each listen; None where there is none.

    `file` can seek; it is read in batches. Errors call it `place`. `by_mbid`: the recording is the recording_mbid where
    there is one. Raises DataError for a damaged file, for a column that is missing or of another type, and where
    pyarrow, which only this module needs, is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetFile, read_metadata
    except ImportError:
        raise DataError(
            f"{place}: Parquet needs pyarrow: type `make setup EXTRAS=listenbrainz`, or `pip install pyarrow`"
        ) from None
    texts = (*TEXTS, "recording_mbid") if by_mbid else TEXTS
    try:
        metadata = read_metadata(file)
        _check_columns(metadata.schema.to_arrow_schema(), texts, place)
        # Texts stay codes in a dictionary until it is known how large they are.
        table = ParquetFile(file, metadata=metadata, read_dictionary=list(texts))
        for batch in table.iter_batches(BATCH, columns=[*NUMBERS, *texts]):
            users, times = _whole(batch.column("user_id")), _seconds(batch.column("listened_at"))
            columns = [_texts(batch.column(name), f"{place}: {name}") for name in texts]
            msids, artists, titles = columns[:3]
            recordings = [mbid or msid for mbid, msid in zip(columns[3], msids, strict=True)] if by_mbid else msids
            yield from zip(users, times, recordings, artists, titles, strict=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{place}: cannot be read as Parquet ({reason}): expected a whole Parquet file") from None


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


def _whole(column: Any) -> list[int | None]:
    numbers: list[int | None] = column.to_pylist()
    return numbers


def _seconds(column: Any) -> list[int | None]:
    """Seconds since 1970, rounded towards it."""
    from pyarrow import compute, int64, types

    if types.is_timestamp(column.type):
        column = compute.divide(column.cast(int64()), UNITS[column.type.unit])
    return _whole(column)


def _texts(column: Any, place: str) -> list[str | None]:
    from pyarrow import compute

    size = compute.sum(compute.binary_length(column.dictionary).take(column.indices)).as_py() or 0
    if size > LARGEST:
        raise DataError(f"{place}: {size} bytes in {len(column)} rows: expected at most {LARGEST}")
    texts: list[str | None] = column.dictionary_decode().to_pylist()
    return texts
