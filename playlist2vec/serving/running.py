"""Process of the server: socket, threads, and shutdown."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from playlist2vec.base.errors import DataError
from playlist2vec.serving.asking import Ask, answered
from playlist2vec.serving.guard import Application, Hosts
from playlist2vec.serving.models import Models
from playlist2vec.serving.processes import forked

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 -- compared with, not bound to
MAX_CONNECTIONS = 100
"""Maximum number of connections and requests at once; more are refused with status 503."""
IDLE, GRACE = 75, 3
"""Seconds that an idle connection is kept, and seconds that requests have to finish on shutdown."""


def listening(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address of this machine; port 0 takes a free port.

    Raises DataError if the host is not an address of this machine, or the port is taken.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        # asyncio sets TCP_NODELAY, to send answers at once, only for a socket with its protocol.
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise DataError(
            f"--host {host}: {error.strerror}: expected an address of this machine"
        ) from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        what = f"--host {host} --port {port}: {error.strerror}"
        raise DataError(
            f"{what}: expected an address of this machine and a free port; 0 takes any"
        ) from None
    return bound


def is_loopback(bound: socket.socket) -> bool:
    """Return True if a socket can be reached only from this machine."""
    return bound.getsockname()[0] in LOOPBACK_ADDRESSES


def hosts_of(bound: socket.socket, host: str, others: list[str]) -> Hosts:
    """Return the names of a server on a socket. `host`: as requested. `others`: further names."""
    address = bound.getsockname()[0]
    own = [] if is_loopback(bound) or address in ANY_ADDRESS else [host, address]
    named = [
        f"[{name}]" if ":" in name and not name.startswith("[") else name
        for name in [*own, *others]
    ]
    return Hosts(bound.getsockname()[1], frozenset(name.lower() for name in named))


def address_of(bound: socket.socket) -> str:
    """Return the address of a server for a browser on this machine."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def places_of(bound: socket.socket) -> tuple[str, str]:
    """Return two lines for people: the address of the server, and the pages that describe it."""
    address = address_of(bound)
    return (
        f"listening at {address} (Ctrl-C ends it)",
        f"described at {address}openapi.json, listed at {address}api",
    )


@contextmanager
def asking(models: Models, processes: int) -> Iterator[Ask]:
    """Yield the function that answers, by `processes` processes or in this process alone."""
    if processes == 1:
        yield partial(answered, models)
        return
    with forked(models, processes) as answering:
        yield answering.ask


def run(app: Application, bound: socket.socket) -> None:
    """Serve until Ctrl-C, then finish running requests and end in KeyboardInterrupt."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=GRACE,
    )
    uvicorn.Server(config).run(sockets=[bound])
