import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sources.listenbrainz.dumps import find_dumps
from playlist2vec.sources.placed import find_files, save_list
from playlist2vec.sources.soundcloud.crawls import SUFFIXES
from stages.ingest import main
from tests.builders.listen_files import months, plant, tar, write
from tests.builders.soundcloud_files import plant as plant_crawl
from tests.builders.soundcloud_files import write_forms
from tests.conftest import ROOT

LOCAL = {
    "file": "x.csv",
    "playlist_column": "show",
    "track_column": "song",
    "order_column": "",
    "order": "ascending",
    "dates": "",
    "pause": 0,
    "artist_column": "",
    "title_column": "",
    "piece": 0,
    "user_column": "",
    "time_column": "",
    "keep_users": False,
}
SOUNDCLOUD = {
    "crawl": "crawl",
    "licence": "any",
    "min_duration": 0,
    "max_duration": 0,
    "min_likes": 0,
    "min_plays": 0,
    "genres": "",
    "stubs": "unless_filtered",
}
LISTENBRAINZ = {
    "dumps": "dumps",
    "track": "recording_mbid",
    "gap": 30,
    "min_listens": 1,
    "max_share": 1,
    "keep_users": False,
}
ENGINE = {"name": "local", "address": "", "workers": 2}
FILE = {"address": "https://example.org/x", "blob": "0" * 40}


class Room:
    """A data set in a folder of its own."""

    def __init__(
        self, folder: Path, kind: str, form: str, files: list[dict[str, str]] | None = None
    ) -> None:
        self.folder = folder
        self.raw = folder / "raw"
        self.raw.mkdir()
        content = {"kind": kind, "format": form, "licence": "none"} | (
            {} if files is None else {"files": files}
        )
        (folder / "source.yaml").write_text(yaml.safe_dump(content))
        listens, crawl = {"dumps": str(folder / "dumps")}, {"crawl": str(folder / "crawl")}
        params = {"local": LOCAL, "engine": ENGINE}
        params |= {"listenbrainz": LISTENBRAINZ | listens, "soundcloud": SOUNDCLOUD | crawl}
        (folder / "params.yaml").write_text(yaml.safe_dump(params))

    def ingest(self, out: str = "canonical") -> str:
        names = ("params.yaml", "source.yaml", "raw", out)
        self.arguments = [str(self.folder / name) for name in names]
        return main(*self.arguments)

    def playlists(self) -> list[list[str]]:
        ids = Tracks.load(self.folder / "canonical/tracks.tsv").ids
        return [
            [ids[code] for code in codes]
            for codes in Playlists.load(self.folder / "canonical/playlists.npz")
        ]


@pytest.fixture
def deezer(tmp_path: Path) -> Room:
    files = [
        {"name": "m.npy", "role": "playlists"} | FILE,
        {"name": "t.csv", "role": "tracks"} | FILE,
    ]
    room = Room(tmp_path, "download", "npy", files)
    rows = np.empty(3, object)
    rows[:] = [
        ["track_5", "artist_1", "track_10", "artist_2"],
        [],
        ["track_5", "artist_1", "track_5", "artist_1"],
    ]
    np.save(room.raw / "m.npy", rows, allow_pickle=True)
    (room.raw / "t.csv").write_text(
        "track_id,title,name,preview\ntrack_5,Gloria,Them,\ntrack_7,No,No,\n"
    )
    return room


def test_an_array_with_a_table_of_tracks(deezer: Room) -> None:
    assert (
        deezer.ingest() == "3 playlists (1 empty), 4 songs, 2 distinct, 2 artists, 1 with a title"
    )
    assert deezer.playlists() == [["track_5", "track_10"], [], ["track_5", "track_5"]]
    assert (deezer.folder / "canonical/tracks.tsv").read_text() == (
        "track\tartist\tartist_name\ttitle\tpreview\ntrack_10\tartist_2\t\t\t\ntrack_5\tartist_1\tThem\tGloria\t\n"
    )


def test_generated_text(tmp_path: Path) -> None:
    room = Room(tmp_path, "generated", "text", [{"name": "p.txt", "role": "playlists"}])
    (tmp_path / "params.yaml").write_text("local: not read, because this data set is not local")
    (room.raw / "p.txt").write_text("track_2,artist_1,track_1,artist_1\n")
    assert room.ingest() == "1 playlists (0 empty), 2 songs, 2 distinct, 1 artists, 0 with a title"
    assert room.playlists() == [["track_2", "track_1"]]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("playlists.csv", "show,song\na,x\nb,y\na,z\n", [["x", "z"], ["y"]]),
        ("playlists.tsv", "song\tshow\nx\ta\n", [["x"]]),
        ("playlists.txt", "x y\nz\n", [["x", "y"], ["z"]]),
    ],
)
def test_a_file_of_ones_own(
    tmp_path: Path, name: str, content: str, expected: list[list[str]]
) -> None:
    room = Room(tmp_path, "local", "table")
    (room.raw / name).write_text(content)
    room.ingest()
    assert room.playlists() == expected


