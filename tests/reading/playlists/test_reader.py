"""Which format a file is, and what is common to the readers of all formats."""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.playlist_files import read


def test_text_names_songs_by_id_or_by_artist_and_title(tmp_path: Path) -> None:
    songs, _ = read(
        tmp_path,
        "a.txt",
        "\ufefftrack_1\n\nThe Limes - Orchids\r\nJosé – Dancing - live\nHalf-Lit\n",
    )
    assert [(song.ids[0], song.artist, song.title) for song in songs] == [
        ("track_1", "", "track_1"),
        ("The Limes - Orchids", "The Limes", "Orchids"),
        ("José – Dancing - live", "José", "Dancing - live"),
        ("Half-Lit", "", "Half-Lit"),
    ]


@pytest.mark.parametrize("name", ["a.m3u8", "a", "a.m3u", "a.txt"])
def test_m3u_with_and_without_names(tmp_path: Path, name: str) -> None:
    text = (
        "#EXTM3U\n#EXTINF:123,The Limes - Orchids\nhttps://www.deezer.com/en/track/7\n# more\n"
        "music/José%20-%20M.mp3\n"
    )
    songs, _ = read(tmp_path, name, text)
    assert [(song.ids[0], song.artist, song.title) for song in songs] == [
        ("track_7", "The Limes", "Orchids"),
        ("music/José%20-%20M.mp3", "José", "M"),
    ]


def test_the_place_of_each_song_is_said(tmp_path: Path) -> None:
    songs, _ = read(tmp_path, "a.csv", "id,title\n\n5,x\n")
    assert [song.place for song in songs] == ["line 3"]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.txt", b"", "it is empty: expected M3U"),
        ("a.txt", b"\n \n", "it is empty: expected M3U"),
        ("a.txt", b"x" * 200_000, "line 1 is longer than 100,000 characters"),
        ("a.json", b"[" * 200_000, "not JSON: "),
        ("a.json", b"[" + b"9" * 5_000 + b"]", "not JSON: "),
        (
            "a.csv",
            b"a,b\n1,2\n",
            "no header with a column for the id (such as Track URI or track_id) or the title",
        ),
        ("a.xspf", b"<playlist>", "not XML: no element found"),
        ("a.xspf", b'<!DOCTYPE x [<!ENTITY a "b">]><playlist>&a;</playlist>', "it has entities"),
    ],
)
def test_what_is_no_playlist_is_one_line(
    tmp_path: Path, name: str, content: bytes, error: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, name, content)
    assert f"{name}: " in str(caught.value)
    assert error in str(caught.value)
    assert "\n" not in str(caught.value)
