from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.tables import RAGGED
from playlist2vec.songs.names import EXPECTED, SongName, SongNames, load_names, read_names

ALL = SongNames(
    mine={
        "a": SongName("My Oak", "My Ferry"),
        "b": SongName("", "My Pier"),
        "x": SongName("X", ""),
    },
    source={
        "a": SongName("Oak", "Ferry"),
        "b": SongName("Kites", "Pier"),
        "c": SongName("Firs", ""),
    },
    asked={
        "a": SongName("O", "F"),
        "c": SongName("The Firs", "Cone"),
        "d": SongName("Moss", "Dew"),
        "e": SongName("", ""),
    },
)


def test_the_first_that_knows_a_name_counts() -> None:
    assert [ALL[track] for track in "abcdef"] == [
        ("My Oak", "My Ferry"),
        ("Kites", "My Pier"),
        ("Firs", "Cone"),
        ("Moss", "Dew"),
        ("", ""),
        ("", ""),
    ]


def test_a_track_is_shown_by_what_is_known_of_it() -> None:
    names = SongNames({}, ALL.source | {"g": SongName("", "Lull")}, {})
    assert [names.shown(track) for track in "acdg"] == ["Oak - Ferry", "Firs [c]", "[d]", "Lull"]


@pytest.mark.parametrize(
    ("tracks", "line"),
    [
        ("abcdef", "4 of 6 songs have a title (2 from your table, 2 from Deezer)"),
        ("ab", "all 2 songs have a title (2 from your table)"),
        ("ef", "0 of 2 songs have a title"),
        ("a" * 1234, "all 1,234 songs have a title (1,234 from your table)"),
    ],
)
def test_the_summary_counts_each_song_once(tracks: str, line: str) -> None:
    assert ALL.summary(tracks) == line


def test_everything_is_found_below_the_folder(tmp_path: Path) -> None:
    Tracks(["track_1", "track_2"], ["", ""], ["Oak", ""], ["Ferry", ""], ["", ""]).save(
        tmp_path / "canonical" / "tracks.tsv"
    )
    asked = tmp_path / "incoming" / "names.csv"
    asked.parent.mkdir()
    asked.write_text(
        'track_id,artist,title\ntrack_1,O,F\ntrack_2,"Moss, Inc.",Dew\n', encoding="utf-8"
    )
    mine = tmp_path / "mine.tsv"
    mine.write_text("title\tid\tname\nMy Ferry\ttrack_1\tMe\n", encoding="utf-8")
    names = load_names(tmp_path, "deezer", mine)
    assert names["track_1"] == ("Me", "My Ferry")
    assert names["track_2"] == ("Moss, Inc.", "Dew")
    assert (
        names.summary(["track_1", "track_2"])
        == "all 2 songs have a title (1 from your table, 1 from Deezer)"
    )


def test_names_from_deezer_are_for_ids_of_deezer(tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "names.csv").write_text(
        "track_id,artist,title\ntrack_1,O,F\n", encoding="utf-8"
    )
    assert load_names(tmp_path, "deezer")["track_1"] == ("O", "F")
    assert load_names(tmp_path, "30music")["track_1"] == ("", "")


def test_without_any_table_nothing_is_known(tmp_path: Path) -> None:
    assert load_names(tmp_path, "deezer") == SongNames({}, {}, {})


def test_a_table_of_names(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    path.write_text(
        ' track_id ,id,artist,title\n 5 ,9,"A\nB", T \n5,9,later,later\n6,9,,\n', encoding="utf-8"
    )
    assert read_names(path) == {"5": ("A B", "T"), "6": ("", "")}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_of_names_as_spreadsheets_write_them(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    rows = [
        ["Titel", "Interpret", "Track_ID"],
        ["Knüppel, again", "Zoë", "5"],
        ["'=1+1", "", "6"],
        ["short"],
    ]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    path = tmp_path / "n.csv"
    path.write_bytes(text.encode(encoding))
    notes = Notes(path)
    assert read_names(path, notes) == {"5": ("Zoë", "Knüppel, again"), "6": ("", "=1+1")}
    assert notes.number(RAGGED) == 1


def test_names_count_for_every_spelling_of_an_id(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    path.write_text(
        "Spotify - id,Artist name,Track name\n4aZz09bbbbbbbbbbbbbbbb,Nell Oak,Ferry\n",
        encoding="utf-8",
    )
    names = read_names(path)
    assert (
        names["spotify:track:4aZz09bbbbbbbbbbbbbbbb"]
        == names["4aZz09bbbbbbbbbbbbbbbb"]
        == ("Nell Oak", "Ferry")
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            "number,artist,title\n",
            f"no header with {EXPECTED}; its first line is 'number,artist,title'",
        ),
        ("id,title\n", f"no header with {EXPECTED}; its first line is 'id,title'"),
        ("", f"no header with {EXPECTED}; its first line is ''"),
        (None, "no such file: expected a table with the columns track_id, artist and title"),
    ],
)
def test_wrong_tables(tmp_path: Path, content: str | None, text: str) -> None:
    path = tmp_path / "n.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_names(tmp_path, "deezer", path)
    assert str(caught.value) == f"{path}: {text}"
