"""The table of tracks, with and without columns beyond the five that all data sets have."""

from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.tracks import Tracks, artists_of, copy_tracks, track_ids

FIRST = "track\tartist\tartist_name\ttitle\tpreview"
PLAIN = Tracks(["a", "b"], ["x", ""], ["X", ""], ["One", ""], ["", ""])
WIDE = Tracks(
    ["a", "b"],
    ["x", ""],
    ["X", ""],
    ["One", ""],
    ["", ""],
    {"genre": ["techno", ""], "likes": ["7", ""]},
)


def test_a_table_without_further_columns_has_the_bytes_it_always_had(tmp_path: Path) -> None:
    PLAIN.save(tmp_path / "t.tsv")
    assert (tmp_path / "t.tsv").read_bytes() == f"{FIRST}\na\tx\tX\tOne\t\nb\t\t\t\t\n".encode()
    assert Tracks.load(tmp_path / "t.tsv") == PLAIN


def test_further_columns_follow_by_name(tmp_path: Path) -> None:
    WIDE.save(tmp_path / "t.tsv")
    assert (tmp_path / "t.tsv").read_text() == (
        f"{FIRST}\tgenre\tlikes\na\tx\tX\tOne\t\ttechno\t7\nb\t\t\t\t\t\t\n"
    )
    assert Tracks.load(tmp_path / "t.tsv") == WIDE


def test_those_who_want_one_column_get_it_from_both(tmp_path: Path) -> None:
    for tracks in (PLAIN, WIDE):
        tracks.save(tmp_path / "t.tsv")
        assert track_ids(tmp_path / "t.tsv") == ["a", "b"]
        assert artists_of(tmp_path / "t.tsv", ["b", "a", "c"]) == ["", "x", ""]


def test_the_rows_of_some_songs_are_a_table_too(tmp_path: Path) -> None:
    WIDE.save(tmp_path / "t.tsv")
    copy_tracks(tmp_path / "t.tsv", ["b", "c"], tmp_path / "some.tsv")
    assert Tracks.load(tmp_path / "some.tsv") == Tracks(
        ["b"], [""], [""], [""], [""], {"genre": [""], "likes": [""]}
    )


def is_control(character: str) -> bool:
    return category(character) == "Cc"


def without_controls(text: str) -> str:
    return "".join(" " if is_control(character) else character for character in text)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=1), st.integers(0, 3))
def test_any_text_comes_back_on_one_line(texts: list[str], columns: int) -> None:
    from tempfile import TemporaryDirectory

    ids = [f"{place}" for place in range(len(texts))]
    more = {f"c{column}": texts for column in range(columns)}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.tsv"
        Tracks(ids, texts, texts, texts, texts, more).save(path)
        loaded = Tracks.load(path)
    assert loaded.ids == ids
    assert list(loaded.more) == list(more)
    for column in (loaded.titles, *loaded.more.values()):
        assert [each.split() for each in column] == [
            without_controls(each).split() for each in texts
        ]
        assert [each for each in column if any(map(is_control, each))] == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            f"{FIRST}\tgenre\na\t\t\t\t\n",
            ": line 2 has 5 columns: expected 6 (track artist artist_name title preview genre)",
        ),
        (
            f"{FIRST}\na\t\t\t\t\tx\n",
            ": line 2 has 6 columns: expected 5 (track artist artist_name title preview)",
        ),
        (
            "track\tartist\n",
            ": line 1 is 'track\\tartist': "
            "expected track artist artist_name title preview, and further ",
        ),
        (
            f"{FIRST}\tx\tx\n",
            f": line 1 is {FIRST + chr(9) + 'x' + chr(9) + 'x'!r}: expected track artist",
        ),
    ],
)
def test_wrong_tables(tmp_path: Path, content: str, text: str) -> None:
    (tmp_path / "t.tsv").write_text(content)
    with pytest.raises(DataError) as caught:
        Tracks.load(tmp_path / "t.tsv")
    assert str(caught.value).startswith(f"{tmp_path / 't.tsv'}{text}")
