"""Slices in the shape of Spotify's data set: the same playlists however they lie, and one line for
what is wrong.
"""

import gzip
import json
import random
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.data.mpd_slices import shape_of, write_slices
from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.sources.spotify_mpd.playlists import Ingested, ingest_slices, read_slice
from playlist2vec.sources.spotify_mpd.slices import find_slices, listed_slices, save_list, with_crc
from tests.builders.mpd_files import NAME, Content, content, write, zipped
from tests.conftest import ROOT, Project


def ingest(place: Path, out: Path, workers: int = 1) -> Ingested:
    out.mkdir(parents=True, exist_ok=True)
    with (
        open_engine(EngineParams("local", "", workers)) as engine,
        TemporaryDirectory(dir=out) as scratch,
    ):
        return ingest_slices(
            find_slices(place), engine, out / "playlists.npz", out / "tracks.tsv", Path(scratch)
        )


def outputs(out: Path) -> list[bytes]:
    return [(out / name).read_bytes() for name in ("playlists.npz", "tracks.tsv")]


def refused(place: Path, out: Path) -> str:
    with pytest.raises(DataError) as caught:
        ingest(place, out)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert not (out / "playlists.npz").exists()
    return text


def uris(made: Content) -> dict[int, list[str]]:
    return {
        each["pid"]: [track["track_uri"] for track in each["tracks"]] for each in made["playlists"]
    }


def shuffled(made: Content, seed: int) -> Content:
    draw = random.Random(seed)
    found = deepcopy(made)
    draw.shuffle(found["playlists"])
    for each in found["playlists"]:
        draw.shuffle(each["tracks"])
    return found


def test_playlists_are_known_by_pid_and_tracks_stand_by_pos(tmp_path: Path) -> None:
    made = content(3)
    summary = ingest(write(tmp_path / "in", {NAME: shuffled(made, 1)}), tmp_path / "out")
    playlists, tracks = (
        Playlists.load(tmp_path / "out/playlists.npz"),
        Tracks.load(tmp_path / "out/tracks.tsv"),
    )
    assert [[tracks.ids[code] for code in codes] for codes in playlists] == list(
        uris(made).values()
    )
    assert playlists.rows.tolist() == [0, 1, 2]
    assert playlists.keys.tolist() == mix(np.arange(3, dtype=np.uint64)).tolist()
    entries = [track for each in made["playlists"] for track in each["tracks"]]
    assert tracks.ids == sorted({track["track_uri"] for track in entries})
    about = {track["track_uri"]: track for track in entries}
    for name, key in (
        ("artists", "artist_uri"),
        ("artist_names", "artist_name"),
        ("titles", "track_name"),
    ):
        assert getattr(tracks, name) == [about[uri][key] for uri in tracks.ids]
    assert list(tracks.more) == ["duration"]
    assert all(
        abs(1_000 * int(seconds) - about[uri]["duration_ms"]) <= 500
        for uri, seconds in zip(tracks.ids, tracks.more["duration"], strict=True)
    )
    assert summary == Ingested(slices=1, playlists=3, entries=len(entries), tracks=len(tracks))


@pytest.mark.parametrize("odd", [None, 0, -5, True, 1.5, "200000", 10**12, [1]])
def test_a_duration_that_is_none_is_unknown(tmp_path: Path, odd: object) -> None:
    made = content(1)
    for track in made["playlists"][0]["tracks"]:
        track["duration_ms"] = odd
    del made["playlists"][0]["tracks"][0]["duration_ms"]
    ingest(write(tmp_path / "in", {NAME: made}), tmp_path / "out")
    assert set(Tracks.load(tmp_path / "out/tracks.tsv").more["duration"]) == {""}


