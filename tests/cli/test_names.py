"""The command `enrich` in a small project, against a server that answers like Deezer."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.cli.names import ask_and_save
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer
from playlist2vec.songs.names import SongName, read_names
from tests.builders.deezer_server import DeezerServer, deezer_server
from tests.conftest import heed_ctrl_c

ENRICH = (sys.executable, "-m", "playlist2vec", "enrich")
IDS = ["track_4", "track_2", "own song", "track_3", "track_1"]
"""The vocabulary, the song played most often first. Deezer knows 2, 3 and 4; the data set's own
table 2.
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeezerServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as running:
        running.add(
            *(Song(number, f"Title {number}", f"Artist, {number}", "", 200) for number in (2, 3, 4))
        )
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with the data set deezer whose vocabulary is IDS."""
    (tmp_path / "data/sources/deezer").mkdir(parents=True)
    (tmp_path / "data/sources/deezer/source.yaml").write_text("kind: download\n", encoding="utf-8")
    (tmp_path / "params.yaml").write_text("dataset: deezer\n", encoding="utf-8")
    Vocabulary(IDS, np.arange(len(IDS), 0, -1)).save(tmp_path / "data/vocabulary/vocabulary.tsv")
    tracks = sorted(IDS)
    titles = ["The table's" if track == "track_2" else "" for track in tracks]
    none = [""] * len(tracks)
    Tracks(tracks, none, titles, titles, none).save(tmp_path / "data/canonical/tracks.tsv")
    return tmp_path


def enrich(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ENRICH, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def names_in(folder: Path) -> dict[str, SongName]:
    return read_names(folder / "data/incoming/names.csv")


def test_songs_without_a_title_are_asked_about_the_most_frequent_first(
    folder: Path, server: DeezerServer
) -> None:
    done = enrich(folder, "--address", server.address)
    assert (done.returncode, server.paths) == (0, ["/track/4", "/track/3", "/track/1"])
    assert (folder / "data/incoming/names.csv").read_text("utf-8") == (
        'track_id,artist,title\ntrack_4,"Artist, 4",Title 4\n'
        'track_3,"Artist, 3",Title 3\ntrack_1,,\n'
    )
    assert done.stdout.splitlines() == [
        "enrich: 1 of 5 songs have a title (1 from the data set); 3 to ask about; "
        "1 more without an id of Deezer",
        "enrich: asking about 3, in 0 s or more",
        "enrich: asked about 3: 2 named, 1 unknown to Deezer, 0 without a usable answer; "
        "in data/incoming/names.csv: 3",
    ]
    assert re.search(r"enrich: 100%\|.*\| 3/3 songs, 0 s left", done.stderr)
    again = enrich(folder, "--address", server.address)
    assert (again.returncode, len(server.paths)) == (0, 3)
    assert again.stdout == (
        "enrich: 3 of 5 songs have a title (1 from the data set, 2 from Deezer); 0 to ask about; "
        "1 more without an id of Deezer\n"
    )


def test_a_limit_and_a_table_of_ones_own(folder: Path, server: DeezerServer) -> None:
    (folder / "mine.csv").write_text("id,artist,title\ntrack_4,Me,Mine\n", encoding="utf-8")
    done = enrich(folder, "--address", server.address, "--limit", "1", "--names", "mine.csv")
    assert "2 to ask about" in done.stdout
    assert server.paths == ["/track/3"]
    assert names_in(folder) == {"track_3": ("Artist, 3", "Title 3")}
    enrich(folder, "--address", server.address, "--limit", "1")
    assert list(names_in(folder)) == ["track_3", "track_4"]


def test_ctrl_c_keeps_what_was_learned_and_the_next_run_goes_on(
    folder: Path, server: DeezerServer
) -> None:
    server.script = ["", "silent"]
    with subprocess.Popen(
        [*ENRICH, "--address", server.address],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    ) as running:
        assert server.asked.wait(60)
        running.send_signal(signal.SIGINT)
        said, complained = running.communicate()
    assert running.returncode == 130
    assert complained.splitlines()[-1] == "enrich: stopped; the same command goes on from here"
    assert said.splitlines()[-1].startswith("enrich: asked about 1: 1 named, 0 unknown to Deezer, ")
    assert list(names_in(folder)) == ["track_4"]
    enrich(folder, "--address", server.address)
    assert list(names_in(folder)) == ["track_4", "track_3", "track_1"]
    assert server.paths == ["/track/4", "/track/3", "/track/3", "/track/1"]


def test_a_killed_run_asks_nothing_twice(folder: Path, server: DeezerServer) -> None:
    server.script = ["", "silent"]
    with subprocess.Popen(
        [*ENRICH, "--address", server.address], cwd=folder, stderr=subprocess.DEVNULL
    ) as running:
        assert server.asked.wait(60)
        running.kill()
    assert not (folder / "data/incoming/names.csv").exists()
    enrich(folder, "--address", server.address)
    assert list(names_in(folder)) == ["track_4", "track_3", "track_1"]
    assert server.paths.count("/track/4") == 1


def test_an_unusable_answer_is_passed_over_with_a_word_and_asked_for_again(
    folder: Path, server: DeezerServer
) -> None:
    server.script = ["page"]
    done = enrich(folder, "--address", server.address)
    assert done.returncode == 0
    assert f"enrich: {server.address}/track/4: answered 200 OK, b'<!DOCTYPE html>" in done.stderr
    assert "asked about 3: 1 named, 1 unknown to Deezer, 1 without a usable answer" in done.stdout
    assert list(names_in(folder)) == ["track_3", "track_1"]
    enrich(folder, "--address", server.address)
    assert list(names_in(folder)) == ["track_3", "track_1", "track_4"]


def test_without_a_network_what_was_learned_is_kept(
    server: DeezerServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script = ["", "500", "500", "500", "500"]
    deezer = Deezer(server.address, sleep=lambda _: None)
    assert ask_and_save(deezer, ["track_4", "track_3"], {}, tmp_path / "names.csv") == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"enrich: {server.address}/track/3: no answer in 4 attempts: 500 Internal Server Error: "
        "expected one from Deezer; the same command goes on from here"
    )
    assert read_names(tmp_path / "names.csv") == {"track_4": ("Artist, 4", "Title 4")}


@pytest.mark.parametrize(
    ("change", "arguments", "line"),
    [
        (
            "sample",
            [],
            "params.yaml: dataset = sample: expected deezer, whose track ids are Deezer's, "
            "or --deezer-ids if these are",
        ),
        ("nothing", [], "params.yaml: dataset = nothing: expected one of deezer, sample"),
        (
            "no vocabulary",
            [],
            "data/vocabulary/vocabulary.tsv: no such file: "
            "expected a finished `dvc repro vocabulary`",
        ),
        (
            "",
            ["--names", "no.csv"],
            "no.csv: no such file: expected a table with the columns track_id, artist and title",
        ),
        ("", ["--params", "no.yaml"], "[Errno 2] No such file or directory: 'no.yaml'"),
    ],
)
def test_what_cannot_work_is_one_line(
    folder: Path, change: str, arguments: list[str], line: str
) -> None:
    (folder / "data/sources/sample").mkdir()
    (folder / "data/sources/sample/source.yaml").write_text("kind: generated\n", encoding="utf-8")
    if change == "no vocabulary":
        (folder / "data/vocabulary/vocabulary.tsv").unlink()
    elif change:
        (folder / "params.yaml").write_text(f"dataset: {change}\n", encoding="utf-8")
    done = enrich(folder, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"enrich: {line}\n")


def test_ids_of_deezer_in_another_data_set(folder: Path, server: DeezerServer) -> None:
    (folder / "data/sources/deezer").rename(folder / "data/sources/local")
    (folder / "params.yaml").write_text("dataset: local\n", encoding="utf-8")
    assert enrich(folder, "--address", server.address, "--deezer-ids").returncode == 0
    again = enrich(folder, "--address", server.address, "--deezer-ids")
    assert again.stdout.startswith(
        "enrich: 3 of 5 songs have a title (1 from the data set, 2 from Deezer); 0 to ask"
    )


def test_a_wrong_limit_and_the_help(folder: Path) -> None:
    wrong = enrich(folder, "--limit", "0")
    assert wrong.returncode == 2
    assert wrong.stderr.endswith("error: argument --limit: 0: expected a whole number, 1 or more\n")
    told = enrich(folder, "--help").stdout
    assert "the same command goes on from there" in told
    assert "--address" not in told
