"""Slices in the shape of Spotify's data set: the same playlists however they are packed, a line for what is wrong."""

import json
import random
import stat
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.mpd import playlists, write
from playlist2vec import mpd
from playlist2vec.errors import DataError
from playlist2vec.ingestion import encode, with_details
from playlist2vec.mpd import read_mpd
from playlist2vec.playlists import RawPlaylist
from tests.conftest import Project

Content = dict[str, Any]


def content(first: int = 0, number: int = 3) -> Content:
    return {"info": {"slice": "x"}, "playlists": playlists(first, number, 50, 1)}


def slice_of(tmp_path: Path, text: str | bytes, name: str = "mpd.slice.0-2.json") -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


def read(path: Path) -> list[RawPlaylist]:
    return list(read_mpd(path))


def test_order_of_files_and_packing_change_nothing(tmp_path: Path) -> None:
    write(tmp_path / "folder", 25, songs=50, size=10)
    expected = read(tmp_path / "folder")
    assert [len(each.tracks) for each in expected] == [each["num_tracks"] for each in playlists(0, 10, 50, 1)] + [
        each["num_tracks"] for first, number in ((10, 10), (20, 5)) for each in playlists(first, number, 50, 1)
    ]
    files = sorted((tmp_path / "folder").iterdir(), reverse=True)
    with ZipFile(tmp_path / "all.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.md", "about")
        for file in files:
            shuffled = json.loads(file.read_text("utf-8"))
            random.Random(1).shuffle(shuffled["playlists"])
            for entry in shuffled["playlists"]:
                random.Random(2).shuffle(entry["tracks"])
            archive.writestr(f"spotify/data/{file.name}", json.dumps(shuffled))
    assert read(tmp_path / "all.zip") == expected


def test_the_canonical_form_has_names_and_titles(tmp_path: Path) -> None:
    write(tmp_path, 10, songs=30, size=5)
    placed = read_mpd(tmp_path)
    canonical, tracks = encode(iter(placed))
    tracks = with_details(tracks, placed.details)
    first = playlists(0, 5, 30, 1)[0]["tracks"]
    codes = canonical.tracks[: len(first)].tolist()
    assert [tracks.ids[code] for code in codes] == [track["track_uri"] for track in first]
    assert [tracks.artists[code] for code in codes] == [track["artist_uri"] for track in first]
    assert [tracks.titles[code] for code in codes] == [track["track_name"] for track in first]
    assert [tracks.artist_names[code] for code in codes] == [track["artist_name"] for track in first]


def change(**values: object) -> str:
    changed = content()
    changed["playlists"][1] |= values
    return json.dumps(changed)


def change_track(**values: object) -> str:
    changed = content()
    changed["playlists"][1]["tracks"][2] |= values
    return json.dumps(changed)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[]", "expected an object with a list `playlists`"),
        ('{"playlists": [5]}', "playlists[0].pid = None: expected a whole number from 0 to 2, as the file is named"),
        (change(pid=7), "playlists[1].pid = 7: expected a whole number from 0 to 2, as the file is named"),
        (change(pid=True), "playlists[1].pid = True: expected a whole number from 0 to 2"),
        (change(pid=2), "two playlists with the pid 2: expected one"),
        (change(tracks="x"), "playlist 1: tracks = 'x': expected a list of objects"),
        (change(num_tracks=1000), "playlist 1: num_tracks = 1000: expected "),
        (change_track(pos=0), "playlist 1: pos: expected a different whole number for each track"),
        (change_track(pos="2"), "playlist 1: pos: expected a different whole number for each track"),
        (change_track(track_uri=5), "playlist 1: track 2: track_uri = 5: expected text"),
        (change_track(track_uri="a\tb"), r"playlist 1: track 2: track_uri = 'a\tb': expected printable text"),
        (change_track(artist_uri=None), "playlist 1: track 2: artist_uri = None: expected text"),
        ("", "not whole JSON"),
        ("[" * 5000, "not whole JSON"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, text: str, error: str) -> None:
    with pytest.raises(DataError) as caught:
        read(slice_of(tmp_path, text))
    assert str(caught.value).startswith(f"{tmp_path}/mpd.slice.0-2.json: {error}")
    assert len(str(caught.value).splitlines()) == 1


def test_a_slice_that_breaks_off_names_its_last_whole_playlist(tmp_path: Path) -> None:
    text = json.dumps(content())
    second = text.index('"pid": 2')
    with pytest.raises(DataError, match=r"0-2.json: not whole JSON \(.*\); the last whole playlist is 1$"):
        read(slice_of(tmp_path, text[: second + 40]))
    with pytest.raises(DataError, match=r"; no playlist in it is whole$"):
        read(slice_of(tmp_path, text[:100]))


