"""What iTunes and Music export: XML and text."""

import plistlib
from pathlib import Path
from typing import Any

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.playlist_files import names, read

TRACKS: dict[str, dict[str, Any]] = {
    "12": {
        "Track ID": 12,
        "Name": "Tide",
        "Artist": "Ann Ro",
        "Album": "Shore",
        "Location": "file:///m/a%20b.mp3",
    },
    "7": {"Track ID": 7, "Name": "Fog", "Artist": "Cy"},
    "9": {"Track ID": 9, "Name": "Talk", "Podcast": True},
}


def library(*playlists: dict[str, Any]) -> bytes:
    return plistlib.dumps(
        {"Major Version": 1, "Tracks": TRACKS, "Playlists": list(playlists)}, sort_keys=False
    )


def playlist(name: str, *tracks: int, **more: Any) -> dict[str, Any]:
    return {"Name": name, **more, "Playlist Items": [{"Track ID": track} for track in tracks]}


def test_a_playlist_in_its_own_order(tmp_path: Path) -> None:
    songs, notes = read(tmp_path, "a.xml", library(playlist("mine", 7, 9, 12, 99)))
    assert names(songs) == [("Cy", "Fog"), ("Ann Ro", "Tide")]
    assert {"file:///m/a%20b.mp3", "/m/a b.mp3"} <= {*songs[1].ids}
    assert songs[1].album == "Shore"
    assert notes == [
        "1 podcasts, films and books: left out (playlist mine, entry 2)",
        "1 entries of playlists whose song the file does not describe: left out (playlist mine, "
        "entry 4)",
    ]


def test_a_library_has_several_playlists(tmp_path: Path) -> None:
    content = library(
        playlist("Library", 7, 9, 12, Master=True), playlist("One", 12), playlist("Two", 7, 12)
    )
    songs, notes = read(tmp_path, "a.txt", content)
    assert names(songs) == [("Ann Ro", "Tide"), ("Cy", "Fog"), ("Ann Ro", "Tide")]
    assert notes == [
        "it has several playlists, and all are read: 'One', 'Two'; --playlist NAME reads one"
    ]
    assert names(read(tmp_path, "a.xml", content, "ONE")[0]) == [("Ann Ro", "Tide")]
    assert names(read(tmp_path, "a.xml", library())[0]) == [("Ann Ro", "Tide"), ("Cy", "Fog")]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (plistlib.dumps({"a": 1}), "a property list without Tracks"),
        (
            plistlib.dumps({"Tracks": {}}, fmt=plistlib.FMT_BINARY),
            "it is a binary property list, which is not read",
        ),
        (library()[:-30], "not a property list of iTunes or Music: "),
        (
            b'<!DOCTYPE plist [<!ENTITY a "b">]><plist><dict><key>&a;</key></dict></plist>',
            "entity declarations",
        ),
        (b"<plist>" + b"<array>" * 100_000, "not a property list of iTunes or Music: "),
    ],
)
def test_other_property_lists_are_refused(tmp_path: Path, content: bytes, error: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, "a.xml", content)
    assert error in str(caught.value)


@pytest.mark.parametrize(
    "head", ["Name\tArtist\tComposer\tAlbum\tTime", "Titel\tInterpret\tKomponist\tAlbum\tDauer"]
)
def test_text_with_tabs_is_a_table(tmp_path: Path, head: str) -> None:
    rows = f"{head}\rTide\tAnn Ro\t\tShore\t200\rFög\tCy\t\t\t180\r"
    for encoding in ("utf-16", "utf-8", "cp1252"):
        songs, _ = read(tmp_path, "a.txt", rows.encode(encoding))
        assert names(songs) == [("Ann Ro", "Tide"), ("Cy", "Fög")]
        assert songs[0].album == "Shore"
