"""Which dumps there are, whether they are whole, and what is said of those that cannot be read."""

import hashlib
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from playlist2vec.errors import DataError
from playlist2vec.listen_dumps import Dump, Listen, find_dumps, load_list, path_of, read_dump, save_list
from tests.conftest import needed_package
from tests.listen_files import START, catalogue, line, lines, months, parquet, plant, row_of, tar, write

ROWS = plant(users=2, spoil=0).rows


def read(path: Path, *, by_mbid: bool = True) -> list[Listen]:
    return list(read_dump(path, by_mbid=by_mbid))


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text


def test_dumps_are_found_at_any_depth_by_name(tmp_path: Path) -> None:
    for name in ("b.tar", "a/1.listens", "a/2.parquet", "a.tar.xz", "TIMESTAMP", "c.tar.gz", "d.tar.zst.part"):
        write(tmp_path / name, name.encode()).write_bytes(name.encode())
    found = find_dumps(tmp_path)
    assert [dump.name for dump in found] == ["a.tar.xz", "a/1.listens", "a/2.parquet", "b.tar"]
    assert found[1] == Dump("a/1.listens", 11, hashlib.sha256(b"a/1.listens").hexdigest(), published=False)
    assert path_of(tmp_path, found[1]) == tmp_path / "a/1.listens"
    assert find_dumps(tmp_path / "b.tar") == [found[3]]
    assert path_of(tmp_path / "b.tar", found[3]) == tmp_path / "b.tar"
    save_list(found, tmp_path / "dumps.tsv")
    assert load_list(tmp_path / "dumps.tsv") == found


def test_a_folder_without_dumps(tmp_path: Path) -> None:
    (tmp_path / "README").touch()
    for place in (tmp_path, tmp_path / "README", tmp_path / "absent"):
        with pytest.raises(DataError) as caught:
            find_dumps(place)
        assert str(caught.value) == (
            f"{place}: no listens: expected a folder or file with names that end in .listens, .parquet, .tar, .tar.xz, "
            ".tar.zst"
        )


def test_a_dump_that_changed_since_it_was_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "1.listens", b"{}")
    (dump,) = find_dumps(tmp_path)
    path.write_bytes(b"{} ")
    with pytest.raises(DataError, match=r"1\.listens: 3 bytes: expected the 2 bytes that were listed; `dvc repro"):
        path_of(tmp_path, dump)
    path.unlink()
    with pytest.raises(DataError, match=r"1\.listens: nothing: expected the 2 bytes that were listed; `dvc repro"):
        path_of(tmp_path, dump)


def test_a_published_hash_is_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "1.listens", b"{}")
    right = hashlib.sha256(b"{}").hexdigest()
    published = tmp_path / "1.listens.sha256"
    for content in (f"{right}  1.listens\n", right.upper()):
        published.write_text(content)
        assert find_dumps(tmp_path) == [Dump("1.listens", 2, right, published=True)]
    published.write_text(f"{'0' * 64}  1.listens\n")
    with pytest.raises(DataError) as caught:
        find_dumps(tmp_path)
    assert str(caught.value) == (
        f"{path}: its SHA-256 is {right}, expected {'0' * 64} as in {published}: download it again"
    )
    published.write_text("<html>")
    with pytest.raises(DataError, match=r"\.sha256: expected a SHA-256 hash, 64 digits from 0 to f, then the name of"):
        find_dumps(tmp_path)


def test_a_name_that_cannot_stand_in_a_list(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^'a\\tb\.tar': expected a file name of printable characters$"):
        save_list([Dump("a\tb.tar", 1, "0", published=False)], tmp_path / "dumps.tsv")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"{}\n{]\n", ": line 2 is not JSON (unexpected character"),
        (b"{}\n\n \r\n[1]\n", ": line 4 is b'[1]': expected a listen, {...}"),
        (b"{}\n{}\n\xff\n", ": line 3 is not JSON (str is not valid UTF-8"),
        (b"{}\n" + b"[" * 5000 + b"]" * 5000, ": line 2 is not JSON ("),
        (b'{"timestamp": "\\ud800"}', ": line 1 is not JSON ("),
        (b"{}\n" + b" " * (1 << 21), ": line 2 is longer than 1048576 bytes: expected lines of listens"),
        (line(row_of(1, START, catalogue(1)[0]))[:-9], ": line 1 is not JSON (unexpected end of data"),
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
        f"{path}: 2 members, none with listens: expected listens/<year>/<month>.listens or Parquet"
    )


def test_lines_across_the_pieces_that_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "1.listens", lines(ROWS).removesuffix(b"\n"))
    whole = read(path)
    assert len(whole) == len(ROWS)
    for size in (1, 7, 300):
        monkeypatch.setattr("playlist2vec.listen_dumps.CHUNK", size)
        assert read(path) == whole


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


def test_numbers_may_be_of_any_width_and_times_plain_seconds(tmp_path: Path) -> None:
    needed_package("pyarrow")
    import pyarrow as pa

    path = table(
        tmp_path, user_id=pa.array([1, 2, 3, None], pa.uint32()), listened_at=[START, START + 1, None, START + 3]
    )
    assert [each[:2] for each in read(path)] == [(1, START), (2, START + 1), (3, None), (None, START + 3)]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"user_id": None}, "no column user_id: expected one among listened_at, created, recording_msid, "),
        ({"recording_mbid": None}, "no column recording_mbid: expected one among listened_at, created, user_id, "),
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
def test_columns_that_are_missing_or_of_another_type(tmp_path: Path, changes: dict[str, Any], text: str) -> None:
    path = table(tmp_path, **changes)
    assert refused(path).startswith(f"{path}: {text}")


def test_without_the_mapping_its_column_may_be_missing(tmp_path: Path) -> None:
    assert len(read(table(tmp_path, recording_mbid=None), by_mbid=False)) == 4


def test_one_long_name_many_times_is_refused_in_little_memory(tmp_path: Path) -> None:
    needed_package("pyarrow")
    import pyarrow as pa
    from pyarrow.parquet import write_table

    rows = 1 << 15
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 10**6]))
    columns = dict.fromkeys(("recording_msid", "artist_name", "recording_name", "recording_mbid"), column)
    path = tmp_path / "1.parquet"
    write_table(pa.table({"user_id": [1] * rows, "listened_at": [START] * rows} | columns), path, compression="zstd")
    assert path.stat().st_size < 100_000
    assert refused(path) == f"{path}: recording_msid: {rows * 10**6} bytes in {rows} rows: expected at most 67108864"


def test_parquet_that_is_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "1.parquet", parquet(ROWS)[:-5])
    assert refused(path).startswith(f"{path}: cannot be read as Parquet (")
    assert refused(path).endswith("): expected a whole Parquet file")


def test_much_parquet_in_a_packed_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlist2vec.listen_dumps.LARGEST_PARQUET", 1000)
    content = parquet(ROWS)
    members = [("spark/0.parquet", content)]
    path = write(tmp_path / "a.tar.zst", tar(members))
    assert refused(path) == (
        f"{path}: spark/0.parquet: {len(content)} bytes: expected at most 1000 bytes of Parquet in a packed archive, "
        "and any number in a plain .tar"
    )
    assert len(read(write(tmp_path / "a.tar", tar(members)))) == len(ROWS)


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = write(tmp_path / "1.parquet", b"PAR1")
    assert refused(path) == (
        f"{path}: Parquet needs pyarrow: type `make setup EXTRAS=listenbrainz`, or `pip install pyarrow`"
    )
