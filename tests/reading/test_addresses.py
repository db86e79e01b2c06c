"""Ids and the addresses that stand for them, read and written by one table."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playlist2vec.reading.addresses import (
    address_of,
    cell_of,
    is_file,
    is_path,
    line_of,
    short_link,
    spellings,
)
from playlist2vec.reading.songs import Listed

SPOTIFY = "4aZz09bbbbbbbbbbbbbbbb"
MBID = "0a1b2c3d-1111-4222-8333-abcdefabcdef"


@pytest.mark.parametrize(
    ("text", "column", "first"),
    [
        (f"https://open.spotify.com/track/{SPOTIFY}", "", f"spotify:track:{SPOTIFY}"),
        (f"https://open.spotify.com/track/{SPOTIFY}?si=60ab&utm=x", "", f"spotify:track:{SPOTIFY}"),
        (f"http://open.spotify.com/intl-pt/track/{SPOTIFY}/", "", f"spotify:track:{SPOTIFY}"),
        (f"open.spotify.com/embed/track/{SPOTIFY}", "", f"spotify:track:{SPOTIFY}"),
        (f" spotify:track:{SPOTIFY} ", "", f"spotify:track:{SPOTIFY}"),
        (f"spotify:user:nell:track:{SPOTIFY}", "", f"spotify:track:{SPOTIFY}"),
        (SPOTIFY, "Spotify ID", f"spotify:track:{SPOTIFY}"),
        (SPOTIFY, "Spotify - id", f"spotify:track:{SPOTIFY}"),
        (SPOTIFY, "spotify_id", f"spotify:track:{SPOTIFY}"),
        (SPOTIFY, "Track URI", f"spotify:track:{SPOTIFY}"),
        (SPOTIFY, "track", SPOTIFY),
        (f"https://musicbrainz.org/recording/{MBID}", "", MBID),
        (f"HTTP://MusicBrainz.org/recording/{MBID.upper()}/", "", MBID),
        (f"https://beta.musicbrainz.org/recording/{MBID}#aliases", "", MBID),
        (f"https://listenbrainz.org/track/{MBID}", "", MBID),
        (MBID.upper(), "recording_mbid", MBID),
        ("https://www.deezer.com/track/17", "", "track_17"),
        ("https://www.deezer.com/en-gb/track/17?utm=x", "", "track_17"),
        ("deezer.com/fr/track/17", "", "track_17"),
        ("deezer:track:17", "", "track_17"),
        ("17", "Deezer - id", "track_17"),
        ("17", "id", "17"),
        ("us-ab1-20-00042", "ISRC", "USAB12000042"),
        ("isrc:USAB12000042", "", "USAB12000042"),
        ("https://www.youtube.com/watch?list=x&v=ab_CD-12345&t=3", "", "ab_CD-12345"),
        ("https://youtu.be/ab_CD-12345?t=1", "", "ab_CD-12345"),
        ("file:///music/Nell%20Oak/A.flac", "", "/music/Nell Oak/A.flac"),
        ("file://localhost/music/100%25.flac", "", "/music/100%.flac"),
        ("urn:song:%20a%2Fb", "", " a/b"),
        ("https://radio.example/a?b#c", "", "https://radio.example/a?b#c"),
        ("Nell Oak - Night Ferry", "", "Nell Oak - Night Ferry"),
    ],
)
def test_the_likeliest_id_comes_first(text: str, column: str, first: str) -> None:
    found = spellings(text, column)
    assert found[0] == first
    assert text in found


@pytest.mark.parametrize(
    ("text", "among"),
    [
        (f"https://open.spotify.com/track/{SPOTIFY}?si=1", SPOTIFY),
        (f"spotify:track:{SPOTIFY}", f"https://open.spotify.com/track/{SPOTIFY}"),
        (f"https://musicbrainz.org/recording/{MBID.upper()}", MBID.upper()),
        ("file:///C:/Music/A%20b.mp3", "C:\\Music\\A b.mp3"),
        ("file:///C:/Music/A%20b.mp3", "C:/Music/A b.mp3"),
        ("file://box/share/a.mp3", "\\\\box\\share\\a.mp3"),
        ("Kites\\Lull.mp3", "Kites/Lull.mp3"),
        ("./Kites/Lull.mp3", "Kites/Lull.mp3"),
        ("Kites/Jos%C3%A9.mp3", "Kites/José.mp3"),
        ("Kites/Jose\u0301.mp3", "Kites/José.mp3"),
    ],
)
def test_other_spellings_are_among_them(text: str, among: str) -> None:
    assert among in spellings(text)


@pytest.mark.parametrize(
    "text", [SPOTIFY, "17", "ab_CD-12345", f"https://open.spotify.com/album/{SPOTIFY}", "x"]
)
def test_what_no_column_and_no_address_says_is_not_guessed(text: str) -> None:
    assert spellings(text) == (text,)


def test_no_text_is_no_id() -> None:
    assert spellings("") == ()
    assert spellings(" ") == (" ",)


@pytest.mark.parametrize(
    ("song", "address"),
    [
        (Listed(f"spotify:track:{SPOTIFY}", "", ""), f"https://open.spotify.com/track/{SPOTIFY}"),
        (Listed(SPOTIFY, "", ""), f"https://open.spotify.com/track/{SPOTIFY}"),
        (Listed("0" * 22, "", ""), f"urn:song:{'0' * 22}"),
        (Listed("spotify:local:a:b", "", ""), "spotify:local:a:b"),
        (Listed(MBID, "", ""), f"https://musicbrainz.org/recording/{MBID}"),
        (Listed("track_17", "", "", deezer=True), "https://www.deezer.com/track/17"),
        (Listed("track_17", "", ""), "urn:song:track_17"),
        (
            Listed("/music/Nell Oak/#1 é.flac", "", ""),
            "file:///music/Nell%20Oak/%231%20%C3%A9.flac",
        ),
        (Listed("C:\\Music\\A b.mp3", "", ""), "file:///C:/Music/A%20b.mp3"),
        (Listed("\\\\box\\share\\a.mp3", "", ""), "file://box/share/a.mp3"),
        (Listed("Nell Oak/A:B.mp3", "", ""), "Nell%20Oak/A%3AB.mp3"),
        (Listed("https://radio.example/a?b", "", ""), "https://radio.example/a?b"),
        (
            Listed("https://radio.example/a b", "", ""),
            "urn:song:https%3A%2F%2Fradio.example%2Fa%20b",
        ),
        (Listed("urn:song:a", "", ""), "urn:song:urn%3Asong%3Aa"),
        (Listed(" 5, x", "", ""), "urn:song:%205%2C%20x"),
    ],
)
def test_addresses_that_others_know(song: Listed, address: str) -> None:
    assert address_of(song) == address


def test_a_path_is_a_line_as_it_is_unless_a_line_cannot_hold_it() -> None:
    assert line_of(Listed("/music/Nell Oak/A, b.flac", "", "")) == "/music/Nell Oak/A, b.flac"
    assert line_of(Listed("/music/A\nb.flac ", "", "")) == "file:///music/A%0Ab.flac%20"
    assert line_of(Listed("#1.mp3", "", "")) == "%231.mp3"


def test_cells_hold_ids() -> None:
    assert cell_of(Listed(f"spotify:track:{SPOTIFY}", "", "")) == f"spotify:track:{SPOTIFY}"
    assert cell_of(Listed("a ", "", "")) == "urn:song:a%20"


def test_paths_and_files() -> None:
    assert [
        text for text in ("/a", "C:/a", "a/b.mp3", "xy:z.mp3", "a/b", "a.txt") if is_path(text)
    ] == [
        "/a",
        "C:/a",
        "a/b.mp3",
    ]
    assert is_file("https://radio.example/a/b.mp3?x=1")
    assert not is_file("https://radio.example/a/b")


def test_short_links_are_said_to_be_none_that_can_be_resolved() -> None:
    assert short_link("https://link.deezer.com/s/abc").startswith(
        "a short link, which only its service can resolve"
    )
    assert short_link("https://www.deezer.com/track/17") == ""


KINDS = st.sampled_from(
    [
        "",
        " ",
        "#",
        "/",
        "//",
        "/m/",
        "./",
        "C:\\",
        "C:/",
        "\\\\box\\",
        "file:///",
        "https://a/",
        "urn:song:",
        "track_",
    ]
)
IDS = st.tuples(KINDS, st.text(max_size=12), st.sampled_from(["", " ", ".mp3", "\n", "%20"])).map(
    "".join
)


@given(IDS.filter(bool), st.booleans())
@example("/a%20b.mp3", False)
@example("C:\\a/b.mp3", False)
@example("//server/a", False)
def test_every_id_is_found_in_every_form(text: str, deezer: bool) -> None:
    song = Listed(text, "", "", deezer)
    for form in (address_of(song), line_of(song), cell_of(song)):
        assert text in spellings(form)
        assert form == form.strip()
        assert form.isprintable()
    assert not line_of(song).startswith("#")
    assert not re.search(r"\s", address_of(song))
