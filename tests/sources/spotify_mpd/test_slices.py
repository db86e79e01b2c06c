"""Invented slices: in the shape of the published ones, alike however they are made, with the counts
they promise.
"""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from benchmarks.data.mpd_slices import ZIP_NAME, shape_of, write_slices, write_zip

PLAYLIST = {
    *(
        "name",
        "collaborative",
        "pid",
        "modified_at",
        "num_tracks",
        "num_albums",
        "num_followers",
        "tracks",
    ),
    *("num_edits", "duration_ms", "num_artists"),
}
TRACK = [
    "pos",
    "artist_name",
    "track_uri",
    "artist_uri",
    "track_name",
    "album_uri",
    "duration_ms",
    "album_name",
]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_slices_have_the_keys_and_the_counts_of_the_published_ones(tmp_path: Path) -> None:
    shape = shape_of(120, size=50)
    assert write_slices(tmp_path, shape) == sum(map(len, contents(tmp_path).values()))
    slices = {name: json.loads(content) for name, content in contents(tmp_path).items()}
    assert set(slices) == {"mpd.slice.0-49.json", "mpd.slice.50-99.json", "mpd.slice.100-119.json"}
    playlists: list[dict[str, Any]] = []
    for name, content in slices.items():
        assert set(content) == {"info", "playlists"}
        assert name == f"mpd.slice.{content['info']['slice']}.json"
        playlists += content["playlists"]
    assert sorted(each["pid"] for each in playlists) == list(range(120))
    for each in playlists:
        assert set(each) - {"description"} == PLAYLIST
        tracks = each["tracks"]
        assert [track["pos"] for track in tracks] == list(range(len(tracks)))
        assert all(list(track) == TRACK for track in tracks)
        assert (each["num_tracks"], each["duration_ms"]) == (
            len(tracks),
            sum(track["duration_ms"] for track in tracks),
        )
        assert each["num_albums"] == len({track["album_uri"] for track in tracks})
        assert each["num_artists"] == len({track["artist_uri"] for track in tracks})
        assert each["collaborative"] in ("true", "false")
        assert all(
            len(track[key].split(":")[2]) == 22
            for track in tracks
            for key in TRACK
            if key.endswith("uri")
        )
    entries = [track for each in playlists for track in each["tracks"]]
    assert (len(entries), len({track["track_uri"] for track in entries})) == (
        shape.entries,
        shape.songs,
    )
    # A track, an artist and an album say the same of themselves wherever they stand.
    for about in (
        TRACK[1:],
        ("artist_uri", "artist_name"),
        ("album_uri", "album_name", "artist_uri"),
    ):
        told = {tuple(track[key] for key in about) for track in entries}
        key = "track_uri" if about == TRACK[1:] else about[0]
        assert len(told) == len({track[key] for track in entries})


def test_slices_are_the_same_with_any_number_of_processes_and_in_a_zip_file(tmp_path: Path) -> None:
    shape = shape_of(60, size=20, songs=300, longest=40)
    for workers in (1, 2):
        write_slices(tmp_path / f"{workers}", shape, workers)
        write_zip(tmp_path / f"zip{workers}" / ZIP_NAME, shape, workers)
        assert [path.name for path in (tmp_path / f"zip{workers}").iterdir()] == [ZIP_NAME]
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    assert contents(tmp_path / "zip1") == contents(tmp_path / "zip2")
    with ZipFile(tmp_path / "zip1" / ZIP_NAME) as archive:
        packed = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert packed == contents(tmp_path / "1")


def test_sizes_can_be_chosen_and_another_seed_gives_other_playlists(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_slices(
            tmp_path / f"{seed}", shape_of(30, songs=50, longest=12, seed=seed, indent=None)
        )
    one, two = (
        json.loads((tmp_path / seed / "mpd.slice.0-29.json").read_text()) for seed in ("1", "2")
    )
    assert one != two
    lengths = [each["num_tracks"] for each in one["playlists"]]
    assert (min(lengths), max(lengths) <= 12) == (5, True)
    assert len({track["track_uri"] for each in one["playlists"] for track in each["tracks"]}) == 50


@pytest.mark.parametrize("playlists", [10_000, 1_000_000])
def test_the_scale_is_that_of_the_data_set(playlists: int) -> None:
    from benchmarks.data.mpd_draws import songs_of

    shape = shape_of(playlists)
    assert shape.entries / playlists == pytest.approx(66.35, rel=0.02)
    assert shape.songs == {10_000: 179_700, 1_000_000: 2_262_292}[playlists]
    # A hundredth of the entries of a million playlists, all of ten thousand.
    entries = np.arange(min(shape.entries, 663_500))
    songs = songs_of(shape, entries.astype(np.uint64) // np.uint64(66), entries)
    counts = np.bincount(songs, minlength=shape.songs)
    assert 1 / 3_000 < counts.max() / len(entries) < 1 / 1_000
    if playlists == 10_000:
        assert 0.4 < np.mean(counts == 1) < 0.7
