"""Playlist files that are written for people, and what is read from them again."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.reading.songs import Listed
from playlist2vec.reading.text import printable
from playlist2vec.recommend.playlist_writer import FORMATS, format_of, write_playlist

SONGS = [
    Listed("track_12", "Zoë & the Midnights", "Smoky <Staircases>", deezer=True),
    Listed("a b/ü%", "", "=1+1"),
    Listed("x", "", ""),
]


def read(tmp_path: Path, name: str, content: str | bytes) -> list[tuple[str, str, str]]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(next(iter(song.ids), ""), song.artist, song.title) for song in read_playlist(path, Notes(path))]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "table"])
def test_what_is_written_is_read_again(tmp_path: Path, form: str) -> None:
    found = read(tmp_path, f"a.{form}", write_playlist(SONGS, form))
    named = [("track_12", "Zoë & the Midnights", "Smoky <Staircases>"), ("a b/ü%", "", "=1+1")]
    assert found[:2] == named
    assert found[2][0] == "x"


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
    assert [each.text for each in tree.iter("{http://xspf.org/ns/0/}title")] == ["playlist", "</title> [31m "]
    assert write_playlist([Listed("=x", "", "+y")], "csv") == "track,artist,title\r\n'=x,,'+y\r\n"
    table = write_playlist(hostile, "table")
    assert "\x1b" not in table
    assert len(table.splitlines()) == 2


def test_a_table_is_aligned_and_cuts_long_names() -> None:
    table = write_playlist([Listed("1", "ゴジラ", "x" * 100), Listed("22", "abcdef", "y")], "table").splitlines()
    assert table[1] == f"1  ゴジラ  {'x' * 59}…  1"
    assert table[2] == f"2  abcdef  y{' ' * 59}  22"


def test_formats_by_name() -> None:
    assert [format_of(name) for name in ("a.m3u", "a.XSPF", "b.txt", "c.csv")] == ["m3u8", "xspf", "table", "csv"]
    with pytest.raises(DataError, match=r"a.mp3: expected a name that ends in .m3u8, .xspf, .json, .csv or .txt"):
        format_of("a.mp3")


TEXT = st.text(max_size=20).map(lambda text: " ".join(printable(text).split()))


@given(
    st.lists(st.tuples(TEXT.filter(bool), TEXT, TEXT.filter(bool)), min_size=1, max_size=4),
    st.sampled_from(["xspf", "json", "csv"]),
)
@settings(max_examples=60, deadline=None)
def test_any_names_survive(
    tmp_path_factory: pytest.TempPathFactory, songs: list[tuple[str, str, str]], form: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert read(folder, f"any.{form}", write_playlist([Listed(*song) for song in songs], form)) == songs


@given(
    st.sampled_from([form for form in FORMATS if form != "table"]),
    st.lists(st.tuples(st.integers(0, 600), st.binary(max_size=3)), max_size=4),
    st.integers(0, 700),
)
@settings(max_examples=300, deadline=None)
def test_spoilt_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, form: str, changes: list[tuple[int, bytes]], end: int
) -> None:
    content = bytearray(write_playlist(SONGS, form).encode())
    for place, new in changes:
        content[place : place + len(new)] = new
    said = ""
    try:
        found = read(tmp_path_factory.getbasetemp(), f"spoilt.{form}", bytes(content[:end]))
    except DataError as error:
        said = str(error)
    else:
        assert all(isinstance(part, str) for song in found for part in song)
    assert len(said.splitlines()) <= 1
