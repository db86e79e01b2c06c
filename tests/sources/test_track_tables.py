from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sources.track_tables import read_track_table


def test_the_first_row_of_a_track_counts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        'x,track_id,title,name,preview\n1,track_5,"One, two",Them,http://a\n'
        "2,track_5,Other,You,\n3,track_6,,,\n",
        "utf-8",
    )
    assert read_track_table(tmp_path / "t.csv") == {
        "track_5": ("Them", "One, two", "http://a"),
        "track_6": ("", "", ""),
    }


def test_previews_may_be_missing_and_quotes_odd(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('track_id,title,name\ntrack_5,"7\\" single",Them\n', "utf-8")
    assert read_track_table(tmp_path / "t.csv") == {"track_5": ("Them", '7\\ single"', "")}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("track_id,titel,name\n", "no column title: expected one among track_id, titel, name"),
        ("track_id,title,name\ntrack_1,x\n", "line 2 has 2 fields: expected 3, as in the header"),
        ("", "it is empty: expected a header with the names of the columns"),
    ],
)
def test_wrong_tables(tmp_path: Path, content: str, text: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(DataError) as caught:
        read_track_table(tmp_path / "t.csv")
    assert str(caught.value) == f"{tmp_path / 't.csv'}: {text}"
