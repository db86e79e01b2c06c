"""Names of songs out of paths."""

import pytest

from playlist2vec.reading.names import Name
from playlist2vec.reading.paths import looks_like_path, name_in_path, path_of


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("01 - Tide.flac", Name("", "Tide")),
        ("01. Tide.flac", Name("", "Tide")),
        ("01 Tide.mp3", Name("", "Tide")),
        ("0030 Tide.mp3", Name("", "Tide")),
        ("1-03 Tide.m4a", Name("", "Tide")),
        ("2.11 Tide.m4a", Name("", "Tide")),
        ("[07] Tide.ogg", Name("", "Tide")),
        ("B2. Tide.ogg", Name("", "Tide")),
        ("Ann Ro - Tide.mp3", Name("Ann Ro", "Tide")),
        ("04 - Ann Ro - Tide.mp3", Name("Ann Ro", "Tide")),
        ("Ann Ro - Shore - 04 - Tide.mp3", Name("Ann Ro", "Tide", "Shore")),
        ("Ann Ro - Shore - 04 Tide.mp3", Name("Ann Ro", "Tide", "Shore")),
        ("Ann Ro - 04 - Tide.mp3", Name("Ann Ro", "Tide")),
        ("Ann Ro - 2013 - Shore - 04 - Tide.mp3", Name("Ann Ro", "Tide", "Shore")),
        ("Ann_Ro_-_High_Tide.mp3", Name("Ann Ro", "High Tide")),
        ("Ann%20Ro%20-%20Tide.ogg", Name("Ann Ro", "Tide")),
        ("99 Lamps.mp3", Name("", "99 Lamps")),
        ("50 Miles - Tide.mp3", Name("50 Miles", "Tide")),
        ("1979.mp3", Name("", "1979")),
        ("Mr. Tide", Name("", "Mr. Tide")),
        ("/music/Ann Ro/[2013] Shore/01 Tide.flac", Name("Ann Ro", "Tide", "Shore")),
        ("/music/Ann Ro/2013 - Shore/12 Tide.flac", Name("Ann Ro", "Tide", "Shore")),
        ("/music/Ann Ro/Shore (2013)/CD2/01 Tide.flac", Name("Ann Ro", "Tide", "Shore")),
        ("D:\\Music\\Ann Ro\\Tide.mp3", Name("Ann Ro", "Tide")),
        ("D:\\Music\\Ann Ro - Shore\\01 Tide.mp3", Name("Ann Ro", "Tide", "Shore")),
        ("/music/Various Artists/Sea/03 - Ann Ro - Tide.mp3", Name("Ann Ro", "Tide", "Sea")),
        ("Ann Ro/Tide - Ann Ro.mp3", Name("Ann Ro", "Tide")),
        ("/home/eva/Music/Tide.mp3", Name("", "Tide")),
        ("file:///C:/Music/Ann%20Ro/Shore/01%20-%20Tide.mp3", Name("Ann Ro", "Tide", "Shore")),
        ("file://nas/music/Ann%20Ro/Shore/Tide.mp3", Name("Ann Ro", "Tide", "Shore")),
        ("file:///m/Mu%F1eca.mp3", Name("", "Muñeca")),
        ("https://host/a/b/Ann%20Ro%20-%20Tide.mp3?x=1", Name("Ann Ro", "Tide")),
        ("https://host:8000/stream", Name()),
        ("spotify:track:4uLU6hMCjMI75M1A2tKUQC", Name()),
    ],
)
def test_a_path_says_artist_title_and_album(path: str, name: Name) -> None:
    assert name_in_path(path) == name


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///C:/a%20b.mp3", "C:/a b.mp3"),
        ("file:///m/a.mp3", "/m/a.mp3"),
        ("file://localhost/m/a.mp3", "/m/a.mp3"),
        ("file://nas/m/a.mp3", "//nas/m/a.mp3"),
        ("C:\\a\\100%.mp3", "C:\\a\\100%.mp3"),
        ("a%20b.mp3", "a b.mp3"),
        ("100%25 a.mp3", "100%25 a.mp3"),
        ("https://a/b", ""),
    ],
)
def test_the_path_in_an_address(address: str, path: str) -> None:
    assert path_of(address) == path


def test_what_a_path_looks_like() -> None:
    assert all(
        map(looks_like_path, ["/m/a", "C:\\a", "\\\\nas\\a", "../a.mp3", "a - b.flac", "file:///a"])
    )
    assert not any(
        map(looks_like_path, ["Ann - Tide", "AC/DC", "https://a/b.mp3", "a.b", "track_1"])
    )
