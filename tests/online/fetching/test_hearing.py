"""Previews: tried again where that may help, and told without an address."""

import socket
from collections.abc import Iterator

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer
from playlist2vec.online.fetching.finding import Miss, Wanted
from playlist2vec.online.fetching.hearing import Sound, hear
from playlist2vec.online.quota import Quota
from tests.builders.deezer_server import DeezerServer, Raw, deezer_server, tone
from tests.online.deezer.test_previews import answer

WANTED = Wanted("track_7", number=7)
HEARD = Sound(tone(), "track 7 by id")
GONE = answer(b"sorry", status="403 Forbidden")
CUT = Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n" + tone()[:100])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeezerServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as running:
        running.add(Song(7, "Night Ferry", "Nell Oak", "Piers", 201))
        yield running


def client(server: DeezerServer) -> Deezer:
    return Deezer(server.address, quota=Quota(50, 0), sleep=lambda _: None)


@pytest.mark.parametrize(
    ("previews", "heard", "pauses", "asked"),
    [
        ([], HEARD, [], 1),
        ([answer(b"", status="429 Too Many Requests")], HEARD, [1 + 5], 1),
        ([answer(b"", status="503 Down"), CUT, b""], HEARD, [1, 2, 4], 1),
        ([GONE], HEARD, [], 2),
        ([GONE, GONE], Miss("preview_gone", "answered 403 and no sound"), [], 2),
        ([GONE, answer(b"<html>")], Miss("unreadable", "answered 200 and no sound"), [], 2),
        ([answer(b"<html>")], Miss("unreadable", "answered 200 and no sound"), [], 1),
        (
            [answer(b"RIFF" + b" " * 9_000_000)],
            Miss("unreadable", "more than 8,388,608 bytes"),
            [],
            1,
        ),
        (
            [answer(b"", "Location: https://example.org/7.mp3", status="302 Found")],
            Miss("unreadable", "a preview elsewhere"),
            [],
            1,
        ),
    ],
)
def test_what_becomes_of_a_preview(
    server: DeezerServer,
    previews: list[bytes],
    heard: Sound | Miss,
    pauses: list[float],
    asked: int,
) -> None:
    server.previews = list(previews)
    slept: list[float] = []
    assert hear(client(server), WANTED, slept.append) == heard
    assert (slept, len(server.paths)) == (pauses, asked)


def test_a_preview_without_a_new_address_is_gone(server: DeezerServer) -> None:
    server.gone = {7}
    server.script = ["", "unknown"]
    assert hear(client(server), WANTED) == Miss("preview_gone", "track 7 by id: no new address")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (answer(b"", status="429 Too Many Requests"), "answered 429 and no sound"),
        (CUT, "IncompleteRead("),
    ],
)
def test_a_preview_that_does_not_come_is_no_reason(
    server: DeezerServer, raw: bytes, why: str
) -> None:
    server.previews = [raw] * 6
    slept: list[float] = []
    with pytest.raises(DataError) as caught:
        hear(client(server), WANTED, slept.append)
    assert str(caught.value).startswith(f"the preview of Deezer's track 7: {why}")
    assert str(caught.value).endswith(" in 6 attempts: expected a sound")
    assert len(slept) == 5
    assert "/preview/" not in str(caught.value)


def test_no_connection_to_the_previews_is_told_without_their_address(
    server: DeezerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:  # bound, and nobody listens
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        monkeypatch.setattr("playlist2vec.online.deezer.previews.is_at_deezer", lambda *_: True)
        monkeypatch.setattr("playlist2vec.online.fetching.finding.is_at_deezer", lambda *_: True)
        server.preview_address = f"http://127.0.0.1:{port}/secret.mp3?exp=1"
        with pytest.raises(DataError) as caught:
            hear(client(server), WANTED, lambda _: None)
    assert "Connection refused in 6 attempts" in str(caught.value)
    assert "secret" not in str(caught.value)
