"""Invented listens in the shape of ListenBrainz's dumps, with sessions that are known, and the
files of such dumps.
"""

import io
import json
import lzma
import random
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import md5
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import zstandard

from tests.conftest import needed_package

START = 1_600_000_000
GAP = 30 * 60


@dataclass(frozen=True)
class Song:
    """A song of the catalogue; `mbid` is None where MusicBrainz does not know it."""

    msid: str
    mbid: str | None
    artist: str
    title: str

    def id(self, *, by_mbid: bool = True) -> str:
        return (by_mbid and self.mbid) or self.msid


@dataclass(frozen=True)
class Row:
    """A listen, as it stands in a dump."""

    user: int | None
    time: int | None
    msid: str | None
    mbid: str | None
    artist: str | None
    title: str | None


@dataclass
class Planted:
    """Listens, ascending by time; the sessions in them, each a user, songs and the time of the
    last; spoilt rows.
    """

    rows: list[Row] = field(default_factory=list)
    sessions: list[tuple[int, list[Song], int]] = field(default_factory=list)
    spoilt: dict[str, int] = field(default_factory=dict)


def identifier(text: str) -> str:
    return str(UUID(bytes=md5(text.encode(), usedforsecurity=False).digest()))


def catalogue(songs: int) -> list[Song]:
    return [
        Song(
            identifier(f"msid {number}"),
            None if number % 3 == 0 else identifier(f"mbid {number}"),
            f"Artist {number // 4}",
            f"Söng {number}",
        )
        for number in range(songs)
    ]


def plant(
    users: int = 6, sessions: int = 5, songs: int = 30, seed: int = 1, spoil: int = 3
) -> Planted:
    """Sessions with pauses of more than 30 minutes between them, of at most as much inside, both to
    the second.

    Of each kind of row that cannot be used there are `spoil`; of each kind of pause the closest
    there can be.
    """
    draw = random.Random(seed)
    known = catalogue(songs)
    planted = Planted()
    for user in range(1, users + 1):
        time = START + draw.randrange(1000)
        for _ in range(sessions):
            played = draw.choices(known, k=draw.randint(1, 7))
            for place, song in enumerate(played):
                time += draw.choice((1, 200, GAP)) if place else draw.choice((GAP + 1, 100_000))
                planted.rows.append(row_of(user, time, song))
            planted.sessions.append((user, played, time))
    good = list(planted.rows)
    spoils: dict[str, dict[str, Any]] = {
        "user": {"user": None},
        "time": {"time": None},
        "recording": {"msid": None, "mbid": None},
        "names": {"artist": " "},
        "early": {"time": 1033430399},
        "duplicates": {},
    }
    for kind, changes in spoils.items():
        planted.rows += [Row(**(vars(row) | changes)) for row in draw.sample(good, spoil)]
        planted.spoilt[kind] = spoil
    planted.rows.sort(key=lambda row: row.time or 0)
    return planted


def row_of(user: int, time: int, song: Song) -> Row:
    return Row(user, time, song.msid, song.mbid, song.artist, song.title)


def line(row: Row, time_name: str = "timestamp") -> bytes:
    """A line of a `.listens` file, with what else stands in one; a missing value is null or not
    there.
    """
    info: dict[str, Any] = {
        "submission_client": "invented",
        "duration_ms": 210_000,
        "tags": [],
        "artist_names": ["x"],
    }
    info |= {"recording_mbid": row.mbid} if row.mbid else {}
    listen = {
        "user_id": row.user,
        **({} if row.user is None else {"user_name": f"user_{row.user}"}),
        time_name: row.time,
        "track_metadata": {
            "track_name": row.title,
            "artist_name": row.artist,
            "release_name": "An album",
            "additional_info": info,
        },
        **({} if row.msid is None else {"recording_msid": row.msid}),
    }
    return json.dumps(listen, ensure_ascii=False).encode() + b"\n"


