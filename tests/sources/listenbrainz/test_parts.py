"""Dumps are read in parts, whatever they hold and however they are packed, and what is said of
those that cannot be.
"""

import io
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.sources.listenbrainz import lines as lines_module
from playlist2vec.sources.listenbrainz import parts
from playlist2vec.sources.listenbrainz.columns import LATEST, Listens
from playlist2vec.sources.listenbrainz.lines import read_lines
from playlist2vec.sources.listenbrainz.parts import parts_of, read_part
from tests.builders.listen_files import (
    START,
    catalogue,
    line,
    lines,
    months,
    parquet,
    plant,
    row_of,
    tar,
    write,
)
from tests.conftest import needed_package

ROWS = plant(users=2, spoil=0).rows
Read = tuple[int | None, int | None, str | None, str | None, str | None]
"""The key of the user, the time, the recording, the artist, the title."""


def read(path: Path, *, by_mbid: bool = True, turns: int = 1) -> list[Read]:
    return [
        row
        for part in parts_of([path], turns)
        for block in read_part(part, by_mbid=by_mbid)
        for row in rows(block)
    ]


def rows(block: Listens) -> list[Read]:
    users = [
        key if known else None
        for key, known in zip(block.users.tolist(), block.has_user.tolist(), strict=True)
    ]
    times = [time if time < LATEST else None for time in block.times.tolist()]
    texts = [
        [column.different[code] for code in column.codes.tolist()]
        for column in (block.recordings, block.artists, block.titles)
    ]
    return list(zip(users, times, *texts, strict=True))


def key(user: int) -> int:
    return int(mix(np.array([user], np.uint64))[0])


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"{}\n{]\n", ": line 2 is not JSON (JSON is malformed"),
        (b"{}\n\n \r\n[1]\n", ": line 4 is b'[1]': expected a listen, {...}"),
        (b"{}\n{}\n\xff\n", ": line 3 is not JSON (JSON is malformed"),
        (b"{}\n" + b"[" * 200_000 + b"]" * 200_000, ": line 2 is not JSON ("),
        (b'{"timestamp": "\\ud800"}', ": line 1 is not JSON ("),
        (
            b"{}\n" + b" " * (1 << 21),
            ": line 2 is longer than 1048576 bytes: expected lines of listens",
        ),
        (
            line(row_of(1, START, catalogue(1)[0]))[:-9],
            ": line 1 is not JSON (Input data was truncated",
        ),
    ],
)
def test_lines_that_are_no_listens(tmp_path: Path, content: bytes, text: str) -> None:
    path = write(tmp_path / "1.listens", content)
    assert refused(path).startswith(f"{path}{text}")
    archive = write(tmp_path / "a.tar.zst", tar([("top/listens/2024/1.listens", content)]))
    assert refused(archive).startswith(f"{archive}: top/listens/2024/1.listens{text}")


def test_an_archive_without_listens(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tar.xz", tar([("lbdump/user", b"x"), ("COPYING", b"x")]))
    assert refused(path) == (
        f"{path}: 2 members, none with listens: expected listens/<year>/<month>.listens, "
        ".jsonl or Parquet"
    )


def test_lines_across_the_pieces_that_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "1.listens", lines(ROWS).removesuffix(b"\n"))
    whole = read(path)
    assert len(whole) == len(ROWS)
    for size in (1, 7, 300):
        monkeypatch.setattr("playlist2vec.sources.listenbrainz.lines.CHUNK", size)
        assert read(path) == whole


def test_every_line_of_a_packed_dump_has_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "CHUNK", 700)
    monkeypatch.setattr(parts, "PART", 1)
    path = write(
        tmp_path / "a.tar.zst",
        tar([*months(ROWS), ("x/2.listens", b""), ("x/3.listens", lines(ROWS[:1]))]),
    )
    found_parts = parts_of([path], 3)
    turns = [
        [row for block in read_part(part, by_mbid=True) for row in rows(block)]
        for part in found_parts
    ]
    assert min(map(len, turns)) > len(ROWS) // 6
    assert sorted(map(str, chain(*turns))) == sorted(map(str, read(path)))
    assert [
        part.turns for part in parts_of([write(tmp_path / "a.tar.xz", tar(months(ROWS)))], 3)
    ] == [1]


def test_a_line_has_the_same_number_in_every_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "CHUNK", 700)
    turns = set()
    for number in range(0, len(ROWS), 3):
        content = lines(ROWS[:number]) + b"\n{]\n" + lines(ROWS[number:])
        said = []
        for turn in range(3):
            try:
                list(read_lines(io.BytesIO(content), "a", by_mbid=True, turn=turn, turns=3))
            except DataError as error:
                said.append(str(error))
                turns.add(turn)
        (text,) = said
        assert text.startswith(f"a: line {number + 2} is not JSON (")
    assert turns == {0, 1, 2}


