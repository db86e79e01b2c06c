"""Refresh: all tracks are asked for again, and what was deleted, made private or is free no more
leaves.
"""

from collections import Counter
from pathlib import Path

import pytest

from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.export import export
from playlist2vec.online.crawling.removal import remove
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.scraping import queue
from playlist2vec.online.scraping.folder import SCRAPED, tidy
from playlist2vec.online.scraping.refreshing import refresh
from playlist2vec.online.scraping.rules import BLOCKED, NONE
from playlist2vec.online.soundcloud.client import StoppedError
from tests.builders.soundcloud.catalogue import RESERVED, Playlist
from tests.builders.soundcloud.server import SoundCloudServer
from tests.conftest import needed_package
from tests.online.crawling.small import begun, client, crawled, dump
from tests.online.crawling.test_rounds import faults
from tests.online.scraping.conftest import Serving
from tests.online.scraping.small import FIRST, ends, files, known, manifest, scraped, some

for package in ("av", "m3u8", "mutagen", "PIL"):
    needed_package(package)
pytestmark = pytest.mark.extra


def refreshed(
    server: SoundCloudServer, state: CrawlState, folder: Path, threads: int = 1
) -> Counter[str]:
    queue.prepare(state, NONE, retry=False)
    found = Counter[str]()
    for counts in refresh(state, client(server), threads=threads):
        found.update(counts)
    tidy(state, folder / SCRAPED)
    return found


def ids(state: CrawlState) -> list[int]:
    return [row[0] for row in state.rows("SELECT id FROM tracks ORDER BY id")]


# Rule: refresh asks again for all ids, and what was deleted leaves the set.
def test_what_was_deleted_private_or_not_free_leaves_with_its_files(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(8))
    state = known(server, tmp_path)
    scraped(server, state, tmp_path)
    assert len(manifest(tmp_path)) == 8
    change = server.catalogue.change
    change(FIRST, sharing="deleted")
    change(FIRST + 1, sharing="private")
    change(FIRST + 2, licence=RESERVED)
    change(FIRST + 3, licence="")
    change(FIRST + 4, policy="BLOCK")
    change(FIRST + 5, licence="cc-by-nc-nd")
    server.requests.clear()
    found = refreshed(server, state, tmp_path)
    assert found == Counter(
        asked=8, deleted=1, private=1, licence=2, kept=4, withdrawn=1, unanswered=0
    )
    assert found["asked"] == sum(
        found[each] for each in ("deleted", "private", "licence", "kept", "unanswered")
    )
    # One call for all, and one to be sure that the track that did not come is gone.
    assert len(server.requests) == 2
    assert ids(state) == [FIRST + 4, FIRST + 5, FIRST + 6, FIRST + 7]
    kept = [FIRST + 5, FIRST + 6, FIRST + 7]
    assert [each["id"] for each in manifest(tmp_path)] == kept
    assert manifest(tmp_path)[0]["metadata"]["license"] == "cc-by-nc-nd"
    assert {int(Path(name).stem) for name in files(tmp_path) if name != "tracks.jsonl"} == set(kept)
    assert ends(state)[FIRST + 4] == ("left out", BLOCKED)
    assert sum(state.genres().values()) == state.rows("SELECT sum(counts) FROM tracks")[0][0]


def test_a_track_that_never_was_free_stays_unless_it_is_deleted(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(4))
    server.catalogue.change(FIRST + 1, licence=RESERVED)
    server.catalogue.change(FIRST + 2, licence=RESERVED)
    state = begun(start="https://soundcloud.com/user-7")
    crawled(state, client(server).ask, 2)
    server.catalogue.change(FIRST + 2, sharing="deleted")
    assert refreshed(server, state, tmp_path)["kept"] == 3
    assert ids(state) == [FIRST, FIRST + 1, FIRST + 3]
    # No folder is made where nothing was taken.
    assert not (tmp_path / SCRAPED).exists()


