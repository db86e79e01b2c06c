"""Playlist files that are written for people, players and services, read here as foreign programs
read them.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import wave
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.formulas import without_apostrophe
from playlist2vec.reading.names import DASH
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.reading.songs import Listed
from playlist2vec.reading.text import printable
from playlist2vec.recommend.playlist_writer import format_of, write_playlist

NAMESPACE = "{http://xspf.org/ns/0/}"
SPOTIFY = "4aZz09bbbbbbbbbbbbbbbb"
MBIDS = ("0a1b2c3d-1111-4222-8333-abcdefabcdef", "0a1b2c3d-1111-4222-8333-abcdefabcde0")
SONGS = [
    Listed("track_12", "Zoë & the Midnights", "Smoky <Staircases>", deezer=True),
    Listed(f"spotify:track:{SPOTIFY}", "Nell Oak", "Ferry, again"),
    Listed("/music/Nell Oak/#1 Lull.flac", "Nell Oak", "Lull"),
    Listed(" a b/ü% ", "", "=1+1"),
    Listed("x", "", ""),
]


def addresses(text: str, form: str) -> list[str]:
    """The address or id of each song in a playlist, as its format is defined."""
    if form == "m3u8":
        return [line for line in text.split("\n") if line and not line.startswith("#")]
    if form == "csv":
        return [without_apostrophe(row["track"]) for row in csv.DictReader(io.StringIO(text))]
    if form == "xspf":
        tracks = ElementTree.fromstring(text).iter(f"{NAMESPACE}track")
        return [each.text or "" for track in tracks for each in track if each.tag in LINKS]
    content = json.loads(text)
    if form == "json":
        return [track["track"] for track in content["tracks"]]
    return [
        (track.get("identifier") or track["location"])[0] for track in content["playlist"]["track"]
    ]


LINKS = (f"{NAMESPACE}identifier", f"{NAMESPACE}location")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            "m3u8",
            [
                "https://www.deezer.com/track/12",
                f"https://open.spotify.com/track/{SPOTIFY}",
                "/music/Nell Oak/#1 Lull.flac",
                "urn:song:%20a%20b%2F%C3%BC%25%20",
                "urn:song:x",
            ],
        ),
        (
            "xspf",
            [
                "https://www.deezer.com/track/12",
                f"https://open.spotify.com/track/{SPOTIFY}",
                "file:///music/Nell%20Oak/%231%20Lull.flac",
                "urn:song:%20a%20b%2F%C3%BC%25%20",
                "urn:song:x",
            ],
        ),
        (
            "csv",
            [
                "track_12",
                f"spotify:track:{SPOTIFY}",
                "/music/Nell Oak/#1 Lull.flac",
                "urn:song:%20a%20b%2F%C3%BC%25%20",
                "x",
            ],
        ),
    ],
)
def test_what_is_written_can_be_taken_elsewhere(form: str, expected: list[str]) -> None:
    assert addresses(write_playlist(SONGS, form), form) == expected


IDS = st.tuples(
    st.sampled_from(
        ["", " ", "#", "=", "'", "/", "./", "C:\\", "file:///", "https://a/", "urn:song:", "track_"]
    ),
    st.text(max_size=12),
    st.sampled_from(["", " ", ".mp3", "\n", ",", ";", '"', "%20"]),
)
LISTED = st.builds(
    Listed, IDS.map("".join).filter(bool), st.text(max_size=9), st.text(max_size=9), st.booleans()
)


@given(st.lists(LISTED, max_size=4), st.sampled_from(["m3u8", "xspf", "jspf", "json", "csv"]))
@settings(max_examples=300, deadline=None)
def test_every_id_survives_every_form(songs: list[Listed], form: str) -> None:
    found = addresses(write_playlist(songs, form, "a\nb"), form)
    assert len(found) == len(songs)
    for song, address in zip(songs, found, strict=True):
        assert address == printable(address).strip()
        assert song.id in spellings(address)


TEXT = st.text(max_size=20).map(lambda text: " ".join(printable(text).split()))


@given(
    st.lists(
        st.builds(
            Listed,
            IDS.map("".join).filter(lambda text: bool(text.strip())),
            TEXT,
            TEXT.filter(bool),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["m3u8", "xspf", "jspf", "json", "csv"]),
)
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, songs: list[Listed], form: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"again.{form}"
    path.write_text(write_playlist(songs, form), encoding="utf-8", newline="")
    found = list(read_playlist(path, Notes(path)))
    assert len(found) == len(songs)
    for song, read in zip(songs, found, strict=True):
        assert song.id in read.ids
        # A title with a dash in it, and no artist, is read as artist and title, as people write
        # them.
        if form != "m3u8" and (song.artist or not DASH.search(song.title)):
            assert (read.artist, read.title) == (song.artist, song.title)


def check_jspf(text: str) -> None:
    """Refuse what ListenBrainz refuses: a playlist without title, a track whose first identifier is
    no recording.
    """
    playlist = json.loads(text)["playlist"]
    assert isinstance(playlist["title"], str)
    assert playlist["title"]
    for track in playlist["track"]:
        assert isinstance(track["identifier"], list)
        prefix, mbid = track["identifier"][0][:34], track["identifier"][0][34:]
        assert prefix == "https://musicbrainz.org/recording/"
        assert str(UUID(mbid)) == mbid.lower()
        assert {type(track[key]) for key in ("title", "creator") if key in track} <= {str}


def test_jspf_as_listenbrainz_wants_it() -> None:
    text = write_playlist(
        [Listed(MBIDS[0], "Nell Oak", "Ferry"), Listed(MBIDS[1], "", "")], "jspf", "Évening"
    )
    check_jspf(text)
    assert json.loads(text) == {
        "playlist": {
            "title": "Évening",
            "track": [
                {
                    "identifier": [f"https://musicbrainz.org/recording/{MBIDS[0]}"],
                    "title": "Ferry",
                    "creator": "Nell Oak",
                },
                {"identifier": [f"https://musicbrainz.org/recording/{MBIDS[1]}"]},
            ],
        }
    }


def check_xspf(text: str) -> None:
    """Refuse what the schema of XSPF 1 refuses of what is used here: elements, their order and
    number, addresses.
    """
    root = ElementTree.fromstring(text)
    assert (root.tag, root.attrib) == (f"{NAMESPACE}playlist", {"version": "1"})
    assert [each.tag for each in root] == [f"{NAMESPACE}title", f"{NAMESPACE}trackList"]
    assert not (root[1].text or "").strip()
    for track in root[1]:
        assert (track.tag, track.attrib) == (f"{NAMESPACE}track", {})
        names = [each.tag.removeprefix(NAMESPACE) for each in track]
        assert set(names) <= {"location", "identifier", "title", "creator"}
        assert max(names.count("title"), names.count("creator")) <= 1
        assert all(not len(each) and not each.attrib for each in track)
        for each in track:
            if each.tag in LINKS:
                assert re.fullmatch(r"[\x21-\x7e\u00a0-\U0010ffff]+", each.text or "")
                urlsplit(each.text or "")


@given(st.lists(LISTED, max_size=4), st.text(max_size=9))
@settings(max_examples=200, deadline=None)
def test_xspf_by_its_schema(songs: list[Listed], title: str) -> None:
    check_xspf(write_playlist(songs, "xspf", title))


def test_xspf_as_another_program_reads_it(tmp_path: Path) -> None:
    from xspf_lib import (
        Playlist,
    )  # refuses what the specification does: missing elements, wrong addresses, no version

    songs = [Listed("track_1", "A & B", "x <y>"), Listed(f"spotify:track:{'a' * 22}", "", "ü\x1b")]
    (tmp_path / "list.xspf").write_text(write_playlist(songs, "xspf", "“title”"), "utf-8")
    found = Playlist.parse(str(tmp_path / "list.xspf"))
    assert found.title == "“title”"
    assert [(each.title, each.creator, each.identifier) for each in found] == [
        ("x <y>", "A & B", ["urn:song:track_1"]),
        ("ü ", None, [f"https://open.spotify.com/track/{'a' * 22}"]),
    ]


def test_each_format_keeps_its_rules() -> None:
    hostile = [Listed("track_1", "A\n#EXTINF:-1,x\u202e", "</title>\x1b[31m\x00")]
    m3u = write_playlist(hostile, "m3u8")
    assert m3u.splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:playlist",
        "#EXTINF:-1,A #EXTINF:-1,x - </title> [31m",
        "urn:song:track_1",
    ]
    tree = ElementTree.fromstring(write_playlist(hostile, "xspf"))
    assert [each.text for each in tree.iter(f"{NAMESPACE}title")] == ["playlist", "</title> [31m "]
    assert (
        write_playlist([Listed("=x", "@a", "+y")], "csv") == "track,artist,title\r\n'=x,'@a,'+y\r\n"
    )
    table = write_playlist(hostile, "table")
    assert "</title>\\x1b[31m\\x00" in table
    assert "A\\n#EXTINF:-1,x\\u202e" in table
    assert len(table.splitlines()) == 2


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_of_a_table_is_calculated_by_a_spreadsheet(sign: str) -> None:
    song = Listed(f"{sign}1", f"{sign}SUM(A1)", f"{sign}x")
    text = write_playlist([song], "csv")
    assert text.splitlines()[1] == f"'{sign}1,'{sign}SUM(A1),'{sign}x"
    (row,) = csv.DictReader(io.StringIO(text))
    assert [without_apostrophe(cell) for cell in row.values()] == [song.id, song.artist, song.title]


def test_a_table_in_a_file_is_aligned_and_cuts_nothing() -> None:
    table = write_playlist(
        [Listed("1", "ゴジラ", "x" * 100), Listed("22", "abcdef", "y")], "table"
    ).splitlines()
    assert table[1] == f"1  ゴジラ  {'x' * 100}  1"
    assert table[2] == f"2  abcdef  y{' ' * 99}  22"


def test_formats_by_name() -> None:
    names = ("a.m3u", "a.XSPF", "a.jspf", "a.json", "b.txt", "c.csv")
    assert [format_of(name) for name in names] == ["m3u8", "xspf", "jspf", "json", "table", "csv"]
    with pytest.raises(
        DataError,
        match=r"a.mp3: expected a name that ends in .m3u8, .xspf, .jspf, .json, .csv or .t",
    ):
        format_of("a.mp3")


def write_sound(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))


@pytest.mark.thorough
@pytest.mark.parametrize("form", ["m3u8", "xspf"])
def test_players_open_what_is_written(tmp_path: Path, form: str) -> None:
    paths = [
        tmp_path / 'Nell "Oak" & Zoë' / name
        for name in ("01 Ferry, again.wav", "100% #1.wav", "% ü;=.wav")
    ]
    for path in paths:
        write_sound(path)
    text = write_playlist([Listed(str(path), "Nell Oak", path.stem) for path in paths], form)
    for address in addresses(text, form):
        opened = unquote(address.removeprefix("file://")) if form == "xspf" else address
        command = [
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "format=duration",
            "-of",
            "csv=p=0",
            f"file:{opened}",
        ]
        assert (
            subprocess.run(command, capture_output=True, text=True, check=True).stdout
            == "0.100000\n"
        )
    if shutil.which("mpv") and form == "m3u8":
        playlist = tmp_path / f"list.{form}"
        playlist.write_text(text, encoding="utf-8")
        command = [
            "mpv",
            "--no-config",
            "--no-video",
            "--ao=null",
            "--msg-level=all=info",
            str(playlist),
        ]
        said = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        assert [path.name in said for path in paths] == [True] * 3
        assert "Failed" not in said
