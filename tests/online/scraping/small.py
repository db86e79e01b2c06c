"""A small crawl of the invented SoundCloud, and a scrape of what it found."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.settings import CrawlSettings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.scraping import queue
from playlist2vec.online.scraping.folder import SCRAPED, tidy
from playlist2vec.online.scraping.rules import STREAMS
from playlist2vec.online.scraping.scraping import scrape
from playlist2vec.online.scraping.taking import Taker
from playlist2vec.online.soundcloud.calls import RESOLVE
from playlist2vec.online.soundcloud.cdn import Cdn
from tests.builders.soundcloud.catalogue import Catalogue, Song
from tests.builders.soundcloud.server import SoundCloudServer
from tests.online.crawling.small import client, crawled

UPLOADER = 7
FIRST = 1000 * UPLOADER
LICENCES = ("cc-by", "cc-by-sa", "cc-by-nc", "no-rights-reserved")


def some(count: int = 4, **values: Any) -> Catalogue:
    """A catalogue of free songs of one uploader, with ids from FIRST on. `values`: of all songs."""
    usual = Song(0, UPLOADER, "techno", "Techno", "cc-by", 50, 500)
    songs = {
        FIRST + each: replace(usual, id=FIRST + each, licence=LICENCES[each % 4], **values)
        for each in range(count)
    }
    return Catalogue(songs)


def known(server: SoundCloudServer, folder: Path, rounds: int = 2) -> CrawlState:
    """The state of a crawl that found all songs of UPLOADER."""
    folder.mkdir(parents=True, exist_ok=True)
    starts = [(RESOLVE, f"https://soundcloud.com/user-{UPLOADER}")]
    state = CrawlState.open(folder / "state.sqlite", CrawlSettings(round=6), starts)
    crawled(state, client(server).ask, rounds)
    assert len(state.rows("SELECT id FROM tracks WHERE free")) == len(server.catalogue.songs)
    server.requests.clear()
    server.times.clear()
    return state


def scraped(
    server: SoundCloudServer,
    state: CrawlState,
    folder: Path,
    audio: str = STREAMS,
    *,
    threads: int = 1,
    removals: Removals | None = None,
    retry: bool = False,
    total: float = 20.0,
) -> dict[int, tuple[str, str]]:
    """Scrape to the end, and return how each track ended: its state and reason."""
    soundcloud = client(server)
    cdn = Cdn(soundcloud, server.cdn.address, backoff=0.001, timeout=total, total=total)
    queue.prepare(state, audio, retry=retry)
    tidy(state, folder / SCRAPED)
    taker = Taker(soundcloud, cdn, audio, removals or Removals(), folder / SCRAPED)
    try:
        for _ in scrape(state, soundcloud, taker, threads=threads):
            pass
    finally:
        tidy(state, folder / SCRAPED)
    return ends(state)


def ends(state: CrawlState) -> dict[int, tuple[str, str]]:
    rows = state.rows("SELECT id, state, reason FROM scraped ORDER BY id")
    return {number: (name, reason) for number, name, reason in rows}


def manifest(folder: Path) -> list[dict[str, Any]]:
    path = folder / SCRAPED / "tracks.jsonl"
    return (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )


def files(folder: Path) -> dict[str, bytes]:
    """All files of a scrape by their paths."""
    below = folder / SCRAPED
    return {
        path.relative_to(below).as_posix(): path.read_bytes()
        for path in sorted(below.rglob("*"))
        if path.is_file()
    }


def sound_requests(server: SoundCloudServer) -> list[str]:
    """Paths of all requests for sound, or for its address."""
    asked = [path for path in server.paths if path.startswith("/media/") or "/download" in path]
    return asked + [
        each.path for each in server.cdn.requests if not each.path.startswith("/artworks")
    ]
