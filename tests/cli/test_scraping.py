"""The commands `scrape` and `refresh` against servers that answer like SoundCloud and its CDN."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playlist2vec.cli.command_line import main
from tests.builders.soundcloud.server import CLIENT_ID, TOKEN, SoundCloudServer
from tests.cli.test_crawling import asked_from, fails
from tests.conftest import ROOT, heed_ctrl_c, needed_package
from tests.online.scraping.small import FIRST, UPLOADER, known, manifest, some, sound_requests

for package in ("av", "m3u8", "mutagen", "PIL"):
    needed_package(package)
pytestmark = pytest.mark.extra
PERMISSION = "Invented Person of SoundCloud, 2026-01-01: streams of free tracks may be saved."
UNTRIED = "not tested on the live service, only on a simulated one"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SoundCloudServer]:
    with asked_from(tmp_path, some(6), monkeypatch) as running:
        yield running


def words(
    server: SoundCloudServer, command: str, folder: Path, *more: str, rate: float = 1e5
) -> list[str]:
    fast = ["--address", server.address, "--backoff", "0.001", "--per-second", str(rate)]
    cdn = ["--cdn", server.cdn.address] if command == "scrape" else []
    return [command, "--folder", str(folder), *fast, *cdn, *more]


# Rule: audio is `none` by default.
def test_none_is_the_default_and_takes_nothing(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known(server, tmp_path).close()
    main(words(server, "scrape", tmp_path))
    assert (server.requests, server.cdn.requests) == ([], [])
    assert not (tmp_path / "scraped").exists()
    assert capsys.readouterr().out.splitlines() == [
        "scrape: --audio none: nothing is asked for and nothing taken; "
        "offered and streams take sound",
        f"scrape: {UNTRIED}",
    ]


# Rule: `streams` asks for a stated permission that the card quotes.
def test_streams_ask_for_a_permission_that_is_kept_with_the_manifest(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known(server, tmp_path).close()
    for wrong in ("", "yes", "two\nlines of it", "x" * 2001):
        said = fails(
            *words(server, "scrape", tmp_path, "--audio", "streams", "--permission", wrong)
        )
        assert said.startswith("scrape: --audio streams --permission ")
        assert (
            ": expected for streams the words by which SoundCloud allowed it, a line of 10 to 2000"
            in said
        )
    assert "and none without streams" in fails(
        *words(server, "scrape", tmp_path, "--permission", PERMISSION, "--audio", "offered")
    )
    assert sound_requests(server) == []
    main(words(server, "scrape", tmp_path, "--audio", "streams", "--permission", PERMISSION))
    assert (tmp_path / "scraped/permission.txt").read_text("utf-8") == f"{PERMISSION}\n"
    lines = capsys.readouterr().out.splitlines()
    assert (
        lines[0]
        == "scrape: 6 free tracks: 6 taken (3 offered, 3 streamed), 0 left out, 0 failed, 0 wait"
    )
    assert lines[-1] == f"scrape: {UNTRIED}"
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST + each for each in range(6)]
    main(words(server, "scrape", tmp_path, "--audio", "offered"))
    assert (tmp_path / "scraped/permission.txt").exists()
    for path in tmp_path.rglob("*"):
        for secret in (CLIENT_ID, TOKEN, "invented-and-secret"):
            assert path.is_dir() or secret.encode() not in path.read_bytes()


def test_offered_needs_no_permission_and_leaves_none(
    server: SoundCloudServer, tmp_path: Path
) -> None:
    known(server, tmp_path).close()
    main(words(server, "scrape", tmp_path, "--audio", "offered"))
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST, FIRST + 2, FIRST + 4]
    assert not (tmp_path / "scraped/permission.txt").exists()


def test_progress_says_how_far_it_is(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known(server, tmp_path).close()
    main(words(server, "scrape", tmp_path, "--audio", "offered"))
    bar = capsys.readouterr().err
    assert re.search(r"scrape: 6 tracks, 3 taken, 0 left, [0-9.]+ tracks/s, 0 s to go", bar)


def test_remove_txt_is_honoured_by_scrape_and_refresh(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known(server, tmp_path).close()
    main(words(server, "scrape", tmp_path, "--audio", "offered"))
    (tmp_path / "remove.txt").write_text(
        f"{FIRST}\nhttps://www.soundcloud.com/user-{UPLOADER}/track-{FIRST + 2}\n", "utf-8"
    )
    server.requests.clear()
    capsys.readouterr()
    main(words(server, "refresh", tmp_path))
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST + 4]
    assert not any(str(FIRST) in path or str(FIRST + 2) in path for path in server.paths)
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "refresh: 4 tracks asked for: 4 kept, 0 deleted, 0 private, 0 without their free licence, "
        "0 without an answer, which stay",
        "refresh: 0 of the kept are now blocked or a preview, without sound; "
        "2 tracks and playlists removed by remove.txt; 4 files deleted",
        f"refresh: {UNTRIED}",
    ]
    (tmp_path / "remove.txt").write_text("17, 18\n", "utf-8")
    for command in ("scrape", "refresh"):
        said_wrong = fails(
            *words(
                server, command, tmp_path, *(["--audio", "offered"] if command == "scrape" else [])
            )
        )
        assert said_wrong.startswith(
            f"{command}: {tmp_path}/remove.txt: line 1 is '17, 18': expected the id of a track"
        )


def test_the_rate_is_that_of_the_command(server: SoundCloudServer, tmp_path: Path) -> None:
    known(server, tmp_path).close()
    main(words(server, "scrape", tmp_path, "--audio", "offered", rate=30))
    main(words(server, "refresh", tmp_path, rate=30))
    assert len(server.requests) + len(server.cdn.requests) > 10
    server.check_rate(30)


def test_what_stops_it_is_one_line(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("scrape", "refresh"):
        more = ["--audio", "offered"] if command == "scrape" else []
        assert fails(*words(server, command, tmp_path, *more)).endswith(
            "state.sqlite: no such file: expected a crawl that was begun, or where to start one"
        )
    known(server, tmp_path).close()
    server.fault_of = lambda path, times: "401"
    for command in ("scrape", "refresh"):
        more = ["--audio", "offered"] if command == "scrape" else []
        assert fails(*words(server, command, tmp_path, *more)) == "1"
        assert capsys.readouterr().err.splitlines()[-1] == (
            f"{command}: {server.address}: answered 401 Unauthorized: expected SC_CLIENT_ID or "
            "SC_OAUTH_TOKEN that SoundCloud accepts; the same command goes on from here"
        )
    assert fails(
        *words(server, "scrape", tmp_path, "--audio", "offered", "--cdn", "https://example.org")
    ) == ("scrape: https://example.org: expected a server on this machine")


def test_ctrl_c_keeps_what_was_taken(server: SoundCloudServer, tmp_path: Path) -> None:
    known(server, tmp_path).close()
    # No answer comes for the fourth track.
    server.fault_of = lambda path, times: (
        "silent" if path.startswith(f"/tracks/{FIRST + 3}?") else ""
    )
    given = words(
        server,
        "scrape",
        tmp_path,
        "--audio",
        "streams",
        "--permission",
        PERMISSION,
        "--threads",
        "1",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "playlist2vec", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=heed_ctrl_c,
    )
    while not any(path.startswith(f"/tracks/{FIRST + 3}?") for path in server.paths):
        assert process.poll() is None
        server.over.wait(0.01)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "scrape: stopped; the same command goes on from here" in errors
    assert said.startswith(
        "scrape: 6 free tracks: 3 taken (2 offered, 1 streamed), 0 left out, 0 failed, 3 wait\n"
    )
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST, FIRST + 1, FIRST + 2]
    server.fault_of = lambda path, times: ""
    main(given)
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST + each for each in range(6)]