@pytest.mark.extra
def test_parts_are_members_of_plain_archives_and_files_large_enough_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spark = [
        (f"spark/{number}.parquet", parquet(ROWS[number : number + 2]))
        for number in range(0, len(ROWS), 2)
    ]
    paths = [
        write(tmp_path / "a.tar", tar([("spark", b"x"), *spark])),
        write(tmp_path / "1.listens", lines(ROWS)),
    ]
    (whole,) = parts_of(paths, 2)
    assert [source.member for source in whole.sources] == [name for name, _ in spark] + [""]
    size = max(source.size for source in whole.sources) + 1
    monkeypatch.setattr(parts, "PART", size)
    found_parts = parts_of(paths, 2)
    assert all(sum(source.size for source in part.sources) >= size for part in found_parts[:-1])
    assert tuple(chain(*(part.sources for part in found_parts))) == whole.sources
    found = [
        row
        for part in found_parts
        for block in read_part(part, by_mbid=True)
        for row in rows(block)
    ]
    assert found == read(paths[1]) * 2
    monkeypatch.setattr(parts, "PART", 1)
    monkeypatch.setattr(parts, "PARTS", 4)
    assert len(parts_of(paths, 2)) <= 5


@pytest.mark.extra
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("by_mbid", [True, False])
def test_parquet_and_lines_hold_the_same_listens(tmp_path: Path, unit: str, by_mbid: bool) -> None:
    as_lines = write(tmp_path / "a.tar.zst", tar(months(ROWS)))
    as_table = write(tmp_path / "a.tar", tar([("spark/0.parquet", parquet(ROWS, unit))]))
    assert read(as_lines, by_mbid=by_mbid) == read(as_table, by_mbid=by_mbid)


def table(folder: Path, **changes: Any) -> Path:
    """A Parquet file with other columns; None leaves one out."""
    needed_package("pyarrow")
    import pyarrow as pa
    from pyarrow.parquet import read_table, write_table

    found = read_table(io.BytesIO(parquet(ROWS[:4])))
    for name, values in changes.items():
        found = found.drop_columns(name)
        found = found if values is None else found.append_column(name, pa.array(values))
    path = folder / "1.parquet"
    write_table(found, path)
    return path


@pytest.mark.extra
def test_numbers_may_be_of_any_width_and_times_plain_seconds(tmp_path: Path) -> None:
    needed_package("pyarrow")
    import pyarrow as pa

    path = table(
        tmp_path,
        user_id=pa.array([1, 2, 3, None], pa.uint32()),
        listened_at=[START, START + 1, None, START + 3],
    )
    expected = [(key(1), START), (key(2), START + 1), (key(3), None), (None, START + 3)]
    assert [each[:2] for each in read(path)] == expected


@pytest.mark.extra
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"user_id": None},
            "no column user_id: expected one among listened_at, created, recording_msid, ",
        ),
        (
            {"recording_mbid": None},
            "no column recording_mbid: expected one among listened_at, created, user_id, ",
        ),
        ({"user_id": ["1"] * 4}, "the column user_id has the type string: expected whole numbers"),
        (
            {"listened_at": [1.5] * 4},
            "the column listened_at has the type double: expected a time, or seconds in whole",
        ),
        ({"artist_name": [5] * 4}, "the column artist_name has the type int64: expected text"),
        (
            {"recording_msid": [["a"]] * 4},
            "the column recording_msid has the type list<element: string>: expected text",
        ),
    ],
)
def test_columns_that_are_missing_or_of_another_type(
    tmp_path: Path, changes: dict[str, Any], text: str
) -> None:
    path = table(tmp_path, **changes)
    assert refused(path).startswith(f"{path}: {text}")


@pytest.mark.extra
def test_without_the_mapping_its_column_may_be_missing(tmp_path: Path) -> None:
    assert len(read(table(tmp_path, recording_mbid=None), by_mbid=False)) == 4


@pytest.mark.extra
def test_one_long_name_many_times_is_refused_in_little_memory(tmp_path: Path) -> None:
    needed_package("pyarrow")
    import pyarrow as pa
    from pyarrow.parquet import write_table

    rows = 1 << 15
    column = pa.DictionaryArray.from_arrays(
        pa.array([0] * rows, pa.int32()), pa.array(["x" * 10**6])
    )
    columns = dict.fromkeys(
        ("recording_msid", "artist_name", "recording_name", "recording_mbid"), column
    )
    path = tmp_path / "1.parquet"
    write_table(
        pa.table({"user_id": [1] * rows, "listened_at": [START] * rows} | columns),
        path,
        compression="zstd",
    )
    assert path.stat().st_size < 100_000
    assert (
        refused(path)
        == f"{path}: recording_msid: {rows * 10**6} bytes in {rows} rows: expected at most 67108864"
    )


@pytest.mark.extra
def test_parquet_that_is_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "1.parquet", parquet(ROWS)[:-5])
    assert refused(path).startswith(f"{path}: cannot be read as Parquet (")
    assert refused(path).endswith("): expected a whole Parquet file")


@pytest.mark.extra
def test_much_parquet_in_a_packed_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlist2vec.sources.listenbrainz.parts.LARGEST_PARQUET", 1000)
    content = parquet(ROWS)
    members = [("spark/0.parquet", content)]
    path = write(tmp_path / "a.tar.zst", tar(members))
    assert refused(path) == (
        f"{path}: spark/0.parquet: {len(content)} bytes: "
        "expected at most 1000 bytes of Parquet in a packed archive, and any number in a plain .tar"
    )
    assert len(read(write(tmp_path / "a.tar", tar(members)))) == len(ROWS)


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = write(tmp_path / "1.parquet", b"PAR1")
    assert refused(path) == (
        f"{path}: Parquet needs pyarrow: type `make setup EXTRAS=listenbrainz`, "
        "or `pip install pyarrow`"
    )