def test_the_names_are_those_of_the_lowest_pid(tmp_path: Path) -> None:
    made = content(3, songs=5)
    for each in made["playlists"]:
        for track in each["tracks"]:
            track["track_name"] = f"title in {each['pid']} at {track['pos']}"
            track["artist_name"] = "a\tb\n" + "x" * 600
    ingest(write(tmp_path / "in", {NAME: shuffled(made, 3)}), tmp_path / "out")
    tracks = Tracks.load(tmp_path / "out/tracks.tsv")
    first: dict[str, str] = {}
    for each in made["playlists"]:
        for track in each["tracks"]:
            first.setdefault(track["track_uri"], track["track_name"])
    assert dict(zip(tracks.ids, tracks.titles, strict=True)) == first
    assert set(tracks.artist_names) == {"a b " + "x" * 496}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven slices, and what they become."""
    top = tmp_path_factory.mktemp("whole")
    write_slices(top / "in", shape_of(64, size=10, songs=300, longest=20))
    ingest(top / "in", top / "out")
    return top


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=15)
def test_neither_order_nor_packing_changes_a_byte(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, packed: bool
) -> None:
    draw, top = random.Random(seed), tmp_path_factory.mktemp("other")
    slices = {
        path.name: shuffled(json.loads(path.read_text()), seed) for path in (whole / "in").iterdir()
    }
    names = sorted(slices)
    draw.shuffle(names)
    if packed:
        (top / "a.zip").write_bytes(
            zipped([("README.md", "about"), *((f"data/{name}", slices[name]) for name in names)])
        )
        ingest(top / "a.zip", top / "out")
    else:
        ingest(
            write(top, {f"{draw.randrange(3)}/{name}": slices[name] for name in names}), top / "out"
        )
    assert outputs(top / "out") == outputs(whole / "out")


def test_any_number_of_workers_gives_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    for workers in (2, 3):
        ingest(whole / "in", tmp_path / f"{workers}", workers)
        assert outputs(tmp_path / f"{workers}") == outputs(whole / "out")


def test_what_is_left_out_and_what_is_missing_is_counted(tmp_path: Path) -> None:
    made = content(5)
    made["playlists"][1] |= {"tracks": [], "num_tracks": 0}
    entries = sum(len(each["tracks"]) for each in made["playlists"])
    made["playlists"][2]["tracks"][0]["track_uri"] = "spotify:local:me:mine:song:100" + "\t" * 200
    made["playlists"][4]["tracks"][1]["track_uri"] = "spotify:local:::"
    kept = {pid: [uri for uri in each if "local" not in uri] for pid, each in uris(made).items()}
    summary = ingest(write(tmp_path / "in", {"mpd.slice.0-9.json": made}), tmp_path / "out")
    distinct = {uri for each in kept.values() for uri in each}
    assert summary == Ingested(1, 5, 1, 5, entries, 2, len(distinct))
    playlists, tracks = (
        Playlists.load(tmp_path / "out/playlists.npz"),
        Tracks.load(tmp_path / "out/tracks.tsv"),
    )
    assert [[tracks.ids[code] for code in codes] for codes in playlists] == list(kept.values())
    assert len(playlists.tracks) == entries - 2


def test_playlists_without_a_track(tmp_path: Path) -> None:
    playlists = [{"pid": pid, "num_tracks": 0, "tracks": []} for pid in range(2)]
    said = refused(write(tmp_path / "in", {NAME: {"playlists": playlists}}), tmp_path / "out")
    assert said == "2 playlists without a track that can be kept: expected some tracks"


def changed(**values: object) -> Content:
    made = content()
    made["playlists"][1] |= values
    return made


def changed_track(**values: object) -> Content:
    made = content()
    made["playlists"][1]["tracks"][2] |= values
    return made


def without(*path: Any) -> Content:
    made = content()
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return made


ID = "expected an id without control characters, of at most 100 characters"


@pytest.mark.parametrize(
    ("made", "error"),
    [
        ("[]", "expected `object`, got `array`"),
        ("{}", "object missing required field `playlists`: expected it to be there"),
        ('{"playlists": 7}', "playlists: expected `array`, got `int`"),
        ('{"playlists": [7]}', "playlists[0]: expected `object`, got `int`"),
        (changed(pid=7), "pid 7: expected a number from 0 to 2, as the file is named"),
        (changed(pid=-1), "pid -1: expected a number from 0 to 2, as the file is named"),
        (changed(pid=True), "playlists[1].pid: expected `int`, got `bool`"),
        (changed(pid=1.5), "playlists[1].pid: expected `int`, got `float`"),
        (changed(pid=10**30), f"pid {10**30}: expected a number from 0 to 2, as the file is named"),
        (changed(pid=2), "pid 2: found twice: expected it once"),
        (changed(tracks="x"), "pid 1: tracks: expected `array`, got `str`"),
        (changed(num_tracks=1000), "pid 1: num_tracks = 1000: expected "),
        (changed(num_tracks="5"), "pid 1: num_tracks: expected `int`, got `str`"),
        (
            changed_track(pos=0),
            "pid 1: pos = 0: expected a number of its own for each track, from 0",
        ),
        (
            changed_track(pos=-1),
            "pid 1: pos = -1: expected a number of its own for each track, from 0",
        ),
        (changed_track(pos="2"), "pid 1: tracks[2].pos: expected `int`, got `str`"),
        (changed_track(track_uri=5), "pid 1: tracks[2].track_uri: expected `str`, got `int`"),
        (changed_track(track_uri="a\tb"), rf"pid 1: track_uri = 'a\tb': {ID}"),
        (changed_track(track_uri=""), f"pid 1: track_uri = '': {ID}"),
        (changed_track(track_uri="x" * 101), f"pid 1: track_uri = '{'x' * 79}: {ID}"),
        (changed_track(artist_uri=None), "pid 1: tracks[2].artist_uri: expected `str`, got `null`"),
        (
            without("playlists", 1, "num_tracks"),
            "pid 1: object missing required field `num_tracks`: expected it to be ",
        ),
        (
            without("playlists", 1, "tracks", 0, "artist_name"),
            "pid 1: tracks[0]: object missing required field `artist_name`: "
            "expected it to be there",
        ),
        (
            "",
            "not whole JSON (Input data was truncated): no playlist before the error is whole: "
            "expected a whole slice",
        ),
        ("[" * 5000, "expected `object`, got `array`"),
        ('{"x": ' + "[" * 100_000, "nested too deeply: expected a slice of playlists"),
        (json.dumps(content()).encode("utf-16"), "not whole JSON ("),
        (
            json.dumps(content()).replace("spotify:track:", "\xff").encode("latin-1"),
            "a text that is not UTF-8 (invalid ",
        ),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, made: Content | bytes | str, error: str) -> None:
    write(tmp_path, {NAME: made})
    assert refused(tmp_path, tmp_path / "out").startswith(f"{tmp_path}/{NAME}: {error}")


def test_a_slice_that_breaks_off_names_its_last_whole_playlist(tmp_path: Path) -> None:
    made = content()
    made["playlists"][1]["name"] = 'brackets ]}]}" in a text \\'
    text = json.dumps(made)
    starts = [text.index(f'"pid": {pid}') for pid in range(3)]
    # Where a playlist ends is two characters before the next one begins.
    ends = [text.rindex("{", 0, start) - 2 for start in starts[1:]] + [len(text) - 2]
    for cut in range(starts[0], len(text), 23):
        write(tmp_path, {NAME: text[:cut]})
        said = refused(tmp_path, tmp_path / "out")
        last = sum(cut >= end for end in ends) - 1
        until = (
            "no playlist before the error is whole"
            if last < 0
            else f"the last whole playlist is pid {last}"
        )
        assert (
            said == f"{tmp_path}/{NAME}: not whole JSON (Input data was truncated): {until}: "
            "expected a whole slice"
        )
    write(tmp_path, {NAME: text[: starts[2]] + "?" + text[starts[2] :]})
    said = refused(tmp_path, tmp_path / "out")
    assert "(byte " in said
    assert said.endswith("): the last whole playlist is pid 1: expected a whole slice")


def test_places_without_slices_or_with_the_same_twice(tmp_path: Path) -> None:
    missing = refused(tmp_path / "none", tmp_path / "out")
    assert missing == (
        f"spotify_mpd.slices = {tmp_path}/none: nothing is there: "
        "expected a folder or a zip file with slices, or a slice, mpd.slice.<first>-<last>.json"
    )
    write(
        tmp_path / "in",
        {"._mpd.slice.0-2.json": b"\0", "mpd.slice.1-x.json": "", "a.zip": zipped([])},
    )
    nothing = (
        "no slice: expected files mpd.slice.<first>-<last>.json, or with .gz added, "
        "in this folder or file"
    )
    assert refused(tmp_path / "in", tmp_path / "out") == (
        f"{tmp_path}/in: {nothing}; spotify_mpd.slices may name the zip file 'a.zip' itself"
    )
    assert refused(tmp_path / "in/a.zip", tmp_path / "out") == f"{tmp_path}/in/a.zip: {nothing}"
    write(tmp_path / "in", {NAME: content(), "b/mpd.slice.2-4.json": content()})
    assert refused(tmp_path / "in", tmp_path / "out") == (
        f"{tmp_path}/in/b/mpd.slice.2-4.json: its name promises playlists of "
        f"{tmp_path}/in/{NAME}: expected every playlist once"
    )
    write(tmp_path / "back", {"mpd.slice.5-4.json": content()})
    assert refused(tmp_path / "back", tmp_path / "out") == (
        f"{tmp_path}/back/mpd.slice.5-4.json: a slice from 5 to 4: "
        "expected the smaller number first"
    )


def test_one_slice_and_packed_slices_are_read_alike(tmp_path: Path) -> None:
    write(tmp_path / "plain", {NAME: content()})
    packed = gzip.compress(json.dumps(content()).encode())
    write(tmp_path / "packed", {f"deeper/{NAME}.gz": packed})
    places = {
        "folder": "plain",
        "file": f"plain/{NAME}",
        "packed": "packed",
        "one": f"packed/deeper/{NAME}.gz",
    }
    for out, place in places.items():
        ingest(tmp_path / place, tmp_path / out)
        assert outputs(tmp_path / out) == outputs(tmp_path / "folder")
    write(tmp_path / "cut", {f"{NAME}.gz": packed[:-9]})
    assert refused(tmp_path / "cut", tmp_path / "bad").endswith("expected a whole .gz file")
    write(tmp_path / "both", {NAME: content(), f"{NAME}.gz": packed})
    assert refused(tmp_path / "both", tmp_path / "bad").endswith(": expected every playlist once")
    write(tmp_path, {"other.json": "{}"})
    assert refused(tmp_path / "other.json", tmp_path / "bad").startswith(
        f"spotify_mpd.slices = {tmp_path}/other.json: no slice and no zip file: "
        "expected a folder or a zip file"
    )


def test_slices_that_changed_since_they_were_listed(tmp_path: Path) -> None:
    write(tmp_path / "in", {NAME: content()})
    save_list(map(with_crc, find_slices(tmp_path / "in")), tmp_path / "list.tsv")
    assert listed_slices(tmp_path / "in", tmp_path / "list.tsv") == [
        with_crc(*find_slices(tmp_path / "in"))
    ]
    text = json.dumps(content())
    write(tmp_path / "in", {NAME: text.replace("spotify:track:", "spotify:trick:")})
    (found,) = listed_slices(tmp_path / "in", tmp_path / "list.tsv")
    with pytest.raises(
        DataError,
        match=rf"{NAME}: not the bytes that were listed; `dvc repro source` lists the files again",
    ):
        read_slice(found)
    write(tmp_path / "in", {"mpd.slice.3-5.json": "{}"})
    with pytest.raises(
        DataError,
        match="in: other slices than the 1 that were listed; "
        "`dvc repro source` lists the files again",
    ):
        listed_slices(tmp_path / "in", tmp_path / "list.tsv")


def test_the_example_is_what_its_data_card_says(tmp_path: Path) -> None:
    card = (ROOT / "data/sources/spotify_mpd/README.md").read_text("utf-8")
    assert "example --playlists 60 --size 30 --songs 80 --longest 12\n" in card
    write_slices(tmp_path, shape_of(60, size=30, songs=80, longest=12))
    example = ROOT / "data/sources/spotify_mpd/example"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in example.iterdir()
    }


def test_the_chain_on_the_example(project: Project) -> None:
    done = project.dvc(
        "exp", "run", "-S", "dataset=spotify_mpd", "-S", "split.validation=2", "-S", "split.test=2"
    )
    assert (
        "source: spotify_mpd: 2 slices with 203,442 bytes in "
        "data/sources/spotify_mpd/example listed" in done.stdout
    )
    assert (
        "ingest: 2 slices: 60 playlists read, all kept, 0 empty, "
        "0 fewer than the slices' names promise; 363 entries read, 363 kept, 80 distinct tracks; "
        "left out 0 files on users' disks" in done.stdout
    )
    assert "evaluate: 2 pairs: " in done.stdout


@pytest.mark.parametrize("suffix", ["folder", "zip"])
def test_little_memory_for_a_slice_that_would_fill_it(tmp_path: Path, suffix: str) -> None:
    # 20 MB of empty lists would be 64 bytes each as Python's.
    hostile = '{"playlists": [{"pid": 0, "num_tracks": 1, "tracks": [' + "[]," * 7_000_000 + "]}]}"
    if suffix == "zip":
        (tmp_path / "in.zip").write_bytes(zipped([(NAME, hostile[:4_000_000])]))
    place = tmp_path / "in.zip" if suffix == "zip" else write(tmp_path / "in", {NAME: hostile})
    import tracemalloc

    tracemalloc.start()
    refused(place, tmp_path / "out")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000
