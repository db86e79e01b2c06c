"""M3U files as players and services write them."""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.playlist_files import names, read


def test_names_artists_and_albums_in_the_lines_around_a_path(tmp_path: Path) -> None:
    text = (
        "#EXTM3U\n#PLAYLIST:Late\n#EXTINF:200,Halo\n#EXTART:Ane Stone\n#EXTALB:Rooms\n/m/x.mp3\n"
        "#EXTART:Ben\n#EXTINF:1,Ben - Rain\n/m/y.mp3\n#EXTGRP:folk\n#EXTINF:1,Cy - Fog - Live\n"
        "/m/z.mp3\n"
        "#EXTINF:9,Dawn\n#EXTART:Eva\n/m/w.mp3\n"
    )
    songs, notes = read(tmp_path, "a.m3u8", text)
    assert names(songs) == [
        ("Ane Stone", "Halo"),
        ("Ben", "Rain"),
        ("Cy", "Fog - Live"),
        ("Eva", "Dawn"),
    ]
    assert songs[0].album == "Rooms"
    assert {song.playlist for song in songs} == {"Late"}
    assert notes == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("-1,Ann - One", ("Ann", "One")),
        ("12.5,Ann - One, Two", ("Ann", "One, Two")),
        ('-1 tvg-id="" group-title="A, B",Ann - One', ("Ann", "One")),
        ('-1 tvg-name="Ann - One, two" tvg-logo="http://a/b,c.png",One', ("Ann", "One, two")),
        ('123 tvg-name="Ann – One",', ("Ann", "One")),
        ("-1 group=x y,Ann - One", ("Ann", "One")),
        ("12,01. Ann - One", ("Ann", "One")),
        ("Ann - One", ("Cold Hall", "Song")),
    ],
)
def test_a_name_behind_attributes_with_commas(
    tmp_path: Path, said: str, name: tuple[str, str]
) -> None:
    songs, _ = read(tmp_path, "a.m3u", f"#EXTM3U\n#EXTINF:{said}\nCold Hall - Song.mp3\n")
    assert names(songs) == [name]


def test_paths_alone_of_windows_and_of_servers(tmp_path: Path) -> None:
    text = (
        "#\r\nD:\\Music\\Blå Åska\\[2013] Ljus\\03 - Så här.flac\r\n"
        "\\\\nas\\share\\Music\\Ann\\Hall\\1-02 One.mp3\r\n"
        "file:///C:/Music/Ann/Hall/01%20-%20Two.ogg\r\nfile://localhost/m/Ann - Three.mp3\r\n"
        "../Ann - Four.mp3\r\n"
    )
    songs, _ = read(tmp_path, "a.m3u8", "\ufeff" + text)
    assert names(songs) == [
        ("Blå Åska", "Så här"),
        ("Ann", "One"),
        ("Ann", "Two"),
        ("Ann", "Three"),
        ("Ann", "Four"),
    ]
    assert songs[0].ids[0] == "D:\\Music\\Blå Åska\\[2013] Ljus\\03 - Så här.flac"
    assert {"file:///C:/Music/Ann/Hall/01%20-%20Two.ogg", "C:/Music/Ann/Hall/01 - Two.ogg"} <= {
        *songs[2].ids
    }


def test_spotify_addresses_with_names(tmp_path: Path) -> None:
    text = "#EXTM3U\n#EXTINF:215,Kari Lund - Frost\nspotify:track:4uLU6hMCjMI75M1A2tKUQC\n"
    songs, _ = read(tmp_path, "a.m3u", text)
    assert names(songs) == [("Kari Lund", "Frost")]
    assert "spotify:track:4uLU6hMCjMI75M1A2tKUQC" in songs[0].ids


def test_a_name_without_a_path_is_kept_and_counted(tmp_path: Path) -> None:
    songs, notes = read(
        tmp_path, "a.m3u", "#EXTM3U\n#EXTINF:1,A - B\n#EXTINF:1,C - D\nx.mp3\n#EXTINF:1,E - F\n"
    )
    assert names(songs) == [("A", "B"), ("C", "D"), ("E", "F")]
    assert [song.place for song in songs] == ["line 2", "line 4", "line 5"]
    assert notes == ["2 names without a file: taken by the name alone (line 2, line 5)"]


def test_the_pieces_of_a_stream_are_no_songs(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.m3u8: line 2: it lists the pieces of one stream"):
        read(tmp_path, "a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9.9,\npiece0.ts\n")


@pytest.mark.parametrize(
    "name", ["a.m3u", "a.m3u8", "a.pls", "a.cue", "a.txt", "a.csv", "a.json", "a.xspf"]
)
def test_every_format_may_be_in_windows_1252(tmp_path: Path, name: str) -> None:
    content = {
        "m3u": "#EXTM3U\n#EXTINF:1,Åsa – Öl\nx.mp3\n",
        "m3u8": "#EXTM3U\n#EXTINF:1,Åsa – Öl\nx.mp3\n",
        "pls": "[playlist]\nFile1=x.mp3\nTitle1=Åsa – Öl\n",
        "cue": 'TRACK 01 AUDIO\n  TITLE "Öl"\n  PERFORMER "Åsa"\n',
        "txt": "Åsa – Öl\n",
        "csv": "artist;title\nÅsa;Öl\n",
        "json": '[{"artist": "Åsa", "title": "Öl"}]',
        "xspf": "<playlist><track><creator>Åsa</creator><title>Öl</title></track></playlist>",
    }[name.rpartition(".")[2]]
    for encoding in ("cp1252", "utf-8-sig", "utf-16", "utf-16-le"):
        songs, notes = read(tmp_path, name, content.encode(encoding))
        assert names(songs) == [("Åsa", "Öl")]
        assert len(notes) == (encoding in ("cp1252", "utf-16-le"))
