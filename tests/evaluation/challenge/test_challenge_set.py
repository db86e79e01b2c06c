import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.data.challenge_set import make_challenge_set
from benchmarks.data.mpd_slices import shape_of, write_slices
from playlist2vec.base.errors import DataError
from playlist2vec.evaluation.challenge.challenge_set import OTHER, read_challenge_set, ways_of
from playlist2vec.evaluation.challenge.ways import WAYS
from tests.builders.challenge_files import challenge_set, track_of, uri, written

Entry = dict[str, Any]


def test_playlists_with_their_songs_in_order_and_their_ways(tmp_path: Path) -> None:
    content = challenge_set(3, 900)
    read = read_challenge_set(written(tmp_path, content))
    assert [playlist.pid for playlist in read] == [entry["pid"] for entry in content["playlists"]]
    assert [playlist.way for playlist in read] == [way.name for way in WAYS] * 3
    assert ways_of(read) == {way.name: 3 for way in WAYS}
    for playlist, entry in zip(read, content["playlists"], strict=True):
        assert playlist.seeds == [track["track_uri"] for track in entry["tracks"]]
    for entry in content["playlists"]:
        entry["tracks"].reverse()
    assert read_challenge_set(written(tmp_path, content)) == read


def test_other_ways_are_read_and_counted(tmp_path: Path) -> None:
    """Seven songs, or 25 songs without a title, were in no way of the challenge."""
    content = challenge_set(1, 900)
    del content["playlists"][6]["name"]
    content["playlists"][3] |= {
        "tracks": [track_of(number, number) for number in range(3)],
        "num_samples": 3,
    }
    content["playlists"][3]["num_tracks"] = 3 + content["playlists"][3]["num_holdouts"]
    read = read_challenge_set(written(tmp_path, content))
    assert ways_of(read) == {
        way.name: 1 for way in WAYS if way.name not in ("first_5", "title_first_25")
    } | {OTHER: 2}


def test_a_name_that_is_null_is_none(tmp_path: Path) -> None:
    content = challenge_set(1, 900)
    content["playlists"][2]["name"] = None
    assert read_challenge_set(written(tmp_path, content))[2].way == "first_5"


def change(number: int, **values: object) -> Callable[[Entry], object]:
    return lambda content: content["playlists"][number].update(values)


def change_track(number: int, track: int, **values: object) -> Callable[[Entry], object]:
    return lambda content: content["playlists"][number]["tracks"][track].update(values)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (
            lambda content: content.pop("playlists"),
            'expected an object with a list "playlists" of one playlist or more',
        ),
        (
            lambda content: content["playlists"].clear(),
            'expected an object with a list "playlists" of one playlist or ',
        ),
        (
            lambda content: content["playlists"].insert(0, 7),
            "playlists[0] = 7: expected a playlist, {...}",
        ),
        (
            change(1, pid=1_000_000),
            "playlists[1]: pid = 1000000: expected a pid that no earlier playlist has",
        ),
        (change(1, pid=True), "playlists[1]: pid = True: expected a whole number, 0 or more"),
        (change(1, pid="1"), "playlists[1]: pid = '1': expected a whole number, 0 or more"),
        (change(1, pid=-1), "playlists[1]: pid = -1: expected a whole number, 0 or more"),
        (change(1, pid=10**30), "playlists[1]: pid = 1e+30: expected a whole number, 0 or more"),
        (change(2, name=[1]), "playlist 1000002: name = a list of 1: expected text, or none"),
        (
            change(2, tracks={}),
            "playlist 1000002: tracks = an object of 0: expected a list of tracks, {...}",
        ),
        (
            change(2, tracks=["x"]),
            "playlist 1000002: tracks = a list of 1: expected a list of tracks, {...}",
        ),
        (
            change(2, num_samples=4),
            "playlist 1000002: num_samples = 4: expected 5, the number of its tracks",
        ),
        (
            change(2, num_tracks=6),
            "playlist 1000002: num_tracks = 6: expected num_samples + num_holdouts, ",
        ),
        (
            change(2, num_holdouts=None),
            "playlist 1000002: num_holdouts = None: expected a whole number, 0 or more",
        ),
        (
            change_track(2, 1, pos=0),
            "playlist 1000002: tracks[1]: pos = 0: expected a place of its own, from 0 to ",
        ),
        (
            change_track(2, 1, pos=900),
            "playlist 1000002: tracks[1]: pos = 900: expected a place of its own, from 0 to ",
        ),
        (
            change_track(2, 1, pos=0.5),
            "playlist 1000002: tracks[1]: pos = 0.5: expected a whole number, 0 or more",
        ),
        (
            change_track(2, 1, track_uri="spotify:artist:" + "a" * 22),
            "playlist 1000002: tracks[1]: track_uri = 'spotify:artist:aaaaaaaaaaaaaaaaaaaaaa': "
            "expected spotify:",
        ),
        (
            change_track(2, 1, track_uri=uri(4) + "\n"),
            f"playlist 1000002: tracks[1]: track_uri = '{uri(4)}\\n': "
            "expected spotify:track: and 22 letters or digits",
        ),
    ],
)
def test_what_is_no_challenge_set_gets_a_line(
    tmp_path: Path, spoil: Callable[[Entry], object], error: str
) -> None:
    content = copy.deepcopy(challenge_set(1, 900))
    spoil(content)
    path = written(tmp_path, content)
    with pytest.raises(DataError) as raised:
        read_challenge_set(path)
    assert str(raised.value).startswith(f"{path}: {error}")
    assert len(str(raised.value).splitlines()) == 1


def test_files_that_are_no_json(tmp_path: Path) -> None:
    path = tmp_path / "challenge_set.json"
    whole = json.dumps(challenge_set(1, 900)).encode()
    for content in (
        b"",
        whole[:-1],
        whole[:1000],
        b"\xff" + whole,
        whole.replace(b"Song", b"\xe9", 1),
        b"[" * 100_000,
    ):
        path.write_bytes(content)
        with pytest.raises(DataError) as raised:
            read_challenge_set(path)
        assert str(raised.value).startswith(f"{path}: not JSON (")
        assert str(raised.value).endswith("): expected a challenge set")
    for missing in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(DataError, match="cannot be read: "):
            read_challenge_set(missing)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "challenge_set.json"
    with open(path, "wb") as file:
        file.truncate((1 << 30) + 1)
    with pytest.raises(
        DataError, match=r"1,073,741,825 bytes: expected a challenge set of at most 1,073,741,824"
    ):
        read_challenge_set(path)


def test_a_challenge_set_from_invented_slices(tmp_path: Path) -> None:
    write_slices(tmp_path / "slices", shape_of(300, size=100))
    content = make_challenge_set(tmp_path / "slices", 3)
    read = read_challenge_set(written(tmp_path, content))
    assert ways_of(read) == {way.name: 3 for way in WAYS}
    assert all(entry["num_holdouts"] > 0 for entry in content["playlists"])
    assert make_challenge_set(tmp_path / "slices", 3) == content
    with pytest.raises(
        DataError, match=r"slices: \d+ playlists of more than \d+ tracks are missing"
    ):
        make_challenge_set(tmp_path / "slices", 100)
