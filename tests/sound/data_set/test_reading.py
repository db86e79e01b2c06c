"""The table of a data set of free music, as another pipeline writes it."""

from pathlib import Path
from typing import Any

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.release.rows import Row
from playlist2vec.sound.data_set.reading import COLUMNS, PARTS, SetSong, read_set
from tests.conftest import needed_package
from tests.sound.data_set.tables import row, write_set

needed_package("pyarrow")
pytestmark = pytest.mark.extra


def test_songs_come_in_the_order_of_their_ids_as_text(tmp_path: Path) -> None:
    write_set(tmp_path, [row(9, "test"), row(10, "train")])
    assert read_set(tmp_path) == [
        SetSong("10", "Song 10", "7", "Some", "audio/10.m4a", 4.5, "train"),
        SetSong("9", "Song 9", "7", "Some", "audio/9.m4a", 4.5, "test"),
    ]


def test_the_columns_are_those_that_the_other_pipeline_writes() -> None:
    assert set(COLUMNS) <= set(Row._fields)
    from playlist2vec.free_music.selection import split

    assert set(PARTS) == set(split.PARTS)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "no track: expected one or more"),
        (
            [row(9, "dev")],
            "track 9 has the split 'dev' and the file 'audio/9.m4a': expected one of train, ",
        ),
        (
            [row(9, "test") | {"file": "../9.m4a"}],
            "'../9.m4a': expected one of train, validation, test, and a path",
        ),
        ([row(9, "test") | {"file": "/9.m4a"}], "'/9.m4a': expected "),
    ],
)
def test_what_cannot_be_is_one_line(
    tmp_path: Path, rows: list[dict[str, Any]], expected: str
) -> None:
    write_set(tmp_path, rows)
    with pytest.raises(DataError) as error:
        read_set(tmp_path)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_and_a_damaged_table_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file: expected what `make soundcloud` writes"):
        read_set(tmp_path)
    write_set(tmp_path, [row(9, "test")])
    path = tmp_path / "tracks.parquet"
    for content in (path.read_bytes()[:-9], b"", b"PAR1"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="a table with the columns id title"):
            read_set(tmp_path)
    write_set(tmp_path, [{"id": 9}])
    with pytest.raises(DataError, match="a table with the columns id title"):
        read_set(tmp_path)
