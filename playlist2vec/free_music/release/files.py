"""The files of the data set, written from the rows."""

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file, write_text
from playlist2vec.free_music.manifest.entries import Entry
from playlist2vec.free_music.release.rows import Row
from playlist2vec.free_music.selection.licences import FREE

TABLE, RAW, ATTRIBUTION, LICENCES = (
    "tracks.parquet",
    "scdata.json",
    "attribution.tsv",
    "LICENCES.md",
)
AUDIO_SUMS, SUMS = "audio.sha256", "checksums.sha256"
SECRETS = frozenset({"track_authorization", "secret_token", "media"})
"""Removed keys of the metadata: permissions of the requesting user, and addresses that expire."""
ROW_GROUP = 65_536


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Write the rows as Parquet, a column per field of `Row`. Raises DataError without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise DataError(f"{path}: needs pyarrow: type `pip install -e '.[soundcloud]'`") from None
    kinds: dict[type, Any] = {int: pa.int64(), float: pa.float64(), str: pa.string()}
    kind_of = Row.__annotations__
    columns = {
        name: pa.array([row[place] for row in rows], kinds[kind_of[name]])
        for place, name in enumerate(Row._fields)
    }
    with whole_file(path) as unfinished:
        pq.write_table(pa.table(columns), unfinished, row_group_size=ROW_GROUP, compression="zstd")


def write_raw(path: Path, entries: Sequence[Entry], parts: Sequence[str]) -> None:
    """Write SoundCloud's metadata with `scdata_split` as a JSON list, a line per track.

    The keys in SECRETS are left out.
    """
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        for place, (entry, part) in enumerate(zip(entries, parts, strict=True)):
            given = {key: value for key, value in entry.metadata.items() if key not in SECRETS}
            file.write(b",\n" if place else b"[\n")
            file.write(orjson.dumps(given | {"scdata_split": part}, option=orjson.OPT_SORT_KEYS))
        file.write(b"\n]\n" if entries else b"[]\n")


def write_attribution(path: Path, rows: Sequence[Row]) -> None:
    """Write the credits of every track: id, title, uploader, address, licence, licence address."""
    text = io.StringIO()
    lines = csv.writer(text, dialect="excel-tab", lineterminator="\n")
    columns = ("id", "title", "uploader", "address", "licence_name", "licence_address")
    lines.writerow(columns)
    lines.writerows([getattr(row, name) for name in columns] for row in rows)
    write_text(path, text.getvalue())


def write_licences(path: Path, rows: Sequence[Row]) -> None:
    """Write the licences in use: name, number of tracks, address of the text, conditions."""
    counts = {name: sum(row.licence == name for row in rows) for name in FREE}
    parts = [
        f"## {licence.name}\n\n{counts[name]:,} tracks (`{name}`). In short, where you share one: "
        f"{licence.asks}. The licence itself, which alone counts: <{licence.address}>\n"
        for name, licence in FREE.items()
        if counts[name]
    ]
    head = (
        "# Licences\n\nEach track is its uploader's, under the licence that attribution.tsv names. "
        "Title, uploader, address and licence to be named with it stand there.\n"
    )
    write_text(path, "\n".join([head, *parts]))


def write_audio_sums(path: Path, rows: Sequence[Row]) -> None:
    """Write the hashes of the sound files, for `sha256sum -c` in the folder of the manifest."""
    write_text(path, "".join(f"{row.sha256}  {row.file}\n" for row in rows))


def write_sums(folder: Path, names: Sequence[str]) -> None:
    """Write the hashes of the data set's files, for `sha256sum -c` in the same folder."""
    write_text(folder / SUMS, "".join(f"{sha256_of(folder / name)}  {name}\n" for name in names))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
