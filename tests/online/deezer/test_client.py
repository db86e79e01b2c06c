"""The client against a server that answers like Deezer."""

import errno
import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import QUOTA, Deezer, UnreachableError, deezer_id
from playlist2vec.online.quota import Quota
from tests.builders.deezer_server import FAULTS, DeezerServer, Raw, deezer_server

FERRY = Song(7, "Night Ferry", "Nell Oak", "Piers", 201)
LIVE = Song(8, "Night Ferry (Live)", "Nell Oak", "Piers, Live", 240)
OTHER = Song(9, "Night Ferry", "The Slow Kites", "Kites", 180)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeezerServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as running:
        running.add(FERRY, LIVE, OTHER)
        yield running


def client(
    server: DeezerServer, slept: list[float] | None = None, *, timeout: float = 10.0
) -> Deezer:
    """A client that notes its pauses in `slept` and never waits."""
    quota = Quota(50, 5.0, clock=lambda: 0.0, sleep=lambda _: None)
    sleep = [] if slept is None else slept
    return Deezer(server.address, timeout=timeout, quota=quota, sleep=sleep.append)


def error_of(deezer: Deezer, kind: type[DataError] = DataError) -> str:
    with pytest.raises(DataError) as caught:
        deezer.track(7)
    assert type(caught.value) is kind
    return str(caught.value)


@pytest.mark.parametrize(
    ("track", "number"),
    [
        ("track_17", 17),
        ("track_", None),
        ("17", None),
        ("track_-1", None),
        ("artist_17", None),
        ("track_1\n", None),
    ],
)
def test_ids(track: str, number: int | None) -> None:
    assert deezer_id(track) == number


def test_a_track_and_an_unknown_one(server: DeezerServer) -> None:
    deezer = client(server)
    assert deezer.track(7) == FERRY
    assert deezer.track(10) is None
    assert server.paths == ["/track/7", "/track/10"]


@pytest.mark.parametrize(
    ("script", "pauses"),
    [
        (["slow"], []),
        (["quota"], [1 + 5]),
        (["429"], [1 + 5]),
        (["busy"], [1]),
        (["500", "hang up", "truncated"], [1, 2, 4]),
        (["quota", "503", "quota"], [1 + 5, 2, 4 + 5]),
    ],
)
def test_what_may_pass_is_tried_again(
    server: DeezerServer, script: list[str | bytes], pauses: list[float]
) -> None:
    server.script = script
    slept: list[float] = []
    assert client(server, slept).track(7) == FERRY
    assert slept == pauses
    assert server.paths == ["/track/7"] * (len(pauses) + 1)


def test_silence_is_tried_again(server: DeezerServer) -> None:
    server.script = ["silent"]
    assert client(server, timeout=0.5).track(7) == FERRY
    assert len(server.paths) > 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("quota", "error 4, Quota limit exceeded"),
        ("busy", "error 700, Service busy"),
        ("502", "502 Bad Gateway"),
        ("silent", "timed out"),
        ("hang up", "Remote end closed connection without response"),
    ],
)
def test_what_does_not_pass_is_unreachable(server: DeezerServer, fault: str, reason: str) -> None:
    server.script = [fault] * 9
    slept: list[float] = []
    assert error_of(
        client(server, slept, timeout=0.1 if fault == "silent" else 10.0), UnreachableError
    ) == (f"{server.address}/track/7: no answer in 4 attempts: {reason}: expected one from Deezer")
    assert len(server.paths) == 4
    assert len(slept) == 3


def test_half_an_answer_is_none(server: DeezerServer) -> None:
    server.script = ["truncated"] * 4
    half = len(json.dumps(server.entry(FERRY))) // 2
    assert f"no answer in 4 attempts: IncompleteRead({half} bytes read, " in error_of(
        client(server), UnreachableError
    )


