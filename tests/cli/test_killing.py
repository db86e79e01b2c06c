"""The commands `crawl` and `scrape` in turns, killed at any time, while five of a hundred requests meet a fault.

`KILLS=40 python -m pytest -m thorough tests/cli/test_killing.py` kills more often.
"""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from playlist2vec.cli.command_line import main
from tests.builders.soundcloud.server import SoundCloudServer, soundcloud_server
from tests.cli.test_crawling import SECRETS, content
from tests.cli.test_scraping import PERMISSION, words
from tests.conftest import ROOT, needed_package
from tests.online.crawling.small import CATALOGUE, START
from tests.online.crawling.test_rounds import faults
from tests.online.scraping.small import files

for package in ("av", "m3u8", "mutagen", "PIL"):
    needed_package(package)
pytestmark = pytest.mark.extra
KILLS = int(os.environ.get("KILLS", "6"))


def run_killed(
    server: SoundCloudServer, tmp_path: Path, kills: int, seed: int = 1, longest: float = 1.0
) -> tuple[dict[str, bytes], str, int]:
    """Crawl and scrape in turns, killed at times that are drawn, then to the end.

    The files, the state, and the number of processes that a kill met.
    """
    draw = random.Random(seed)
    folder = tmp_path / "killed"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    met = 0
    for number in range(kills):
        given = everything(server, folder)[number % 2 if number else 0]
        command = [sys.executable, "-m", "playlist2vec", *given]
        before = len(server.requests) + len(server.cdn.requests)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        # A process needs a while to begin; from its first request on it is killed at any time.
        while process.poll() is None and len(server.requests) + len(server.cdn.requests) == before:
            server.over.wait(0.005)
        server.over.wait(draw.uniform(0, longest))
        met += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    for given in everything(server, folder):
        main(given)
    return files(folder), content(folder), met


def everything(server: SoundCloudServer, folder: Path) -> list[list[str]]:
    """The commands of a crawl and of a scrape of all that it finds."""
    start = ["--start", START, "--calls", "60", "--genres", str(ROOT / "data/sources/soundcloud/genres.tsv")]
    return [
        words(server, "crawl", folder, *start, "--set", "round=6"),
        words(server, "scrape", folder, "--audio", "streams", "--permission", PERMISSION),
    ]


@pytest.mark.thorough
def test_crawl_and_scrape_killed_again_and_again_come_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    catalogue = CATALOGUE.copy()
    for place, song in enumerate(sorted(catalogue.songs)):
        catalogue.change(song, media={3: "expires", 5: "changes", 7: "drm", 9: "short"}.get(place % 11, ""))
    with soundcloud_server(catalogue) as server:
        for given in everything(server, tmp_path / "right"):
            main(given)
        right = files(tmp_path / "right")
        assert len(right) > 60
        for each in (server, server.cdn):
            each.fault_of = faults
            each.delay_of = lambda path: 0.002
        found, state, met = run_killed(server, tmp_path, KILLS)
        assert met >= KILLS // 2
        assert found == right
        assert state == content(tmp_path / "right")
        server.check_headers()
