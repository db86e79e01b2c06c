"""The command `fetch-mels` in a small project, against a server that answers like Deezer and plays
MP3 files.
"""

import hashlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playlist2vec.cli.command_line import main
from playlist2vec.cli.fetching import fetch_and_keep
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer
from playlist2vec.online.fetching.songs import Songs
from playlist2vec.online.quota import Quota
from playlist2vec.sound.fetched.store import Fetched, Store
from playlist2vec.sound.mels.params import MelParams
from tests.builders.deezer_server import DeezerServer, deezer_server
from tests.conftest import heed_ctrl_c, needed_package
from tests.online.fetching.collection import ISRC, REASONS, add_all, mp3

for package in ("soundfile", "soxr", "miniaudio"):
    needed_package(package)
pytestmark = pytest.mark.extra

FETCH = (sys.executable, "-m", "playlist2vec", "fetch-mels")
MELS = MelParams(bins=16, min=-80, max=0, seconds=2, workers=1)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeezerServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project without its songs."""
    (tmp_path / "data/sources/deezer").mkdir(parents=True)
    (tmp_path / "data/sources/deezer/source.yaml").write_text("kind: download\n", encoding="utf-8")
    (tmp_path / "params.yaml").write_text("dataset: deezer\n", encoding="utf-8")
    (tmp_path / "pipelines/audio").mkdir(parents=True)
    mel = "audio:\n  mel: {bins: 16, min: -80, max: 0, seconds: 2, workers: 1}\n"
    (tmp_path / "pipelines/audio/params.yaml").write_text(mel, encoding="utf-8")
    return tmp_path


def numbered(server: DeezerServer, folder: Path, count: int) -> list[str]:
    """Give server and project so many songs by id; return their ids."""
    ids = [f"track_{number:03}" for number in range(1, count + 1)]
    for number in range(1, count + 1):
        server.add(Song(number, f"Title {number}", f"Artist {number}", "", 200))
        server.sounds[number] = mp3(200.0 + number, 1.2)
    none = [""] * count
    Tracks(ids, none, none, none, none).save(folder / "data/canonical/tracks.tsv")
    return ids


def fetch(folder: Path, server: DeezerServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*FETCH, "--address", server.address, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def statuses(folder: Path) -> dict[str, str]:
    return {row.track: row.status for row in Fetched.load(folder / "data/incoming/mels", MELS).rows}


def digests(folder: Path) -> dict[str, str]:
    files = sorted((folder / "data/incoming/mels").iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_song_ends_with_a_mel_or_a_reason(folder: Path, server: DeezerServer) -> None:
    add_all(server).save(folder / "data/canonical/tracks.tsv")
    (folder / "isrcs.csv").write_text(f"track_id,isrc\nj by isrc,{ISRC}\n", encoding="utf-8")
    done = fetch(folder, server, "--isrc", "isrcs.csv")
    assert done.returncode == 0
    assert statuses(folder) == REASONS
    assert done.stdout.splitlines() == [
        "fetch-mels: 13 songs in data/canonical: "
        "0 asked about before (0 with a mel; without: none)",
        "fetch-mels: asking about 13, in 1 s or more",
        "fetch-mels: asked about 13: 3 with a mel; without: 2 not found, 1 names differ, "
        "1 duration differs, 1 no preview, 1 preview gone, 2 unreadable, 1 too short, 1 silent; "
        "in data/incoming/mels: 13 songs, 3 with a mel",
    ]
    assert re.search(r"fetch-mels: 100%\|.*\| 13/13 songs, 0 s left", done.stderr)
    told = {row.track: row.found for row in Fetched.load(folder / "data/incoming/mels", MELS).rows}
    assert told["b names differ"] == "Artist 2 – Title b names differ (Live)"
    assert told["c duration differs"] == "200 s: expected 204 s"
    assert told["e preview gone"] == "answered 403 and no sound"
    assert told["i by search"] == "track 9 by search"
    assert told["j by isrc"] == f"track 10 by ISRC {ISRC}"
    assert told["track_20"] == "track 20 by id"
    assert server.preview_times[5] == 2


def test_no_preview_and_no_address_of_one_is_written_anywhere(
    folder: Path, server: DeezerServer
) -> None:
    add_all(server).save(folder / "data/canonical/tracks.tsv")
    done = fetch(folder, server)
    files = [path for path in folder.rglob("*") if path.is_file() and "incoming" in path.parts]
    assert [path.name for path in sorted(files)] == ["00000.npy", "levels.json", "songs.tsv"]
    for content in (
        *(path.read_bytes() for path in files),
        done.stdout.encode(),
        done.stderr.encode(),
    ):
        assert b"/preview/" not in content
        assert b"exp=" not in content
        assert mp3(900.0)[:64] not in content
    assert list((folder / "data").glob("**/*.sqlite")) == []


def test_nothing_is_asked_twice_but_what_shall_be(folder: Path, server: DeezerServer) -> None:
    add_all(server).save(folder / "data/canonical/tracks.tsv")
    fetch(folder, server, "--limit", "4")
    assert list(statuses(folder)) == list(REASONS)[:4]
    asked = len(server.paths)
    done = fetch(folder, server, "--retry", "no_preview")
    assert done.stdout.splitlines()[-1].startswith(
        "fetch-mels: asked about 1: 0 with a mel; without: 1 no preview;"
    )
    assert len(server.paths) == asked + 1
    server.without_preview = set()
    server.add(Song(1, "Title a not found", "Artist 1", "", 200))
    done = fetch(folder, server, "--retry", "no_preview", "--retry", "not_found")
    assert done.stdout.splitlines()[-1].startswith(
        "fetch-mels: asked about 2: 2 with a mel; without: none;"
    )
    fetch(folder, server)
    found = statuses(folder)
    assert list(found) == list(REASONS)
    assert (found["a not found"], found["d no preview"]) == ("ok", "ok")
    asked = len(server.paths)
    again = fetch(folder, server)
    assert (again.returncode, len(server.paths)) == (0, asked)
    assert "13 asked about before (4 with a mel; without: 2 not found, " in again.stdout


def test_a_killed_run_goes_on_to_equal_bytes(folder: Path, server: DeezerServer) -> None:
    ids = numbered(server, folder, 60)
    server.without_preview = {5, 17}
    fetch(folder, server)
    whole = digests(folder)
    assert list(statuses(folder)) == ids
    (folder / "data/incoming/mels").rename(folder / "whole")
    table = folder / "data/incoming/mels/songs.tsv"
    server.preview_times.clear()
    for least in (10, 25):
        with subprocess.Popen(
            [*FETCH, "--address", server.address],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            while not table.exists() or table.read_bytes().count(b"\n") <= least:
                time.sleep(0.005)
                assert running.poll() is None
            running.kill()
        assert least <= len(statuses(folder)) < 60
    with open(table, "ab") as file:
        file.write(b"track_0")
    assert fetch(folder, server).returncode == 0
    assert digests(folder) == whole
    # Of each killed run the previews under way alone were fetched in vain.
    assert sum(server.preview_times.values()) <= 58 + 2 * 8


def test_ctrl_c_keeps_what_was_fetched(folder: Path, server: DeezerServer) -> None:
    numbered(server, folder, 6)
    server.script = ["", "", "silent", "silent", "silent", "silent"]
    with subprocess.Popen(
        [*FETCH, "--address", server.address],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    ) as running:
        assert server.asked.wait(60)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        begin = time.monotonic()
        said, complained = running.communicate()
    assert time.monotonic() - begin < 5
    assert running.returncode == 130
    assert complained.splitlines()[-1] == "fetch-mels: stopped; the same command goes on from here"
    kept = len(statuses(folder))
    assert said.splitlines()[-1].startswith(
        f"fetch-mels: asked about {kept}: {kept} with a mel; without: none; in "
    )
    server.script = []
    assert fetch(folder, server).returncode == 0
    assert set(statuses(folder).values()) == {"ok"}


def run_here(
    folder: Path, server: DeezerServer, capsys: pytest.CaptureFixture[str], clients: int = 1
) -> tuple[int, list[str], list[str]]:
    """Fetch in this process without waiting; the exit code and the lines of both streams."""
    quota = Quota(50, 5.0, clock=lambda: 0.0, sleep=lambda _: None)
    deezers = [Deezer(server.address, quota=quota, sleep=lambda _: None) for _ in range(clients)]
    with Store(folder / "data/incoming/mels", MELS) as store:
        songs = [
            song
            for song in Songs.load(folder / "data/canonical", {}, True)
            if song.track not in store.rows
        ]
        code = fetch_and_keep(deezers, songs, store, MELS)
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


def test_the_quota_is_waited_for(
    folder: Path, server: DeezerServer, capsys: pytest.CaptureFixture[str]
) -> None:
    numbered(server, folder, 4)
    server.script = ["quota", "429", "quota", "", "429", "quota"]
    code, said, _ = run_here(folder, server, capsys)
    assert (code, set(statuses(folder).values())) == (0, {"ok"})
    assert said[-1].startswith("fetch-mels: asked about 4: 4 with a mel; without: none; ")
    assert len(server.paths) == 9


def test_without_a_network_what_was_fetched_is_kept(
    folder: Path, server: DeezerServer, capsys: pytest.CaptureFixture[str]
) -> None:
    numbered(server, folder, 4)
    server.script = ["", "", *["500"] * 40]
    code, said, complained = run_here(folder, server, capsys)
    assert code == 1
    assert complained[-1] == (
        f"fetch-mels: {server.address}/track/3: no answer in 4 attempts: 500 Internal Server "
        "Error: expected one from Deezer; the same command goes on from here"
    )
    assert said[-1].startswith("fetch-mels: asked about 2: 2 with a mel; without: none; ")
    assert list(statuses(folder)) == ["track_001", "track_002"]


def test_an_unusable_answer_is_passed_over_and_asked_for_again(
    folder: Path, server: DeezerServer, capsys: pytest.CaptureFixture[str]
) -> None:
    numbered(server, folder, 3)
    server.script = ["", "page"]
    code, said, complained = run_here(folder, server, capsys)
    assert code == 1
    assert any(
        line.startswith(f"fetch-mels: track_002: {server.address}/track/2: answered 200 OK")
        for line in complained
    )
    assert "asked about 3: 2 with a mel; without: none, 1 without a usable answer; " in said[-1]
    assert list(statuses(folder)) == ["track_001", "track_003"]
    assert run_here(folder, server, capsys)[0] == 0
    assert list(statuses(folder)) == ["track_001", "track_003", "track_002"]


def test_without_decoders_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "playlist2vec.cli.fetching.find_spec", lambda name: None if name == "soxr" else name
    )
    with pytest.raises(SystemExit) as ended:
        main(["fetch-mels"])
    assert ended.value.code == "fetch-mels: soxr not installed: expected `make setup EXTRAS=audio`"


def test_a_wrong_reason_and_the_help(folder: Path, server: DeezerServer) -> None:
    wrong = fetch(folder, server, "--retry", "ok")
    assert wrong.returncode == 2
    assert "argument --retry: invalid choice: 'ok'" in wrong.stderr
    told = fetch(folder, server, "--help").stdout
    assert "the same command goes on from there" in told
    assert "--address" not in told


def test_two_runs_in_one_folder(folder: Path, server: DeezerServer) -> None:
    numbered(server, folder, 1)
    with Store(folder / "data/incoming/mels", MELS):
        done = fetch(folder, server)
    assert (done.returncode, server.paths) == (1, [])
    assert (
        done.stderr
        == "fetch-mels: data/incoming/mels: another run writes there: expected one at a time\n"
    )


@pytest.mark.parametrize(
    ("change", "arguments", "line"),
    [
        (
            "no tracks",
            [],
            "data/canonical/tracks.tsv: no such file: "
            "expected what `dvc repro` writes into data/canonical",
        ),
        (
            "other mels",
            [],
            "data/incoming/mels/levels.json: bins = 16: "
            "expected 32, as audio.mel.bins is, or another folder",
        ),
        (
            "",
            ["--isrc", "no.csv"],
            "no.csv: no such file: expected a table with the columns track_id and isrc",
        ),
        ("", ["--params", "no.yaml"], "[Errno 2] No such file or directory: 'no.yaml'"),
    ],
)
def test_what_cannot_work_is_one_line(
    folder: Path, server: DeezerServer, change: str, arguments: list[str], line: str
) -> None:
    numbered(server, folder, 1)
    if change == "no tracks":
        (folder / "data/canonical/tracks.tsv").unlink()
    elif change:
        fetch(folder, server)
        path = folder / "pipelines/audio/params.yaml"
        path.write_text(path.read_text("utf-8").replace("bins: 16", "bins: 32"), encoding="utf-8")
    done = fetch(folder, server, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"fetch-mels: {line}\n")