def test_folders_and_archives_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r": no slice: expected files mpd.slice.<first>-<last>.json in this folder or zip"
    ):
        read(tmp_path)
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    with pytest.raises(DataError, match=r"x.zip: not a zip file that can be read"):
        read(tmp_path / "x.zip")
    slice_of(tmp_path, json.dumps(content()))
    slice_of(tmp_path, json.dumps(content(2)), "mpd.slice.2-4.json")
    with pytest.raises(DataError, match=r"mpd.slice.2-4.json: holds playlists that .*mpd.slice.0-2.json holds"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["/mpd.slice.0-2.json", "a/../../mpd.slice.0-2.json", "C:\\mpd.slice.0-2.json"])
def test_archives_that_lead_out_of_themselves_are_refused(tmp_path: Path, name: str) -> None:
    with ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(name, json.dumps(content()))
    with pytest.raises(DataError, match=r"x.zip: member '.*': expected a path inside the archive"):
        read(tmp_path / "x.zip")


def test_links_and_bombs_in_archives_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = ZipInfo("mpd.slice.0-2.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match=r"link.zip: member 'mpd.slice.0-2.json' is a link: expected files"):
        read(tmp_path / "link.zip")
    monkeypatch.setattr(mpd, "LARGEST", 10_000)
    with ZipFile(tmp_path / "bomb.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("mpd.slice.0-2.json", b" " * 1_000_000)
    with pytest.raises(DataError, match=r"bomb.zip: mpd.slice.0-2.json: more than 10,000 bytes: expected a slice"):
        read(tmp_path / "bomb.zip")


def spoilt(draws: random.Random, text: bytes) -> bytes:
    """A valid slice after some damage: cut, flipped bytes, other types, deep nesting, huge numbers, other encodings."""
    kind = draws.randrange(6)
    place = draws.randrange(len(text))
    if kind == 0:
        return text[:place]
    if kind == 1:
        changed = bytearray(text)
        for _ in range(draws.randint(1, 5)):
            changed[draws.randrange(len(changed))] = draws.randrange(256)
        return bytes(changed)
    if kind == 2:
        return text.decode().encode(draws.choice(["utf-16", "utf-32", "cp500"]))
    new = draws.choice(
        [b"null", b"-1", b"1e999", b"9" * 400, b"[" * 2000, b'"\\ud800"', b"{}", b"[[]]", b"true", b"\xff"]
    )
    numbers = [each for each in range(len(text) - 2) if text[each : each + 2] == b": "]
    start = draws.choice(numbers) + 2
    end = min(found for sign in (b",", b"}") if (found := text.find(sign, start)) > 0)
    if kind == 3:
        return text[:start] + new + text[end:]
    if kind == 4:
        key = text[text.rfind(b'"', 0, start - 3) : start]
        return text[:end] + b", " + key + new + text[end:]
    return text[:place] + new + text[place:]


def survives(folder: Path, seed: int) -> None:
    draws = random.Random(seed)
    text = json.dumps({"playlists": playlists(0, 2, 9, draws.randrange(5))}).encode()
    try:
        found = read(slice_of(folder, spoilt(draws, text)))
    except DataError as error:
        said = str(error)
        assert len(said.splitlines()) == 1, seed
        assert len(said) < 1000, seed
    else:
        assert all(isinstance(track, str) for each in found for track in each.tracks), seed


@given(st.integers(0, 2**32))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spoilt_slices_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    survives(tmp_path, seed)


@pytest.mark.thorough
def test_ten_thousand_spoilt_slices(tmp_path: Path) -> None:
    for seed in range(10_000):
        survives(tmp_path, seed)


def test_the_chain_on_slices(project: Project) -> None:
    write(project.folder / "data/incoming/mpd", 60, songs=40, size=20)
    sizes = ["-S", "split.validation=5", "-S", "split.test=5"]
    done = project.dvc("exp", "run", "-S", "dataset=spotify_mpd", "-S", "local.file=data/incoming/mpd", *sizes)
    assert "source: spotify_mpd: 3 slices in data/incoming/mpd, which are read where they lie" in done.stdout
    assert "ingest: 60 playlists (0 empty), " in done.stdout
    assert "evaluate: 5 pairs: " in done.stdout
    missing = project.dvc("repro", "-f", "source", check=False)
    assert missing.returncode == 0
    wrong = project.dvc("exp", "run", "-S", "local.file=data/incoming/nothing", check=False)
    assert wrong.returncode != 0
