"""PLS, XSPF, WPL, ASX, Rhythmbox, CUE and Rockbox's log."""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.playlist_files import names, read

XSPF = (
    '<?xml version="1.0" encoding="UTF-8"?><playlist version="1" xmlns="http://xspf.org/ns/0/">'
    "<title>P</title>"
)


def test_pls_in_any_order(tmp_path: Path) -> None:
    text = (
        "[playlist]\nNumberOfEntries=4\nTitle2=Cy - Fog\nFile10=Eva - Dew.mp3\n"
        "file1=/m/Ann/Hall/01 - One.mp3\n"
        "Length1=-1\nFile2=http://host/live\nLength3=9\nVersion=2\n"
    )
    songs, notes = read(tmp_path, "a.pls", text)
    assert names(songs) == [("Ann", "One"), ("Cy", "Fog"), ("Eva", "Dew")]
    assert songs[1].ids[0] == "http://host/live"
    assert [song.place for song in songs] == ["line 5", "line 3", "line 4"]
    assert notes == []
    songs, notes = read(tmp_path, "b.txt", "[Playlist]\r\nFile1=\r\nTitle1=\r\nTitle2=A - B\r\n")
    assert names(songs) == [("A", "B")]
    assert notes == ["1 entries without an id and a title: left out (line 2)"]


def test_xspf_with_locations_and_empty_entries(tmp_path: Path) -> None:
    tracks = (
        "<track><location>file:///C:/m/Ann%20Ro%20-%20Tide.ogg</location><duration>1</duration>"
        "</track>"
        "<track><duration>100</duration></track>"
        "<track><title>Fog &amp; Dew</title><creator>Cy</creator><album>Hall</album>"
        "<trackNum>3</trackNum></track>"
        "<track><identifier>urn:song:x%20y</identifier><title/><extension application='x'>"
        "<title>no</title>"
        "</extension></track>"
        "<track><location/><title></title><creator>A</creator></track>"
        "<track><location>/m/Eva/Rooms/02 Dawn.flac</location><title>Dawn</title></track>"
    )
    songs, notes = read(tmp_path, "a.xspf", f"{XSPF}<trackList>{tracks}</trackList></playlist>")
    assert names(songs) == [("Ann Ro", "Tide"), ("Cy", "Fog & Dew"), ("", ""), ("Eva", "Dawn")]
    assert songs[1].album == "Hall"
    assert songs[2].ids == ("x y", "urn:song:x%20y")
    assert {song.playlist for song in songs} == {"P"}
    assert notes == ["2 entries without an id and a title: left out (entry 2, entry 5)"]


def test_an_xspf_file_that_is_cut_keeps_what_stands_before(tmp_path: Path) -> None:
    text = f"{XSPF}<trackList><track><title>A</title></track><track><title>B</ti"
    songs, notes = read(tmp_path, "a.xspf", text)
    assert names(songs) == [("", "A")]
    assert len(notes) == 1
    assert notes[0].startswith(
        "it is not well-formed XML: the rest is left out (unclosed token: line 1"
    )


def test_control_characters_in_xml_are_blanks(tmp_path: Path) -> None:
    text = f"{XSPF}<trackList><track><title>A\x0bB</title></track></trackList></playlist>"
    songs, notes = read(tmp_path, "a.xspf", text)
    assert names(songs) == [("", "A B")]
    assert notes == ["1 control characters: a blank stands for each"]


def test_wpl_zpl_and_smil(tmp_path: Path) -> None:
    text = (
        '<?wpl version="1.0"?>\n<smil><head><meta name="Generator" content="x"/><title>Late</title>'
        "</head><body><seq>"
        '<media src="..\\Ann Ro\\Shore\\01 Tide.wma" tid="{1}"/>'
        '<media src="C:\\m\\x.mp3" trackTitle="Fog" trackArtist="Cy" albumTitle="Hall" '
        'duration="1"/><media src=""/>'
        "</seq></body></smil>"
    )
    for name in ("a.wpl", "a.zpl", "a.txt"):
        songs, notes = read(tmp_path, name, text)
        assert names(songs) == [("Ann Ro", "Tide"), ("Cy", "Fog")]
        assert songs[1].album == "Hall"
        assert songs[0].playlist == "Late"
        assert notes == ["1 entries without an id and a title: left out (entry 3)"]