def test_a_track_that_became_free_is_taken_by_the_next_scrape(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(3))
    server.catalogue.change(FIRST + 2, licence=RESERVED)
    state = begun(tmp_path / "state.sqlite", start="https://soundcloud.com/user-7")
    crawled(state, client(server).ask, 2)
    assert scraped(server, state, tmp_path).keys() == {FIRST, FIRST + 1}
    server.catalogue.change(FIRST + 2, licence="cc-by")
    refreshed(server, state, tmp_path)
    assert scraped(server, state, tmp_path)[FIRST + 2] == ("taken", "offered")


def test_what_was_deleted_leaves_playlists_and_is_not_crawled_again(
    serve: Serving, tmp_path: Path
) -> None:
    catalogue = some(6)
    catalogue.playlists[55] = Playlist(55, 9, tuple(catalogue.songs))
    server = serve(catalogue)
    state = begun(start="https://soundcloud.com/user-9/sets/list-55")
    crawled(state, client(server).ask)
    assert len(ids(state)) == 6
    catalogue.change(FIRST + 5, sharing="deleted")
    refreshed(server, state, tmp_path)
    removed = Removals()
    remove(state, removed)
    server.requests.clear()
    crawled(state, client(server).ask, removed=removed)
    assert ids(state) == [FIRST + each for each in range(5)]
    export(state, tmp_path, removed)
    assert f"{FIRST + 5}" not in (tmp_path / "playlists.jsonl").read_text("utf-8")


def test_without_an_answer_a_track_stays(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(3))
    state = known(server, tmp_path)
    server.catalogue.change(FIRST, sharing="deleted")
    server.fault_of = lambda path, times: "403" if path.startswith(f"/tracks/{FIRST}?") else ""
    assert refreshed(server, state, tmp_path) == Counter(
        asked=3, kept=2, unanswered=1, deleted=0, private=0, licence=0
    )
    assert len(ids(state)) == 3


def many(serve: Serving, folder: Path) -> tuple[SoundCloudServer, CrawlState]:
    """More songs than four calls ask for, all of them known; every seventh is gone by now, every
    ninth private.
    """
    server = serve(some(230, media="none"))
    state = known(server, folder, 3)
    for number in range(230):
        if number % 7 == 0 or number % 9 == 0:
            server.catalogue.change(
                FIRST + number, sharing="deleted" if number % 7 == 0 else "private"
            )
    return server, state


def test_fifty_a_call_and_the_same_for_threads_and_faults(serve: Serving, tmp_path: Path) -> None:
    server, state = many(serve, tmp_path / "right")
    found = refreshed(server, state, tmp_path / "right")
    assert sum("?ids=" in path for path in server.paths) == 5
    assert (found["deleted"], found["private"]) == (33, 22)
    right = dump(state)
    for threads in (4, 8):
        server, state = many(serve, tmp_path / str(threads))
        server.fault_of = faults
        assert refreshed(server, state, tmp_path / str(threads), threads) == found
        assert dump(state) == right


def test_a_refresh_that_stops_goes_on_where_it_was(serve: Serving, tmp_path: Path) -> None:
    server, state = many(serve, tmp_path / "right")
    refreshed(server, state, tmp_path / "right")
    right = dump(state)
    server, state = many(serve, tmp_path / "stopped")
    batches: list[str] = []

    def third(path: str, _: int) -> str:
        batches.extend([path] * ("?ids=" in path))
        return "401" if len(batches) == 3 else ""

    server.fault_of = third
    with pytest.raises(StoppedError, match="401 Unauthorized"):
        refreshed(server, state, tmp_path / "stopped")
    server.fault_of = lambda path, times: ""
    server.requests.clear()
    refreshed(server, state, tmp_path / "stopped")
    assert sum("?ids=" in path for path in server.paths) == 3
    assert dump(state) == right


def test_five_failures_in_a_row_stop_it(serve: Serving, tmp_path: Path) -> None:
    server, state = many(serve, tmp_path)
    before = ids(state)
    server.fault_of = lambda path, times: "502"
    with pytest.raises(
        StoppedError,
        match=r"^5 calls in a row brought nothing, the last one: 502 Bad Gateway: expected",
    ):
        refreshed(server, state, tmp_path)
    assert ids(state) == before
