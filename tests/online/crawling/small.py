"""A small crawl of the invented SoundCloud, and what is left of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.rounds import Ask, crawl
from playlist2vec.online.crawling.settings import CrawlSettings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.soundcloud.answers import Reply
from playlist2vec.online.soundcloud.calls import RESOLVE, Call
from playlist2vec.online.soundcloud.client import SoundCloud
from playlist2vec.online.soundcloud.credentials import Credentials
from playlist2vec.sources.soundcloud.genres import Genres
from tests.builders.soundcloud.catalogue import plant
from tests.builders.soundcloud.server import CLIENT_ID, TOKEN, SoundCloudServer
from tests.conftest import ROOT

GENRES = Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")
CATALOGUE = plant(uploaders=4, songs=8, playlists=9, longest=12)
START = f"https://soundcloud.com/user-1/sets/list-{min(CATALOGUE.playlists)}"


def client(server: SoundCloudServer) -> SoundCloud:
    """A client that does not wait."""
    credentials = Credentials("someone@example.org", CLIENT_ID, TOKEN)
    return SoundCloud(credentials, server.address, per_second=1e6, backoff=0.001)


def begun(path: str | Path = ":memory:", start: str = START, **settings: Any) -> CrawlState:
    return CrawlState.open(path, CrawlSettings(**({"round": 6} | settings)), [(RESOLVE, start)])


def crawled(
    state: CrawlState,
    ask: Ask,
    rounds: int = 1000,
    *,
    threads: int = 1,
    removed: Removals | None = None,
    progress: Callable[[], object] = lambda: None,
) -> CrawlState:
    """The state after so many rounds more, or when nothing is left."""
    found = crawl(state, ask, GENRES, removed or Removals(), threads=threads, progress=progress)
    for _ in zip(range(rounds), found, strict=False):
        pass
    return state


def dump(state: CrawlState) -> str:
    """All that a state holds, as text."""
    return "\n".join(state.connection.iterdump())


def whole(ask: Ask, call: Call) -> Reply:
    """All pages of a list together."""
    reply = ask(call)
    page = reply.page
    while page:
        more = ask(call._replace(page=page))
        page = more.page
        reply = Reply(
            reply.tracks + more.tracks, reply.playlists + more.playlists, reply.people + more.people
        )
    return reply