def test_dumps_of_listens(tmp_path: Path) -> None:
    room = Room(tmp_path, "placed", "listens")
    planted = plant(users=2, sessions=2, spoil=1)
    write(tmp_path / "dumps/a.tar.zst", tar(months(planted.rows)))
    save_list(find_dumps(tmp_path / "dumps"), room.raw / "dumps.tsv")
    kept = sum(len(songs) for _, songs, _ in planted.sessions)
    songs = {song.id() for _, songs, _ in planted.sessions for song in songs}
    assert room.ingest() == (
        f"{kept + 6} listens read, {kept} kept in 4 playlists of 2 users, {len(songs)} distinct "
        "tracks; left out 1 without a user, 1 without a time, 1 without a recording, 1 without "
        "names, 1 before 2002-10-01, 1 duplicates, 0 of users with too few, "
        "0 beyond a user's share of a track"
    )
    assert sorted(room.playlists()) == sorted(
        [song.id() for song in songs] for _, songs, _ in planted.sessions
    )
    assert sorted(path.name for path in (tmp_path / "canonical").iterdir()) == [
        "listens.npz",
        "playlists.npz",
        "tracks.tsv",
    ]
    write(tmp_path / "dumps/a.tar.zst", b"")
    with pytest.raises(
        DataError, match=r"a\.tar\.zst: [0-9]+ bytes: expected the [0-9]+ bytes that were listed; "
    ):
        room.ingest()


def test_no_song_is_an_error(tmp_path: Path) -> None:
    room = Room(tmp_path, "local", "table")
    (room.raw / "playlists.txt").write_text("\n\n")
    with pytest.raises(DataError, match=r"^x\.csv: 2 playlists without a song: expected songs$"):
        room.ingest()
    (room.raw / "playlists.csv").write_text("show,song\n")
    with pytest.raises(
        DataError,
        match=r"raw: 2 files playlists\.\*: expected one; `dvc repro source` puts it there$",
    ):
        room.ingest()
    assert not (tmp_path / "canonical").exists()


def test_the_same_bytes_under_any_hash_seed_and_locale(deezer: Room) -> None:
    deezer.ingest()
    for seed, language in (("1", "C"), ("2", "C.UTF-8")):
        command = [
            sys.executable,
            "-m",
            "stages.ingest",
            *deezer.arguments[:-1],
            str(deezer.folder / seed),
        ]
        done = subprocess.run(
            command,
            env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": language},
            capture_output=True,
            text=True,
            check=True,
        )
        assert (
            done.stdout
            == "ingest: 3 playlists (1 empty), 4 songs, 2 distinct, 2 artists, 1 with a title\n"
        )
        for name in ("playlists.npz", "tracks.tsv"):
            assert (deezer.folder / seed / name).read_bytes() == (
                deezer.folder / "canonical" / name
            ).read_bytes()


def test_bad_input_ends_in_one_line_and_exit_code_1(deezer: Room) -> None:
    deezer.ingest()
    (deezer.raw / "m.npy").write_bytes((deezer.raw / "m.npy").read_bytes()[:-3])
    command = [sys.executable, "-m", "stages.ingest", *deezer.arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"ingest: {deezer.raw / 'm.npy'}: the pickle is damaged, ")
    assert done.stderr.count("\n") == 1


def test_a_crawl_of_soundcloud(tmp_path: Path) -> None:
    room = Room(tmp_path, "placed", "soundcloud")
    shutil.copy(ROOT / "data/sources/soundcloud/genres.tsv", tmp_path)
    planted = plant_crawl()
    files = write_forms(tmp_path / "crawl", planted)["bodies"]
    save_list(find_files(tmp_path / "crawl/bodies", SUFFIXES, "crawl"), room.raw / "files.tsv")
    (tmp_path / "crawl/bodies").rename(tmp_path / "crawl-bodies")
    shutil.rmtree(tmp_path / "crawl")
    (tmp_path / "crawl-bodies").rename(tmp_path / "crawl")
    summary = room.ingest()
    kept = sum(map(len, planted.kept().values()))
    assert summary.startswith(f"{len(files)} files read, 6 of them without a playlist or a track; ")
    assert f" entries in those kept, {kept} kept (" in summary
    assert sorted(room.playlists()) == sorted(planted.kept().values())
    assert sorted(path.name for path in (tmp_path / "canonical").iterdir()) == [
        "playlists.npz",
        "tracks.tsv",
    ]
    (tmp_path / "crawl/hydrated.json").write_bytes(b"")
    with pytest.raises(
        DataError, match=r"hydrated\.json: 0 bytes: expected the [0-9]+ bytes that were listed; "
    ):
        room.ingest()