def test_asx_in_any_case(tmp_path: Path) -> None:
    text = (
        '<ASX VERSION="3.0"><TITLE>L</TITLE><Entry><Ref HREF="http://h/a.mp3"/><TITLE>Tide</TITLE>'
        "<AUTHOR>Ann</AUTHOR>"
        '</Entry><entry><ref href="Cy - Fog.mp3"/></entry></ASX>'
    )
    songs, _ = read(tmp_path, "a.asx", text)
    assert names(songs) == [("Ann", "Tide"), ("Cy", "Fog")]


def test_rhythmbox_has_several_playlists(tmp_path: Path) -> None:
    text = (
        '<?xml version="1.0"?><rhythmdb-playlists><playlist name="One" type="static">'
        "<location>file:///m/Ann/Hall/01%20-%20Tide.mp3</location></playlist>"
        '<playlist name="Two"><location>file:///m/Cy%20-%20Fog.mp3</location></playlist>'
        "</rhythmdb-playlists>"
    )
    songs, notes = read(tmp_path, "playlists.xml", text)
    assert names(songs) == [("Ann", "Tide"), ("Cy", "Fog")]
    assert notes == [
        "it has several playlists, and all are read: 'One', 'Two'; --playlist NAME reads one"
    ]
    songs, notes = read(tmp_path, "playlists.xml", text, "two")
    assert names(songs) == [("Cy", "Fog")]
    assert notes == []
    with pytest.raises(DataError, match="no playlist 'Three': expected one of 'One', 'Two'"):
        read(tmp_path, "playlists.xml", text, "Three")


def test_cue_has_tracks_and_no_files(tmp_path: Path) -> None:
    text = (
        'REM GENRE Folk\nPERFORMER "Ann Ro"\nTITLE "Shore"\nFILE "shore.flac" WAVE\n'
        "  TRACK 01 AUDIO\n"
        '    TITLE "Tide"\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    TITLE "Fog"\n'
        '    PERFORMER "Cy"\n'
        "    ISRC XX1230000001\n  TRACK 03 AUDIO\n    INDEX 01 09:00:00\n"
    )
    for name in ("a.cue", "a.txt"):
        songs, notes = read(tmp_path, name, text)
        assert names(songs) == [("Ann Ro", "Tide"), ("Cy", "Fog")]
        assert songs[0].album == "Shore"
        assert songs[1].ids[0] == "XX1230000001"
        assert notes == ["1 entries without an id and a title: left out (line 12)"]


def test_a_log_counts_what_was_skipped(tmp_path: Path) -> None:
    text = (
        "#AUDIOSCROBBLER/1.1\n#TZ/UTC\n#CLIENT/Rockbox sansa $Revision$\n"
        "Ann\tShore\tTide\t1\t200\tL\t1577836800\t\n"
        "Cy\t\tFog\t\t180\tS\t1577836900\n"
        "Eva\tRooms\tDawn\t2\t190\tL\t1577837000\tb1a9c0e9-d987-4042-ae91-78d6a3267d69\n"
        "broken line\n"
    )
    for name in (".scrobbler.log", "a.txt"):
        songs, notes = read(tmp_path, name, text)
        assert names(songs) == [("Ann", "Tide"), ("Eva", "Dawn")]
        assert songs[1].ids[0] == "b1a9c0e9-d987-4042-ae91-78d6a3267d69"
        assert notes == [
            "1 songs that were skipped while they played: left out (line 5)",
            "1 lines with fewer cells than a log has: left out (line 7)",
        ]
