"""A folder of music as people have it."""

import os
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sound.folder.scanning import OwnFile, named, scan
from tests.conftest import needed_package
from tests.sound.mels.files import faulty, write


@pytest.mark.parametrize(
    ("name", "artist", "title", "album"),
    [
        ("Lumen - Harbour Light.mp3", "Lumen", "Harbour Light", ""),
        ("03 Lumen - Harbour Light.flac", "Lumen", "Harbour Light", ""),
        ("Lumen/Coast/03. Harbour_Light.flac", "Lumen", "Harbour Light", "Coast"),
        ("Lumen/Harbour Light.ogg", "Lumen", "Harbour Light", ""),
        ("Harbour Light.wav", "", "Harbour Light", ""),
        ("1999.wav", "", "1999", ""),
        ("07.wav", "", "07", ""),
    ],
)
def test_what_a_path_says(name: str, artist: str, title: str, album: str) -> None:
    assert named(name) == OwnFile(name, artist, title, album)


@pytest.mark.extra
def test_tags_go_before_names_and_nothing_stops_a_scan(tmp_path: Path) -> None:
    for package in ("mutagen", "soundfile"):
        needed_package(package)
    import mutagen

    folder = tmp_path / "music"
    (folder / "b/deep").mkdir(parents=True)
    for suffix in ("mp3", "flac", "ogg"):
        path = write(folder / f"b/deep/{suffix}.{suffix}", seconds=2)
        tags = mutagen.File(path, easy=True)
        tags["artist"], tags["title"], tags["album"] = (
            ["Núria Vidal", "other"],
            [f"Song\n{suffix}"],
            ["Coast"],
        )
        tags.save()
    (folder / "a").mkdir()
    faulty(folder / "a")
    write(folder / "Zed - Last.WAV.wav", seconds=2)
    (folder / "cover.jpg").write_bytes(b"x")
    (folder / ".hidden.mp3").write_bytes(b"x")
    os.close(os.open(os.fsencode(folder) + b"/\xff.mp3", os.O_CREAT))
    counted: list[int] = []
    found = scan(folder, counted.append)
    assert found.left_out == {"other kinds of files": 1, "names that are not UTF-8": 1}
    assert len(found.files) == sum(counted) == 12 + 3 + 1
    by_name = {file.file: file for file in found.files}
    assert list(by_name) == sorted(by_name)
    for suffix in ("mp3", "flac", "ogg"):
        file = by_name[f"b/deep/{suffix}.{suffix}"]
        assert (file.artist, file.title, file.album) == ("Núria Vidal", f"Song {suffix}", "Coast")
        assert file.seconds == pytest.approx(2, abs=0.1)
    assert by_name["Zed - Last.WAV.wav"].artist == "Zed"
    assert by_name["a/truncated.flac"].seconds == pytest.approx(4, abs=0.1)
    assert by_name["a/page.mp3"].title == "page"
    assert scan(folder, counted.append) == found


def test_a_folder_without_music_is_a_line(tmp_path: Path) -> None:
    for folder, said in (
        (tmp_path, "no music file: expected some that end in .aac, "),
        (tmp_path / "x", "no such folder"),
    ):
        with pytest.raises(DataError, match=said):
            scan(folder, lambda _: None)