def lines(rows: Iterable[Row], time_name: str = "timestamp") -> bytes:
    return b"".join(line(row, time_name) for row in rows)


def parquet(rows: list[Row], unit: str = "ns") -> bytes:
    """A file of a spark dump: its eleven columns, packed with zstd. A test that asks for one needs
    pyarrow.
    """
    needed_package("pyarrow")
    import pyarrow as pa
    from pyarrow.parquet import write_table

    factor = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    times = pa.array(
        [None if row.time is None else row.time * factor for row in rows], pa.timestamp(unit)
    )
    nothing = [None] * len(rows)
    columns = {
        "listened_at": times,
        "created": times,
        "user_id": pa.array([row.user for row in rows], pa.int64()),
        "recording_msid": pa.array([row.msid for row in rows], pa.string()),
        "artist_name": pa.array([row.artist for row in rows], pa.string()),
        "artist_credit_id": pa.array(nothing, pa.int64()),
        "release_name": pa.array(["An album"] * len(rows), pa.string()),
        "release_mbid": pa.array(nothing, pa.string()),
        "recording_name": pa.array([row.title for row in rows], pa.string()),
        "recording_mbid": pa.array([row.mbid for row in rows], pa.string()),
        "artist_credit_mbids": pa.array(nothing, pa.list_(pa.string())),
    }
    file = io.BytesIO()
    write_table(pa.table(columns), file, compression="zstd", row_group_size=50)
    return file.getvalue()


def tar(members: Iterable[tuple[str | tarfile.TarInfo, bytes]]) -> bytes:
    """A tar archive; a member is a name, or a header of any kind, with its content."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members:
            header = tarfile.TarInfo(name) if isinstance(name, str) else name
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return file.getvalue()


def months(
    rows: list[Row], top: str = "listenbrainz-listens-dump-1-20240101-000003-full"
) -> Iterator[tuple[str, bytes]]:
    """The members of a dump: what it says of itself, and a file for each of several months."""
    yield f"{top}/SCHEMA_SEQUENCE", b"1"
    size = max(1, len(rows) // 3)
    for month, start in zip(count(1), range(0, len(rows), size), strict=False):
        yield f"{top}/listens/2024/{month}.listens", lines(rows[start : start + size])
    yield f"{top}/COPYING", b"CC0"


def write(path: Path, content: bytes) -> Path:
    """Write a file, packed as its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packers: dict[str, Callable[[bytes], bytes]] = {
        ".xz": lzma.compress,
        ".zst": zstandard.compress,
    }
    path.write_bytes(packers[path.suffix](content) if path.suffix in packers else content)
    return path


def write_lines(folder: Path, rows: list[Row]) -> dict[str, Path]:
    """The same listens in every form that JSON lines come in: a folder of files, or one dump, for
    each.
    """
    for number, half in enumerate(halves(rows)):
        write(
            folder / f"plain/listens/2024/{number}.listens",
            lines(half, "listened_at" if number else "timestamp"),
        )
    return {
        "plain": folder / "plain",
        "tar": write(folder / "a.tar", tar(months(rows))),
        "xz": write(folder / "a.tar.xz", tar(months(rows))),
        "zst": write(folder / "a.tar.zst", tar(months(rows))),
    }


def write_parquet(folder: Path, rows: list[Row]) -> dict[str, Path]:
    """The same listens in every form that Parquet comes in."""
    spark = [
        (f"listenbrainz-spark-dump-1/{number}.parquet", parquet(half))
        for number, half in enumerate(halves(rows))
    ]
    for number, half in enumerate(halves(rows)):
        write(folder / f"files/{number}.parquet", parquet(half, "ms"))
    return {
        "files": folder / "files",
        "spark": write(folder / "spark.tar", tar(spark)),
        "packed spark": write(folder / "spark.tar.zst", tar(spark)),
    }


def halves(rows: list[Row]) -> list[list[Row]]:
    return [rows[: len(rows) // 2], rows[len(rows) // 2 :]]
