"""Matches that a person settles once."""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.songs import Wanted
from playlist2vec.songs.corrections import UNSETTLED, Corrections, read_corrections, write_unknown

UNKNOWN = [
    Wanted("line 1", ("Nell Oak - Ferry",), "Nell Oak", "Ferry"),
    Wanted("line 2", ("spotify:track:x",)),
    Wanted("line 3", (), "", "=Lull"),
    Wanted("line 9", (), "NELL OAK", "Ferry!"),
]


def ids(corrections: Corrections, wanted: Wanted) -> list[str]:
    return sorted({found[0] for found in corrections.ids_of(wanted)})


def test_unknown_songs_are_settled_once_and_for_all(tmp_path: Path) -> None:
    path = tmp_path / "unknown.csv"
    assert write_unknown(path, UNKNOWN) == 3
    assert path.read_text(encoding="utf-8").splitlines() == [
        "song,track_id",
        "Nell Oak – Ferry,",
        "spotify:track:x,",
        "'=Lull,",
    ]
    notes = Notes(path)
    assert read_corrections(path, notes).ids == {}
    assert notes.number(UNSETTLED) == 3
    path.write_text(
        path.read_text(encoding="utf-8").replace("Ferry,", "Ferry,track_7").replace("x,", "x,b"),
        "utf-8",
    )
    assert write_unknown(path, [*UNKNOWN, Wanted("", (), "Moss", "Dew")]) == 1
    settled = read_corrections(path, Notes(path))
    assert [ids(settled, each) for each in UNKNOWN] == [["track_7"], ["b"], [], ["track_7"]]


def test_a_table_with_artist_and_title_from_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    text = "Title;Artist;Remark;Track_ID\r\nFerry;Zoë;mine;https://www.deezer.com/track/7\r\n"
    path.write_bytes(text.encode("cp1252"))
    assert ids(read_corrections(path, Notes(path)), Wanted("", (), "ZOE", "ferry")) == ["track_7"]
    assert write_unknown(path, UNKNOWN[:1]) == 1
    assert path.read_text(encoding="utf-8").splitlines() == [
        "Title,Artist,Remark,Track_ID",
        "Ferry,Zoë,mine,https://www.deezer.com/track/7",
        "Nell Oak – Ferry,,,",
    ]


def test_other_tables_are_refused_and_left_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(
        DataError,
        match=r"no such file: expected a table with the columns song, or artist and title",
    ):
        read_corrections(tmp_path / "none.csv", Notes("none.csv"))
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(
        DataError, match="no header with the columns song, or artist and title, and track_id"
    ):
        write_unknown(path, UNKNOWN)
    path.write_text("song,track_id\na,1\nb\n", "utf-8")
    with pytest.raises(
        DataError, match=r"1 rows of another width .*: expected whole rows, or another file"
    ):
        write_unknown(path, UNKNOWN)
    assert path.read_text("utf-8") == "song,track_id\na,1\nb\n"
