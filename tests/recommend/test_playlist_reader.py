"""Playlist files that people have."""

import json
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.recommend.playlist_reader import read_playlist


def read(tmp_path: Path, name: str, content: str | bytes) -> list[tuple[str, str, str]]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(song.id, song.artist, song.title) for song in read_playlist(path)]


def test_text_names_songs_by_id_or_by_artist_and_title(tmp_path: Path) -> None:
    text = "\ufefftrack_1\n\nThe Limes - Orchids\r\nJosé – Dancing - live\nHalf-Lit\n"
    assert read(tmp_path, "a.txt", text) == [
        ("track_1", "", "track_1"),
        ("The Limes - Orchids", "The Limes", "Orchids"),
        ("José – Dancing - live", "José", "Dancing - live"),
        ("Half-Lit", "", "Half-Lit"),
    ]


def test_m3u_with_and_without_names(tmp_path: Path) -> None:
    text = (
        "#EXTM3U\n#EXTINF:123,The Limes - Orchids\nhttps://www.deezer.com/en/track/7\n# more\nmusic/José%20-%20M.mp3\n"
    )
    expected = [("track_7", "The Limes", "Orchids"), ("", "José", "M")]
    assert read(tmp_path, "a.m3u8", text) == expected
    assert read(tmp_path, "a", text) == expected
    assert read(tmp_path, "a.m3u", text.encode("latin-1")) == expected


def test_csv_by_the_names_of_its_columns(tmp_path: Path) -> None:
    exported = 'Track URI,Track Name,Artist Name(s)\nspotify:1,"Orchids, again","The Limes"\n,Moons,\n'
    assert read(tmp_path, "a.csv", exported.replace("Track URI", "Track_URI")) == [
        ("spotify:1", "The Limes", "Orchids, again"),
        ("", "", "Moons"),
    ]
    assert read(tmp_path, "a.tsv", "id\tother\n5\tx\n") == [("5", "", "")]
    with pytest.raises(DataError, match=r"a.csv: line 1: 'a,b': expected a header with a column for the id \(track, "):
        read(tmp_path, "a.csv", "a,b\n1,2\n")


def test_json_in_its_forms(tmp_path: Path) -> None:
    assert read(tmp_path, "a.json", '["track_1", 5, {"title": "Moons", "artist": {"name": "Hugo"}}]') == [
        ("track_1", "", "track_1"),
        ("5", "", ""),
        ("", "Hugo", "Moons"),
    ]
    jspf = {"playlist": {"track": [{"identifier": ["https://www.deezer.com/track/9"], "creator": "A", "title": "B"}]}}
    assert read(tmp_path, "a.jspf", json.dumps(jspf)) == [("track_9", "A", "B")]
    with pytest.raises(DataError, match=r"a.json: entry 2: \[1\]: expected an id, or an object with id or title"):
        read(tmp_path, "a.json", '["a", [1]]')
    with pytest.raises(DataError, match=r"a.json: expected a list of songs, or an object with `tracks`, or JSPF"):
        read(tmp_path, "a.json", '{"songs": []}')


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.txt", b"a\nb\0c\n", "line 2: holds a zero byte: expected a text file in UTF-8"),
        ("a.txt", b"a\n\xff\xfe\n", "line 2: not UTF-8"),
        ("a.txt", b"x" * 200_000, "line 1: expected at most 100,000 characters"),
        ("a.json", b"[" * 200_000, "nested too deeply: expected a list of songs"),
        ("a.json", b"[" + b"9" * 5_000 + b"]", "not JSON: "),
        ("a.csv", b'id\n"a', "expected CSV"),
        ("a.xspf", b"<playlist>", "not XSPF: no element found"),
        ("a.xspf", b'<!DOCTYPE x [<!ENTITY a "b">]><playlist>&a;</playlist>', "not XSPF: EntitiesForbidden"),
    ],
)
def test_what_is_no_playlist_is_one_line(tmp_path: Path, name: str, content: bytes, error: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, name, content)
    assert f"{name}: " in str(caught.value)
    assert error in str(caught.value)
    assert "\n" not in str(caught.value)
