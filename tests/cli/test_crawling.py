"""The command `crawl` against a server that answers like SoundCloud: killed, stopped, resumed."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playlist2vec.cli.command_line import main
from playlist2vec.online.crawling.state import CrawlState
from tests.builders.soundcloud.catalogue import Catalogue
from tests.builders.soundcloud.server import CLIENT_ID, TOKEN, SoundCloudServer, soundcloud_server
from tests.conftest import ROOT
from tests.online.crawling.small import CATALOGUE, START, dump

GENRES = ROOT / "data/sources/soundcloud/genres.tsv"
SECRETS = {"SC_CLIENT_ID": CLIENT_ID, "SC_OAUTH_TOKEN": TOKEN, "SC_CONTACT": "someone@example.org"}


@contextmanager
def asked_from(
    folder: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SoundCloudServer]:
    """A server of a catalogue, with credentials, which is asked from a folder; at the end its
    requests are checked.
    """
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(folder)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with soundcloud_server(catalogue) as running:
        yield running
        running.check_headers()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SoundCloudServer]:
    with asked_from(tmp_path, CATALOGUE, monkeypatch) as running:
        yield running


def words(server: SoundCloudServer, folder: Path, *more: str, rate: float = 1e5) -> list[str]:
    fast = ["--address", server.address, "--backoff", "0.001", "--per-second", str(rate)]
    return [
        "crawl",
        "--folder",
        str(folder),
        "--genres",
        str(GENRES),
        "--set",
        "round=6",
        *fast,
        *more,
    ]


def content(folder: Path) -> str:
    state = CrawlState.open(folder / "state.sqlite", None)
    text = dump(state)
    state.close()
    return text


def fails(*given: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(given)
    assert caught.value.code not in (None, 0)
    return str(caught.value.code)


def test_begun_continued_and_handed_on(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "crawl"
    main(
        words(
            server,
            folder,
            "--start",
            START,
            "--search",
            "techno",
            "--calls",
            "20",
            "--statistics-every",
            "2",
        )
    )
    said, bar = capsys.readouterr()
    calls = len(server.requests)
    assert 20 <= calls < 26
    assert f"crawl: {calls} calls, 0 of them brought nothing\n" in said
    assert re.search(r"crawl: \d+ calls\d+ tracks|crawl: \d+ calls, \d+ tracks", bar)
    main(words(server, folder, "--calls", "40"))
    assert 40 <= len(server.requests) < 46
    before = len(server.requests)
    main(["crawl", "--folder", str(folder), "--export"])
    assert len(server.requests) == before
    said = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(
        r"crawl: .*/crawl/export: [0-9]+ tracks, [0-9]+ playlists, 0 of their entries removed", said
    )
    for path in folder.rglob("*"):
        for secret in (CLIENT_ID, TOKEN):
            assert path.is_dir() or secret.encode() not in path.read_bytes()


def test_a_start_where_nothing_is_found_is_said(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = "https://soundcloud.com/nobody/sets/nothing"
    with pytest.raises(SystemExit, match="1"):
        main(words(server, tmp_path, "--start", nowhere, "--calls", "20"))
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == (
        f"crawl: {tmp_path}/state.sqlite: nothing was found at the start, {nowhere}: "
        "expected other pages, and this file deleted or another folder"
    )
    assert "0 tracks in full" in said.out


def test_killed_again_and_again_it_comes_to_the_same(
    server: SoundCloudServer, tmp_path: Path
) -> None:
    main(words(server, tmp_path / "whole", "--start", START, "--calls", "60"))
    command = [
        sys.executable,
        "-m",
        "playlist2vec",
        *words(server, tmp_path / "killed", "--start", START),
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for number in range(3):
        last = len(server.requests) + 3 + 7 * number
        # From the last request on no answer comes, so that the kill meets a round that is not
        # whole.
        server.fault_of = lambda path, times, last=last: (
            "silent" if len(server.requests) > last else ""
        )  # type: ignore[misc]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        while len(server.requests) <= last:
            assert process.poll() is None
            server.over.wait(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    server.fault_of = lambda path, times: ""
    state = CrawlState.open(tmp_path / "killed/state.sqlite", None)
    assert 0 < state.counts()["calls"] < 60
    state.close()
    main(words(server, tmp_path / "killed", "--calls", "60"))
    assert content(tmp_path / "killed") == content(tmp_path / "whole")


def test_what_stops_it_is_one_line_and_what_was_found_stays(
    server: SoundCloudServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(words(server, tmp_path, "--start", START, "--calls", "20"))
    before = content(tmp_path)
    server.fault_of = lambda path, times: "401"
    capsys.readouterr()
    assert fails(*words(server, tmp_path)) == "1"
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == (
        f"crawl: {server.address}: answered 401 Unauthorized: expected SC_CLIENT_ID or "
        "SC_OAUTH_TOKEN that SoundCloud accepts; the same command goes on from here"
    )
    assert content(tmp_path) == before


def test_requests_come_at_the_pace_that_was_asked_for(
    server: SoundCloudServer, tmp_path: Path
) -> None:
    main(words(server, tmp_path, "--start", START, "--calls", "20", rate=40))
    server.check_rate(40)


def test_what_is_missing_is_one_line(
    server: SoundCloudServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fails(*words(server, tmp_path)) == (
        f"crawl: {tmp_path}/state.sqlite: no such file: "
        "expected --start or --search, to begin a crawl"
    )
    assert fails("crawl", "--folder", str(tmp_path), "--export").endswith(
        "state.sqlite: no such file: expected a crawl that was begun, or where to start one"
    )
    assert fails("crawl", "--start", START, "--per-second", "50").startswith(
        "crawl: --per-second 50.0: expected a number"
    )
    assert fails(
        "crawl", "--start", START, "--address", "https://example.org", "--per-second", "2"
    ).startswith(
        "crawl: https://example.org: no address for credentials: expected https://api-v2.soundcloud.com"
    )
    monkeypatch.delenv("SC_CONTACT")
    assert fails(*words(server, tmp_path, "--start", START)).startswith(
        "crawl: SC_CONTACT = '': expected your e-mail"
    )
    assert server.requests == []
    assert list(tmp_path.iterdir()) == []
