"""Answers and previews of a server that means no good: bounded in bytes and seconds, and from
Deezer's hosts alone.
"""

import gzip
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer, UnreachableError
from playlist2vec.online.deezer.previews import is_at_deezer, is_sound
from playlist2vec.online.quota import Quota
from tests.builders.deezer_server import DeezerServer, Raw, deezer_server, tone
from tests.peak import peak

API = "https://api.deezer.com"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeezerServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as running:
        running.add(Song(7, "Night Ferry", "Nell Oak", "Piers", 201))
        yield running


def client(server: DeezerServer, total: float = 10.0) -> Deezer:
    return Deezer(server.address, attempts=2, quota=Quota(50, 0), sleep=lambda _: None, total=total)


def answer(content: bytes, *headers: str, status: str = "200 OK") -> Raw:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers]
    return Raw("\r\n".join(lines).encode() + b"\r\n\r\n" + content)


def test_a_large_answer_is_not_read(server: DeezerServer) -> None:
    packed = answer(gzip.compress(b" " * 300_000_000), "Content-Encoding: gzip")
    before = peak()
    for content in (b"[" * 5_000_000, packed):
        server.script = [content]
        with pytest.raises(DataError, match="answered more than 4,194,304 bytes: expected a song"):
            client(server).track(7)
    assert peak() - before < 100_000 * 1024


def test_an_answer_without_end_is_given_up(server: DeezerServer) -> None:
    server.script = ["drip", "drip"]
    begin = time.monotonic()
    with pytest.raises(UnreachableError, match=r"in 2 attempts: not whole after 0\.3 s"):
        client(server, total=0.3).track(7)
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/7.mp3",
        "https://dzcdn.net.example.org/7.mp3",
        "https://evildzcdn.net/7.mp3",
        "https://cdn.dzcdn.net@example.org/7.mp3",
        "https://me:word@cdn.dzcdn.net/7.mp3",
        "https://cdn.dzcdn.net:8080/7.mp3",
        "http://127.0.0.1:9/7.mp3",
        "http://localhost/7.mp3",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://[::1/7.mp3",
        "https://cdn.dzcdn.net:port/7.mp3",
    ],
)
def test_a_preview_elsewhere_is_not_fetched(address: str, server: DeezerServer) -> None:
    assert not is_at_deezer(address, API)
    assert not is_at_deezer(address, server.address)
    with pytest.raises(DataError, match="a preview elsewhere: expected one at"):
        client(server).fetch(address)
    if address.startswith("http"):
        server.preview_address = address
        with pytest.raises(DataError, match=": expected one at"):
            client(server).preview(7)


def test_where_deezer_has_its_previews() -> None:
    for address in (
        "https://cdnt-preview.dzcdn.net/api/1/7.mp3?hdnea=exp",
        "http://cdn-preview-a.deezer.com/7.mp3",
    ):
        assert is_at_deezer(address, API)


def test_a_preview_is_fetched_wherever_it_leads_at_deezer(server: DeezerServer) -> None:
    deezer = client(server)
    assert deezer.fetch(deezer.preview(7)) == tone()
    server.previews = [answer(b"", "Location: /preview/8.wav", status="302 Found")]
    assert deezer.fetch(deezer.preview(7)) == tone()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (
            answer(b"", "Location: https://example.org/8.mp3", status="302 Found"),
            "a preview elsewhere",
        ),
        (answer(b"", "Location: //example.org/8.mp3", status="301 Moved"), "a preview elsewhere"),
        (
            answer(b"", "Location: file:///etc/passwd", status="307 Temporary Redirect"),
            "a preview elsewhere",
        ),
        (answer(b"", "Location: /preview/7.wav", status="302 Found"), "too many redirections"),
        (answer(b"#EXTM3U\nfile:///etc/passwd\n"), "answered 200 and no sound"),
        (answer(b"sorry", status="403 Forbidden"), "answered 403 and no sound"),
        (answer(b"RIFF" + b" " * 9_000_000), "more than 8,388,608 bytes"),
        (answer(b""), "answered 200 and no sound"),
    ],
)
def test_what_is_no_preview_is_one_line(raw: bytes, text: str, server: DeezerServer) -> None:
    deezer = client(server)
    address = deezer.preview(7)
    server.previews = [raw] * 4
    with pytest.raises(DataError, match=text) as caught:
        deezer.fetch(address)
    assert "expected" in str(caught.value)
    assert str(caught.value).isprintable()
    assert "exp=" not in str(caught.value)


def test_kinds_of_sound() -> None:
    for begin in (b"ID3\4", b"\xff\xfb\x90", b"RIFF    WAVE", b"OggS", b"fLaC", b"    ftypM4A "):
        assert is_sound(begin)
    for begin in (b"", b"\xff", b"#EXTM3U", b"[playlist]", b"<?xml", b"ffconcat version 1.0"):
        assert not is_sound(begin)


def test_the_library_is_loaded_late() -> None:
    code = "import sys, playlist2vec.online.deezer.client; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
