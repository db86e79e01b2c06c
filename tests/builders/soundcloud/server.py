"""A server on this machine that answers like SoundCloud's api-v2, faults included.

By hand: `python -m tests.builders.soundcloud.server --port 0` prints its address and answers until Ctrl-C.
"""

import argparse
import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.builders.soundcloud.answers import answer
from tests.builders.soundcloud.catalogue import Catalogue, plant
from tests.builders.soundcloud.faults import BODIES, HEADERS, bend

CLIENT_ID, TOKEN = "invented-client-id-1", "2-invented-oauth-token-2"
"""The credentials that the server accepts."""


class Request(NamedTuple):
    """A request: the path with its query, the headers, and when it came (time.monotonic)."""

    path: str
    headers: dict[str, str]
    time: float


class SoundCloudServer(ThreadingHTTPServer):
    """Answers what `catalogue` holds, but first, request by request, the faults in `script`.

    A fault is a status, such as `500`; a key of `faults.BODIES` or `faults.HEADERS`; one that `faults.bend` knows; or
    `silent`, no answer; `drip`, a byte now and then without end; `cut`, half an answer; `reset`, a connection that
    breaks; `too long` and `too short`, a wrong Content-Length. `fault_of`: the fault of a path and of the number of
    times that it was asked for before, where the script is empty; so faults do not depend on the order of requests.
    `delay_of`: seconds by path. `ragged`: pages are short, some empty. `elsewhere`: the address of another host.
    `requests`: all that came.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, catalogue: Catalogue, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.catalogue = catalogue
        self.script: list[str] = []
        self.fault_of: Callable[[str, int], str] = lambda path, times: ""
        self.delay_of: Callable[[str], float] = lambda path: 0.0
        self.ragged = False
        self.elsewhere = "http://127.0.0.1:1"
        self.requests: list[Request] = []
        self.times: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, without credentials."""
        return [request.path.replace(f"client_id={CLIENT_ID}", "client_id=") for request in self.requests]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the game."""

    def note(self, path: str, headers: dict[str, str]) -> str:
        """Note a request; return its fault, empty for none."""
        with self.lock:
            self.requests.append(Request(path, headers, time.monotonic()))
            self.times[path] += 1
            return self.script.pop(0) if self.script else self.fault_of(path, self.times[path] - 1)

    def check_rate(self, per_second: float) -> None:
        """Assert that requests came at this rate at most, over every ten of them, give or take a tenth of a second."""
        times = sorted(request.time for request in self.requests)
        for first, last in zip(times, times[9:], strict=False):
            assert last - first >= 9 / per_second - 0.1

    def check_headers(self) -> None:
        """Assert that every request said who asks, with an address for questions."""
        for request in self.requests:
            assert request.headers["User-Agent"].startswith("playlist2vec/")
            assert "@example.org" in request.headers["User-Agent"]

    def allowed(self, headers: dict[str, str], query: dict[str, str]) -> bool:
        return query.get("client_id") == CLIENT_ID or headers.get("Authorization") == f"OAuth {TOKEN}"


class _Handler(BaseHTTPRequestHandler):
    server: SoundCloudServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        server = self.server
        headers = dict(self.headers.items())
        fault = server.note(self.path, headers)
        server.over.wait(server.delay_of(self.path)) if server.delay_of(self.path) else None
        if fault in BODIES:
            self.send(200, BODIES[fault])
        elif fault in HEADERS:
            status, more, content = HEADERS[fault]()
            self.send(status, content, more=more)
        elif fault.isdigit():
            self.send(int(fault), b"<html>sorry</html>")
        elif fault == "silent":
            server.over.wait(30)
            self.close_connection = True
        elif fault == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not server.over.wait(0.05):
                self.wfile.write(b" ")
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        else:
            self.answer(headers, fault)

    def answer(self, headers: dict[str, str], fault: str) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        server = self.server
        status: int = 401
        body: Any = {}
        if server.allowed(headers, query):
            status, body = answer(server.catalogue, server.address, parts.path, query, ragged=server.ragged)
        body = bend(fault, body, server.address + parts.path, server.elsewhere)
        wrong = {"cut": 0.5, "too long": 1.5, "too short": 0.7}.get(fault, 1.0)
        self.send(status, json.dumps(body, ensure_ascii=False).encode(), wrong, fault == "cut")

    def send(
        self, status: int, content: bytes, wrong: float = 1.0, cut: bool = False, more: dict[str, Any] | None = None
    ) -> None:
        """Send an answer. `wrong`: the part of its bytes that its length says, or, for `cut`, that is sent."""
        self.send_response(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) if cut else int(len(content) * wrong)))
        self.end_headers()
        self.wfile.write(content[: int(len(content) * wrong)] if cut else content)
        self.close_connection = wrong != 1.0

    def log_message(self, *_: object) -> None:
        """Nothing goes to the terminal."""


@contextmanager
def soundcloud_server(catalogue: Catalogue | None = None) -> Iterator[SoundCloudServer]:
    """A server that runs inside the block, of the planted catalogue unless another is given."""
    with SoundCloudServer(plant() if catalogue is None else catalogue) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


def main() -> None:
    """Answer until Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    parser.add_argument("--seed", type=int, default=1, help="of the catalogue")
    given = parser.parse_args()
    with SoundCloudServer(plant(given.seed), given.port) as server:
        print(f"{server.address} SC_CLIENT_ID={CLIENT_ID} SC_OAUTH_TOKEN={TOKEN}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.over.set()


if __name__ == "__main__":
    main()