def test_without_a_network_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as closed:  # bound, and nobody listens
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        slept: list[float] = []
        assert error_of(Deezer(address, sleep=slept.append), UnreachableError) == (
            f"{address}/track/7: no answer in 4 attempts: [Errno {errno.ECONNREFUSED}] Connection "
            "refused: expected one from Deezer"
        )
        assert slept == [1, 2, 4]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("page", f"answered 200 OK, {FAULTS['page']!r}: expected 200 and a JSON object"),
        ("404", "answered 404 Not Found, b'<html>sorry</html>': expected 200 and a JSON object"),
        (
            "other shape",
            "answered an object with playlist: expected a track with an id, a title and an "
            "artist's name",
        ),
        ("refused", "answered error 500, Wrong parameter: expected data, or error 4, 700 or 800"),
    ],
)
def test_garbage_is_named_and_not_tried_again(server: DeezerServer, fault: str, text: str) -> None:
    server.script = [fault] * 2
    assert error_of(client(server)) == f"{server.address}/track/7: {text}"
    assert len(server.paths) == 1


def test_a_redirection_is_not_followed(server: DeezerServer) -> None:
    server.script = [Raw(b"HTTP/1.1 302 Found\r\nLocation: /track/8\r\nContent-Length: 0\r\n\r\n")]
    assert error_of(client(server)).endswith(
        "/track/7: answered 302 Found, b'': expected 200 and a JSON object"
    )
    assert server.paths == ["/track/7"]


@pytest.mark.parametrize("address", ["nothing", "http://", "ftp://example.org"])
def test_a_wrong_address_is_named(address: str) -> None:
    text = error_of(Deezer(address))
    assert text.startswith(f"{address.rstrip('/')}/track/7: ")
    assert text.endswith(": expected an address like https://api.deezer.com")


def test_any_bytes_on_the_line_give_a_song_none_or_an_error(server: DeezerServer) -> None:
    head = st.sampled_from(
        [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"]
    )
    length = st.sampled_from(
        [b"", b"Content-Length: 5\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n", b"\r\n"]
    )

    @settings(max_examples=200)
    @given(st.builds(lambda *parts: Raw(b"".join(parts)), head, length, st.binary()))
    def ask(answer: Raw) -> None:
        server.script = [answer]
        deezer = Deezer(server.address, attempts=1, quota=Quota(1, 0))
        try:
            text = str(deezer.track(7))
        except DataError as error:
            text = str(error).removeprefix(f"{server.address}/track/7: ")
        assert len(text.splitlines()) == 1

    ask()


def test_the_best_of_what_a_search_finds(server: DeezerServer) -> None:
    deezer = client(server)
    assert deezer.search("nell oak", "night ferry") == FERRY
    assert deezer.search("Slow Kites", "Night Ferry") == OTHER
    assert deezer.search("", "night ferry (live)") == LIVE
    assert deezer.search("Nell Oak", "Night") is None
    assert deezer.search("Nobody", "Nothing") is None
    server.without_preview = {7}
    assert deezer.search("", "Night Ferry") == OTHER
    assert server.paths[0] == '/search?q=artist:"nell oak" track:"night ferry"'
    assert server.paths[2] == '/search?q=track:"night ferry (live)"'
    asked = len(server.paths)
    assert deezer.search("", '" "') is None
    assert len(server.paths) == asked


def test_quotes_and_signs_of_addresses_stay_inside_a_search(server: DeezerServer) -> None:
    assert client(server).search('Nell "Al" Oak', "a&b=c #1 ü") is None
    assert server.paths == ['/search?q=artist:"Nell Al Oak" track:"a&b=c #1 ü"']


@pytest.mark.parametrize(
    ("track", "artist", "title", "found", "requests"),
    [
        ("track_7", "", "", FERRY, 1),
        ("track_8", "Nell Oak", "An old title", LIVE, 1),
        ("track_7", "Other spelling", "Night Ferry", FERRY, 1),
        ("track_8", "The Slow Kites", "Night Kites", None, 2),
        ("track_8", "The Slow Kites", "Night Ferry", LIVE, 1),
        ("track_99", "The Slow Kites", "Night Ferry", OTHER, 2),
        ("song 1", "Nell Oak", "Night Ferry", FERRY, 1),
        ("track_99", "", "", None, 1),
        ("song 1", "", "", None, 0),
    ],
)
def test_a_song_is_found_by_its_id_if_its_name_agrees_else_by_name(
    server: DeezerServer, track: str, artist: str, title: str, found: Song | None, requests: int
) -> None:
    assert client(server).find(track, artist, title) == found
    assert len(server.paths) == requests


def test_previews_are_asked_for_anew_and_never_kept(server: DeezerServer, tmp_path: Path) -> None:
    path = tmp_path / "songs.sqlite"
    server.without_preview = {8}
    deezer = Deezer(server.address, path, quota=Quota(50, 0))
    first, second = deezer.preview(7), deezer.preview(7)
    assert first == f"{server.address}/preview/7.wav?exp=1"
    assert second == f"{server.address}/preview/7.wav?exp=2"
    assert (deezer.preview(8), deezer.preview(10), deezer.preview(10)) == ("", "", "")
    assert deezer.search("Nell Oak", "Night Ferry") == FERRY
    assert server.paths[:4] == ["/track/7", "/track/7", "/track/8", "/track/10"]
    assert b"preview" not in path.read_bytes()


def test_information_is_asked_for_once(server: DeezerServer, tmp_path: Path) -> None:
    path = tmp_path / "songs.sqlite"
    for _ in range(2):
        deezer = Deezer(server.address, path, quota=Quota(50, 0))
        assert (deezer.track(7), deezer.track(10)) == (FERRY, None)
        assert (deezer.search("Nell Oak", "Night Ferry"), deezer.search("No", "No")) == (
            FERRY,
            None,
        )
    assert len(server.paths) == 4
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT question, id, title FROM answers ORDER BY question LIMIT 1 OFFSET 2"
        )
        assert rows.fetchall() == [(f"{server.address}/track/10", None, None)]


