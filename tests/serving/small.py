"""Small models to be served, and requests to a server inside the process of a test."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from playlist2vec.serving.guard import Application, Message
from playlist2vec.serving.models import Models, Served
from tests.recommend.test_blending import even
from tests.recommend.test_blending import planted as planted_blend
from tests.recommend.test_recommender import planted

PORT = 8765
OWN = f"127.0.0.1:{PORT}"


@dataclass
class Wanted:
    """Options of a request, as the server takes them."""

    k: int = 5
    per_artist: int = 0
    exclude: list[str] = field(default_factory=list)
    exclude_artists: list[str] = field(default_factory=list)
    min_plays: int = 0
    max_plays: int = 0
    known: bool = False
    diversity: float = 0.0
    why: bool = False


def two_models() -> Models:
    """A blend, the default, and vectors alone, asked with the last song; 12 songs each."""
    return Models([Served("blend", planted_blend(even()), "cycle"), Served("vectors", planted())])


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def request(
    app: Application,
    path: str,
    *,
    method: str = "GET",
    headers: Sequence[tuple[str, str]] = (("host", OWN),),
    parts: Sequence[bytes] = (b"",),
) -> Reply:
    """Send a request whose body comes in parts, and say nothing of their length."""
    sent: list[Message] = []
    left = list(parts)

    async def receive() -> Message:
        if not left:
            return {"type": "http.disconnect"}
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    place, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": place,
        "raw_path": place.encode(),
        "query_string": query.encode(),
        "scheme": "http",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", PORT),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }
    asyncio.run(app(scope, receive, send))
    start, *rest = sent
    said = {name.decode(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], said, b"".join(each.get("body", b"") for each in rest))
