"""Whom the server answers, and how much it reads."""

import asyncio
import json

import pytest

from playlist2vec.serving.guard import (
    DISCARDED,
    LARGEST_BODY,
    LARGEST_UPLOAD,
    UPLOADS,
    Guard,
    Hosts,
    Message,
    Receive,
    Scope,
    Send,
)
from tests.serving.small import OWN, PORT, request


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of the body."""
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(message["body"])).encode()})


GUARD = Guard(echo, Hosts(PORT, frozenset({"music.example.org"})))


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "LocalHost:8765", "[::1]:8765"]
)
def test_the_names_of_this_machine_are_answered_to(host: str) -> None:
    assert request(GUARD, "/api/models", headers=[("host", host)]).body == b"0"
    own = [("host", host), ("origin", f"http://{host}"), ("sec-fetch-site", "same-origin")]
    assert request(GUARD, "/api/models", headers=own).status == 200


@pytest.mark.parametrize(
    "host", ["music.example.org", "music.example.org:443", "Music.example.org:80"]
)
def test_a_further_name_is_answered_to_with_any_port(host: str) -> None:
    for scheme in ("http", "https"):
        headers = [("host", host), ("origin", f"{scheme}://{host}")]
        assert request(GUARD, "/api/models", headers=headers).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("host", "")],
        [("host", "evil.example")],
        [("host", "evil.example:8765")],
        [("host", "127.0.0.1")],
        [("host", "127.0.0.1:80")],
        [("host", "127.0.0.1.evil.example:8765")],
        [("host", "localhost:8765.evil.example")],
        [("host", "localhost:8765@evil.example")],
        [("host", "evil.music.example.org")],
        [("host", OWN), ("host", OWN)],
        [("host", "\xe9:8765")],
        [("host", "localhost:99999999999")],
    ],
)
def test_another_host_is_refused_in_one_line(headers: list[tuple[str, str]]) -> None:
    reply = request(GUARD, "/api/models", headers=headers)
    assert reply.status == 403
    said = json.loads(reply.body)["detail"]
    assert said.startswith("Host ")
    assert said.endswith(
        "expected one of localhost:8765, 127.0.0.1:8765, [::1]:8765, music.example.org"
    )


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:8765",
        "http://127.0.0.1",
        "http://localhost:8765",
        "http://127.0.0.1:8765.evil.example",
        "file://",
        "",
    ],
)
def test_the_page_of_another_origin_is_refused(origin: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        reply = request(
            GUARD, "/api/next", method=method, headers=[("host", OWN), ("origin", origin)]
        )
        assert (reply.status, json.loads(reply.body)["detail"].partition(" ")[0]) == (403, "Origin")
        assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_has_a_browser_fetch_is_refused_but_a_link_to_the_page_is_followed(
    site: str,
) -> None:
    foreign = [("host", OWN), ("sec-fetch-site", site)]
    assert (
        request(GUARD, "/api/find", headers=[*foreign, ("sec-fetch-mode", "no-cors")]).status == 403
    )
    link = [*foreign, ("sec-fetch-mode", "navigate")]
    assert request(GUARD, "/api/find", headers=link).status == 403
    assert request(GUARD, "/", headers=link).status == 200
    assert request(GUARD, "/", method="POST", headers=link).status == 403


@pytest.mark.parametrize(
    ("path", "limit"), [("/api/next", LARGEST_BODY), (UPLOADS, LARGEST_UPLOAD)]
)
def test_a_body_above_the_limit_is_refused_whatever_its_length_is_said_to_be(
    path: str, limit: int
) -> None:
    whole = [bytes(limit // 2), bytes(limit // 2)]
    assert request(GUARD, path, method="POST", parts=whole).body == str(limit).encode()
    for said in ([], [("content-length", "1")], [("content-length", str(limit + 1))]):
        reply = request(
            GUARD, path, method="POST", parts=[*whole, b"1"], headers=[("host", OWN), *said]
        )
        assert (reply.status, reply.headers["connection"]) == (413, "close")
        assert (
            json.loads(reply.body)["detail"]
            == f"the body is larger than {limit:,} bytes: expected a smaller one"
        )


def test_an_endless_body_is_not_read_to_its_end() -> None:
    many = [bytes(LARGEST_BODY)] * (DISCARDED + 3)
    assert request(GUARD, "/api/next", method="POST", parts=many).status == 413
    length = ("content-length", "9" * 30)
    assert (
        request(GUARD, "/api/next", method="POST", headers=[("host", OWN), length], parts=[]).status
        == 413
    )


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playlist2vec.serving.guard.PATIENCE", 0.05)
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/next",
        "headers": [(b"host", OWN.encode())],
    }
    asyncio.run(GUARD(scope, never, send))
    assert sent[0]["status"] == 408


def test_every_answer_has_the_headers_that_keep_it_in_its_place() -> None:
    for reply in (request(GUARD, "/api/models"), request(GUARD, "/api/models", headers=[])):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["content-security-policy"].startswith(
            "default-src 'none'; frame-ancestors 'none'"
        )
    # The page of a run has a policy of its own in it.
    assert "default-src" not in request(GUARD, "/").headers["content-security-policy"]