def test_failures_are_not_kept(server: DeezerServer, tmp_path: Path) -> None:
    deezer = Deezer(server.address, tmp_path / "songs.sqlite", attempts=1, quota=Quota(50, 0))
    for fault in ("quota", "page", "500"):
        server.script = [fault]
        with pytest.raises(DataError):
            deezer.track(7)
    assert deezer.track(7) == FERRY


def test_a_damaged_cache_is_begun_anew(server: DeezerServer, tmp_path: Path) -> None:
    path = tmp_path / "songs.sqlite"
    path.write_bytes(b"rubbish" * 200)
    for _ in range(2):
        assert Deezer(server.address, path, quota=Quota(50, 0)).track(7) == FERRY
    assert len(server.paths) == 1


def test_the_quota_is_deezers_and_shared(server: DeezerServer) -> None:
    assert (QUOTA.requests, QUOTA.seconds) == (50, 5.0)
    quota = Quota(4, 0.1)
    for number in range(10):
        assert Deezer(server.address, quota=quota).track(number % 2 + 7) in (FERRY, LIVE)
    gaps = [late - early for early, late in zip(server.times, server.times[4:], strict=False)]
    assert len(gaps) == 6
    assert min(gaps) >= 0.1


def test_another_attempt_counts_for_the_quota_too(server: DeezerServer) -> None:
    waited: list[float] = []
    quota = Quota(2, 5.0, clock=lambda: 0.0, sleep=waited.append)
    server.script = ["500", "500"]
    assert Deezer(server.address, quota=quota, sleep=lambda _: None).track(7) == FERRY
    assert waited == [5.0]


def test_importing_the_client_is_cheap() -> None:
    heavy = (
        "import sys, playlist2vec.online.deezer.client; print({'requests', 'numpy', 'pandas'} & "
        "set(sys.modules))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", heavy], capture_output=True, text=True, check=True
        ).stdout
        == "set()\n"
    )
