"""Folders, zip files and single playlist files of one's own, as the stages read them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from stages import ingest, source
from tests.builders.params import all_params, write_params

CARD = {"kind": "local", "format": "table", "licence": "mine"}
BLA, TUZA = "bl\u00e5 \u00f6gon \u2013 s\u00e5 n\u00e4ra nu", "karla g\u00f3m \u2013 tuza"
M3U = {
    "Evening.m3u": "#EXTM3U\n#EXTINF:200,Bl\u00e5 \u00d6gon - S\u00e5 n\u00e4ra nu\n"
    "D:\\Music\\1.mp3\n#EXTINF:200,Karla G\u00f3m - Tuza\nD:\\Music\\2.mp3\n",
    "Morning/run (1).m3u8": "#EXTM3U\n#EXTINF:200,Karla G\u00f3m - TUZA\n/mnt/2.mp3\n"
    "#EXTINF:200,Bl\u00e5 \u00d6gon  - S\u00e5 n\u00e4ra nu\n/mnt/1.mp3\n",
}
EXPORTIFY = "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Added At\n"


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_card(CARD)


def write_card(card: dict[str, str]) -> None:
    Path("data/sources/local").mkdir(parents=True, exist_ok=True)
    Path("data/sources/local/source.yaml").write_text(yaml.safe_dump(card))


def write(folder: str, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def run(**local: Any) -> str:
    write_params(Path("params.yaml"), all_params(dataset="local", local=local))
    card = "data/sources/local/source.yaml"
    source.main("params.yaml", card, "data/incoming", "data/raw")
    return ingest.main("params.yaml", card, "data/raw", "data/canonical")


def made() -> dict[int, list[str]]:
    tracks, playlists = (
        Tracks.load("data/canonical/tracks.tsv"),
        Playlists.load("data/canonical/playlists.npz"),
    )
    lists = [[tracks.ids[code] for code in each] for each in playlists]
    return dict(zip(playlists.keys.tolist(), lists, strict=True))


def test_a_folder_of_m3u_is_a_playlist_a_file(tmp_path: Path) -> None:
    write("music", M3U)
    said = run(file="music")
    assert said == (
        "2 playlists (0 empty), 4 songs, 2 distinct, 2 artists, 2 with a title; "
        "from 2 playlist files; 3 spellings of 2 songs by artist and title"
    )
    assert made() == {
        key_of_name("Evening.m3u"): [BLA, TUZA],
        key_of_name("Morning/run (1).m3u8"): [TUZA, BLA],
    }
    tracks = Tracks.load("data/canonical/tracks.tsv")
    assert dict(zip(tracks.artist_names, tracks.titles, strict=True)) == {
        "Bl\u00e5 \u00d6gon": "S\u00e5 n\u00e4ra nu",
        "Karla G\u00f3m": "Tuza",
    }


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("../music/a b.mp3", "music/a b.mp3"),
        ("a.mp3", "lists/a.mp3"),
        ("..\\music\\a.mp3", "music/a.mp3"),
        ("/mnt/a.mp3", "/mnt/a.mp3"),
        ("file:///mnt/a%20b.mp3", "/mnt/a b.mp3"),
        ("D:\\Music\\a.mp3", "D:\\Music\\a.mp3"),
        ("https://example.org/a.mp3", ""),
    ],
)
def test_the_file_of_a_song_is_kept_as_seen_from_the_folder(written: str, kept: str) -> None:
    songs = f"#EXTM3U\n#EXTINF:200,Karla - Tuza\n{written}\n#EXTINF:9,Karla - Without\n/b.mp3\n"
    write(
        "own",
        {
            "lists/a.m3u8": songs,
            "z.txt.m3u": songs.replace("Tuza", "tuza").replace(written, "/later.mp3"),
        },
    )
    run(file="own")
    tracks = Tracks.load("data/canonical/tracks.tsv")
    assert dict(zip(tracks.titles, tracks.more["file"], strict=True)) == {
        "Tuza": kept or "/later.mp3",
        "Without": "/b.mp3",
    }


def test_lists_without_files_have_no_column_of_them() -> None:
    write("own", {"a.txt.m3u": "#EXTINF:200,Karla - Tuza\nhttps://example.org/stream\n"})
    run(file="own")
    assert Tracks.load("data/canonical/tracks.tsv").more == {}


def test_an_exportify_zip_has_the_ids_of_spotify() -> None:
    uris = [f"spotify:track:{digit * 22}" for digit in "abc"]
    rows = [
        f'{uri},"Song, {n}",Album,"One; Two",2020,2024-01-01T00:00:00Z\n'
        for n, uri in enumerate(uris)
    ]
    lists = {"road_trip.csv": "".join(rows), "\u00e9t\u00e9.csv": "".join(rows[:0:-1])}
    with ZipFile("spotify_playlists.zip", "w") as archive:
        for name, content in lists.items():
            archive.writestr(name, "\ufeff" + EXPORTIFY + content)
        archive.writestr("cover.jpg", b"\xff\xd8")
    run(file="spotify_playlists.zip")
    assert made() == {
        key_of_name("road_trip.csv"): uris,
        key_of_name("\u00e9t\u00e9.csv"): uris[:0:-1],
    }


def test_one_playlist_file_is_one_playlist() -> None:
    write(".", {"one.m3u8": M3U["Evening.m3u"]})
    run(file="one.m3u8")
    assert made() == {key_of_name("one.m3u8"): [BLA, TUZA]}


def test_several_tables_are_one_log() -> None:
    write(
        "years",
        {
            "2023.csv": "playlist,track,when\nme,b,02 Jan 2023\nme,a,01 Jan 2023\n",
            "2022.csv": "playlist;track;when\nme;z;05 Mar 2022\nyou;z;05 Mar 2022\n",
            "notes.m3u": M3U["Evening.m3u"],
        },
    )
    said = run(file="years", order_column="when")
    assert "from 2 tables of plays and 1 playlist files" in said
    assert made() == {
        key_of_name("me"): ["z", "a", "b"],
        key_of_name("you"): ["z"],
        key_of_name("notes.m3u"): [BLA, TUZA],
    }


def test_a_file_that_cannot_be_read_is_left_out_and_named() -> None:
    write("music", {**M3U, "bad.xspf": "<playlist", "empty.m3u": "#EXTM3U\n"})
    said = run(file="music")
    assert len(made()) == 2
    assert "2 files that cannot be read: left out (bad.xspf: " in said
    assert "empty.m3u: no song is left" in said
    assert "data/raw" not in said


def test_errors_name_the_persons_own_files() -> None:
    write("music", {"bad.xspf": "<playlist"})
    with pytest.raises(DataError, match=r"^music: no file can be read: bad\.xspf: "):
        run(file="music")
    write(".", {"mine.csv": "a,b\n1,2\n", "other.m3u": "#EXTM3U\n"})
    with pytest.raises(
        DataError,
        match=r"^mine\.csv: no header with the columns playlist, track; its first line is",
    ):
        run(file="mine.csv")
    with pytest.raises(DataError, match=r"^other\.m3u: no song is left"):
        run(file="other.m3u")
    write(".", {"when.csv": "playlist,track,when\na,x,01/02/2020\n"})
    with pytest.raises(
        DataError,
        match=r"^when\.csv: column when: '01/02/2020' can be 1 February 2020 \(day_first\)",
    ):
        run(file="when.csv", order_column="when")


def test_sessions_have_times_for_a_split_by_time() -> None:
    write(
        ".",
        {
            "log.csv": "playlist,track,when\nme,a,2024-01-01 10:00\nme,b,2024-01-01 10:05\n"
            "me,c,2024-01-01 12:00\n"
        },
    )
    run(file="log.csv", order_column="when", pause=30)
    times = Playlists.load("data/canonical/playlists.npz").times
    assert times is not None
    assert times.tolist() == [1704103500, 1704110400]


@pytest.mark.parametrize(
    ("local", "text"),
    [
        (
            {"track_column": ""},
            "local.track_column = '': expected a column, or one in local.title_column",
        ),
        (
            {"pause": 30},
            "local.pause = 30: expected a column of dates in local.order_column, "
            "or in local.time_column, or 0",
        ),
    ],
)
def test_columns_that_others_need(local: dict[str, Any], text: str) -> None:
    write(".", {"one.csv": "playlist,track\na,x\n"})
    with pytest.raises(DataError) as caught:
        run(file="one.csv", **local)
    assert str(caught.value) == f"params.yaml: {text}"
