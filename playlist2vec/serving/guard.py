"""Guard before the API: limits on clients and on request bodies.

A page of another site may make a browser send requests to this machine. The name of the site is
then in `Host` or `Origin`, and a page can forge neither header. A name that was made to point to
this machine (DNS rebinding) is still in `Host`.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LARGEST_BODY, LARGEST_UPLOAD = 1 << 20, 1 << 24
"""Maximum bytes of a body, and of a body with a playlist file."""
UPLOADS = "/api/complete"
UPLOADS_AT_ONCE = 4
PATIENCE = 30.0
"""Seconds within which a body must arrive."""
DISCARDED = 4
"""Multiple of the limit up to which a large body is read, so that the client gets the error."""
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)
PAGE_POLICY = b"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Policy in the header for the page of a run, in addition to the policy inside the page."""
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?")


@dataclass(frozen=True)
class Hosts:
    """Names of a server in the header `Host`.

    `port`: the port of the server; names of LOOPBACK are accepted only with this port. `others`:
    further names, accepted with any port, since a proxy in front of the server may use another
    port.
    """

    port: int
    others: frozenset[str] = frozenset()

    def accepts(self, host: str) -> bool:
        """Return True if a header `Host` names this server."""
        found = _HOST.fullmatch(host.lower())
        own = found is not None and found[1] in LOOPBACK and int(found[3] or 80) == self.port
        return own or self.is_other(host)

    def is_other(self, host: str) -> bool:
        """Return True if a header `Host` has one of the further names."""
        found = _HOST.fullmatch(host.lower())
        return found is not None and found[1] in self.others


@dataclass(frozen=True, eq=False)
class Guard:
    """An ASGI application that passes requests to `app` within `hosts` and limits on bodies."""

    app: Application
    hosts: Hosts
    uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UPLOADS_AT_ONCE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse a request."""
        if scope["type"] != "http":
            return
        page = scope["path"] == "/" and scope["method"] == "GET"
        guarded = _with_headers(send, PAGE_POLICY if page else POLICY.encode())
        if why := self.why_refused(scope):
            await _refuse(guarded, 403, why)
        elif scope["path"] == UPLOADS:
            async with self.uploads:
                await self._pass_on(scope, receive, guarded, LARGEST_UPLOAD)
        else:
            await self._pass_on(scope, receive, guarded, LARGEST_BODY)

    def why_refused(self, scope: Scope) -> str:
        """Return the reason to refuse a request, empty if the request is allowed."""
        hosts, origins, sites, modes = (
            _values(scope["headers"], name)
            for name in (b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode")
        )
        if len(hosts) != 1 or not self.hosts.accepts(hosts[0]):
            expected = ", ".join(
                [*(f"{name}:{self.hosts.port}" for name in LOOPBACK), *sorted(self.hosts.others)]
            )
            return f"Host {', '.join(hosts)!r}: expected one of {expected}"
        own = hosts[0].lower()
        if not all(self.is_own(origin, own) for origin in origins):
            return f"Origin {', '.join(origins)!r}: expected http://{own}, or no Origin"
        foreign = [each for each in sites if each not in ("same-origin", "none")]
        followed = (
            modes == ["navigate"]
            and scope["method"] == "GET"
            and not scope["path"].startswith("/api/")
        )
        if foreign and not followed:
            return f"Sec-Fetch-Site {foreign[0]!r}: expected requests of this server's own page"
        return ""

    def is_own(self, origin: str, host: str) -> bool:
        """Return True if an origin is this server, called by `host`; a proxy may use HTTPS."""
        scheme, _, rest = origin.partition("://")
        return rest.lower() == host and (
            scheme == "http" or (scheme == "https" and self.hosts.is_other(host))
        )

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        try:
            body = await asyncio.wait_for(_read(scope, receive, limit), PATIENCE)
        except TimeoutError:
            await _refuse(
                send, 408, f"the body took more than {PATIENCE:.0f} seconds: expected it sooner"
            )
            return
        except ConnectionError:
            return
        if body is None:
            await _refuse(
                send, 413, f"the body is larger than {limit:,} bytes: expected a smaller one"
            )
            return
        await self.app(scope, _replayed(body, receive), send)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """Return the whole body, or None if larger than `limit` bytes, whatever Content-Length says."""
    said = _values(scope["headers"], b"content-length")
    if said and said[0].isdecimal() and int(said[0][:20]) > DISCARDED * limit:
        return None
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        part: bytes = message.get("body", b"")
        size, more = size + len(part), message.get("more_body", False)
        if size > limit:
            parts.clear()
            if size > DISCARDED * limit:
                return None
        else:
            parts.append(part)
    return b"".join(parts) if size <= limit else None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a function that gives the body once, and then the messages of the connection."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _with_headers(send: Send, policy: bytes) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            more = [*HEADERS, (b"content-security-policy", policy)]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return guarded


async def _refuse(send: Send, status: int, why: str) -> None:
    content = json.dumps({"detail": why}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    if status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key == name]
