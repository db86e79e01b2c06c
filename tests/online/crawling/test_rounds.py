"""Crawls of the invented SoundCloud: their results, which only the answers change."""

import random
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.export import export
from playlist2vec.online.crawling.planning import plan_round
from playlist2vec.online.crawling.settings import SCORES, CrawlSettings
from playlist2vec.online.crawling.state import CrawlState
from playlist2vec.online.crawling.statistics import statistics
from playlist2vec.online.soundcloud.answers import MISSING, REFUSED, SILENT, CallError, Reply
from playlist2vec.online.soundcloud.calls import KINDS, RESOLVE, Call
from playlist2vec.online.soundcloud.client import StoppedError
from tests.builders.soundcloud.catalogue import ISLAND, RARE, complete
from tests.builders.soundcloud.server import CLIENT_ID, TOKEN, SoundCloudServer, soundcloud_server
from tests.online.crawling.small import CATALOGUE, START, begun, client, crawled, dump

TRANSIENT = ("500", "503", "reset", "cut", "too long", "too short", "page", "nothing", "no json")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundCloudServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with soundcloud_server(CATALOGUE) as running:
        yield running
        running.check_headers()


def faults(path: str, times: int) -> str:
    """Five faults in a hundred requests, none four times at the same one."""
    drawn = crc32(f"{path} {times}".encode())
    return TRANSIENT[drawn // 100 % len(TRANSIENT)] if drawn % 100 < 5 and times < 3 else ""


def test_a_crawl_finds_the_mainland_and_the_rare_genre_and_no_island(
    server: SoundCloudServer,
) -> None:
    state = crawled(begun(explore=0.3), client(server).ask)
    found = {row[0] for row in state.rows("SELECT id FROM tracks")}
    wanted = complete(CATALOGUE.songs.values())
    counts = {row[0] for row in state.rows("SELECT id FROM tracks WHERE counts")}
    assert counts == wanted & found
    island, rare = CATALOGUE.of_genre(ISLAND), CATALOGUE.of_genre(RARE)
    assert not found & island
    assert len(counts) >= 0.9 * len(wanted - island)
    assert len(found & rare) >= 8
    assert state.genres()[RARE] == len(counts & rare)
    assert not state.rows("SELECT * FROM failures")
    assert statistics(state)[0] == f"{len(server.requests):,} calls, 0 of them brought nothing"


def test_pages_are_followed(server: SoundCloudServer) -> None:
    whole = crawled(begun(), client(server).ask)
    server.ragged = True
    ragged = crawled(begun(pages=50), client(server).ask)
    ids = "SELECT id FROM tracks WHERE counts ORDER BY id"
    assert ragged.rows(ids) == whole.rows(ids)


@pytest.mark.parametrize("score", SCORES)
def test_threads_delays_and_faults_change_nothing(
    server: SoundCloudServer, score: str, tmp_path: Path
) -> None:
    expected = crawled(begun(score=score), client(server).ask, 9)
    text = dump(expected)
    export(expected, tmp_path / "expected", Removals())
    draw = random.Random(1)
    server.delay_of = lambda path: draw.choice((0.0, 0.0, 0.001, 0.004))
    server.fault_of = faults
    for threads in (1, 4, 8):
        server.times.clear()
        before = len(server.requests)
        state = crawled(begun(score=score), client(server).ask, 9, threads=threads)
        assert dump(state) == text
        calls = expected.counts()["calls"]
        assert len(server.requests) - before > calls, "no fault was met"
        export(state, tmp_path / "found", Removals())
        for name in ("tracks.jsonl", "playlists.jsonl"):
            assert (tmp_path / "found" / name).read_bytes() == (
                tmp_path / "expected" / name
            ).read_bytes()


def test_a_crawl_in_pieces_is_the_same(server: SoundCloudServer, tmp_path: Path) -> None:
    expected = dump(crawled(begun(), client(server).ask, 8))
    path = tmp_path / "state.sqlite"
    for _ in range(4):
        state = begun(path)
        crawled(state, client(server).ask, 2)
        state.close()
    assert dump(begun(path)) == expected


def test_another_seed_is_another_crawl(server: SoundCloudServer) -> None:
    first, second = (crawled(begun(seed=seed, explore=1), client(server).ask, 8) for seed in (1, 2))
    assert dump(first) != dump(second)


def test_what_fails_for_good_is_kept_as_such_and_the_crawl_goes_on(
    server: SoundCloudServer,
) -> None:
    server.fault_of = lambda path, times: (
        "404"
        if "/playlists" in path
        else "other shape"
        if "/likers" in path and crc32(path.encode()) % 2
        else ""
    )
    ask = client(server).ask
    found = []
    for threads in (1, 4):
        state = crawled(begun(explore=0.3), ask, 8, threads=threads)
        found.append(dump(state))
    assert found[0] == found[1]
    failures = state.rows("SELECT kind, failure, count(*) FROM failures GROUP BY kind, failure")
    assert {(kind, failure) for kind, failure, _ in failures} == {
        ("playlists", MISSING),
        ("likers", "another shape"),
    }
    assert state.counts()["failed calls"] == sum(number for *_, number in failures)


def test_a_call_without_an_answer_of_use_is_made_in_three_rounds() -> None:
    asked: list[str] = []

    def ask(call: Call) -> Reply:
        asked.append(call.kind)
        if call.kind == RESOLVE:
            return Reply([], [], [1])
        if call.kind == "uploads":
            raise CallError(SILENT, "no")
        return Reply([], [], [])

    state = crawled(begun(), ask)
    assert {kind: asked.count(kind) for kind in asked} == {
        "resolve": 1,
        "likes": 1,
        "lists": 1,
        "uploads": 3,
    }
    assert state.rows("SELECT kind FROM calls WHERE state = 2") == [("uploads",)]


def test_five_failures_in_a_row_stop_it_and_the_round_is_asked_again(
    server: SoundCloudServer,
) -> None:
    ask = client(server).ask
    state = crawled(begun(), ask, 3)
    before = dump(state)
    server.fault_of = lambda path, times: "403"
    with pytest.raises(
        StoppedError, match=r"^5 calls in a row brought nothing, the last one of .*: 403 Forbidden"
    ):
        crawled(state, ask)
    assert dump(state) == before
    server.fault_of = lambda path, times: ""
    assert dump(crawled(state, ask, 3)) == dump(crawled(begun(), ask, 6))


def test_a_row_of_failures_goes_on_from_round_to_round(server: SoundCloudServer) -> None:
    ask = client(server).ask
    state = crawled(begun(round=2), ask, 3)
    calls = state.counts()["calls"]
    server.fault_of = lambda path, times: "403"
    with pytest.raises(StoppedError, match=r"^5 calls in a row brought nothing"):
        crawled(state, ask)
    # The two rounds before the one with the fifth are kept.
    assert state.counts()["calls"] == calls + 4
    assert state.counts()["failed calls"] == 4


@pytest.mark.parametrize("threads", [1, 4])
def test_dead_credentials_stop_it_at_once(server: SoundCloudServer, threads: int) -> None:
    state = crawled(begun(), client(server).ask, 3)
    before, asked = dump(state), len(server.requests)
    server.fault_of = lambda path, times: "401"
    with pytest.raises(
        StoppedError, match="answered 401 Unauthorized: expected SC_CLIENT_ID or SC_OAUTH_TOKEN"
    ):
        crawled(state, client(server).ask, threads=threads)
    assert dump(state) == before
    assert len(server.requests) - asked <= 2 * threads


def test_four_missing_and_a_refused_one_are_no_row() -> None:
    kinds = iter([MISSING] * 4 + [REFUSED] + [MISSING] * 4)

    def ask(call: Call) -> Reply:
        if call.kind != RESOLVE:
            raise CallError(next(kinds), "no")
        return Reply([], [], [1, 2, 3])

    state = crawled(begun(), ask, 2)
    assert state.counts()["failed calls"] == 6


def test_no_credential_is_in_the_state(server: SoundCloudServer, tmp_path: Path) -> None:
    server.ragged = True
    state = crawled(begun(tmp_path / "state.sqlite"), client(server).ask, 6)
    state.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (CLIENT_ID, TOKEN, "invented-and-secret"):
        assert secret.encode() not in content


def test_an_empty_start_ends_it() -> None:
    state = crawled(begun(), lambda call: Reply([], [], []))
    assert state.counts()["calls"] == 1
    assert plan_round(state).calls == []


def test_a_list_without_end_is_left_after_so_many_pages() -> None:
    asked: list[Call] = []

    def ask(call: Call) -> Reply:
        asked.append(call)
        if call.kind == RESOLVE:
            return Reply([], [], [1])
        return Reply([], [], [], f"/users/1/{call.kind}?offset={len(asked)}")

    state = crawled(begun(pages=5), ask)
    assert {
        kind: sum(call.kind == kind for call in asked) for kind in KINDS if kind != RESOLVE
    } == dict.fromkeys(KINDS[1:], 0) | {"likes": 5, "uploads": 5, "lists": 5}
    assert state.counts()["pages left out"] == 3


@pytest.mark.parametrize(
    ("settings", "start", "said"),
    [
        (
            CrawlSettings(),
            START,
            "begun with round = 6, not 20: expected the same, or another folder",
        ),
        (
            CrawlSettings(round=6, score="seed"),
            START,
            "begun with score = arms, not seed: expected the same",
        ),
        (
            CrawlSettings(round=6),
            "https://soundcloud.com/x",
            f"begun at {START}: expected the same starts, none, or",
        ),
    ],
)
def test_another_crawl_in_the_same_folder_is_a_line(
    settings: CrawlSettings, start: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "state.sqlite"
    begun(path).close()
    with pytest.raises(DataError) as caught:
        CrawlState.open(path, settings, [(RESOLVE, start)])
    assert str(caught.value).startswith(f"{path}: {said}")


def test_a_state_that_is_none_or_in_use_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no state " * 1000, encoding="utf-8")
    with pytest.raises(
        DataError, match="text: file is not a database: expected the state of a crawl"
    ):
        begun(tmp_path / "text")
    state = begun(tmp_path / "state.sqlite")
    with pytest.raises(
        DataError, match=r"state\.sqlite: database is locked: expected the state of a crawl"
    ):
        begun(tmp_path / "state.sqlite")
    state.close()
