"""The commands `crawl` and `scrape` in turns, killed at any time, while five of a hundred requests
meet a fault.

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


def run_killed(server: SoundCloudServer, folder: Path, seed: int = 1) -> int:
    """Crawl and scrape in turns, each killed after a number of requests and a time that are drawn,
    then to the end.

    Return the number of processes that a kill met at work.
    """
    draw = random.Random(seed)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    met = 0
    for number in range(KILLS):
        command = [sys.executable, "-m", "playlist2vec", *everything(server, folder)[number % 2]]
        last = requests(server) + draw.randint(1, 16)
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        while process.poll() is None and requests(server) < last:
            server.over.wait(0.002)
        server.over.wait(draw.uniform(0, 0.05))
        met += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    for given in everything(server, folder):
        main(given)
    return met


def requests(server: SoundCloudServer) -> int:
    return len(server.requests) + len(server.cdn.requests)


def everything(server: SoundCloudServer, folder: Path) -> list[list[str]]:
    """The commands of a crawl and of a scrape of all that it finds."""
    start = [
        "--start",
        START,
        "--calls",
        f"{10 * KILLS}",
        "--genres",
        str(ROOT / "data/sources/soundcloud/genres.tsv"),
    ]
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
        catalogue.change(
            song, media={3: "expires", 5: "changes", 7: "drm", 9: "short"}.get(place % 11, "")
        )
    with soundcloud_server(catalogue) as server:
        for given in everything(server, tmp_path / "right"):
            main(given)
        right = files(tmp_path / "right")
        assert len(right) > 60
        for each in (server, server.cdn):
            each.fault_of = faults
            each.delay_of = lambda path: 0.002
        met = run_killed(server, tmp_path / "killed")
        assert met >= KILLS * 2 // 3
        assert files(tmp_path / "killed") == right
        assert content(tmp_path / "killed") == content(tmp_path / "right")
        server.check_headers()
        print(f"{met} of {KILLS} kills met a process at work")
