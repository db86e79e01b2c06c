"""A server on this machine that answers, but first with the faults that a test asks for, and keeps
what was asked.
"""

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.builders.soundcloud.faults import BODIES, HEADERS


class Request(NamedTuple):
    """A request: the path with its query, the headers, and when it came (time.monotonic)."""

    path: str
    headers: dict[str, str]
    time: float


class FaultyServer(ThreadingHTTPServer):
    """Answers what `respond` returns, but first, request by request, the faults in `script`.

    A fault is a status, such as `500`; a key of `faults.BODIES` or `faults.HEADERS`; one that
    `faults.bend` knows; or `silent`, no answer; `drip`, a byte now and then without end; `cut`,
    half an answer; `reset`, a connection that breaks; `too long` and `too short`, a wrong
    Content-Length. `fault_of`: the fault of a path and of the number of times that it was asked for
    before, where the script is empty; so faults do not depend on the order of requests. `delay_of`:
    seconds by path. `requests`: all that came.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.script: list[str] = []
        self.fault_of: Callable[[str, int], str] = lambda path, times: ""
        self.delay_of: Callable[[str], float] = lambda path: 0.0
        self.requests: list[Request] = []
        self.times: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def respond(self, path: str, headers: dict[str, str], fault: str) -> tuple[int, bytes]:
        """The status and the content of an answer."""
        raise NotImplementedError

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the game."""

    def note(self, path: str, headers: dict[str, str]) -> str:
        """Note a request; return its fault, empty for none."""
        with self.lock:
            self.requests.append(Request(path, headers, time.monotonic()))
            self.times[path] += 1
            return self.script.pop(0) if self.script else self.fault_of(path, self.times[path] - 1)

    def check_headers(self) -> None:
        """Assert that every request said who asks, with an address for questions."""
        for request in self.requests:
            assert request.headers["User-Agent"].startswith("playlist2vec/")
            assert "@example.org" in request.headers["User-Agent"]


def check_rate(requests: list[Request], per_second: float) -> None:
    """Assert that requests came at this rate at most, over every ten of them, give or take a tenth
    of a second.
    """
    times = sorted(request.time for request in requests)
    for first, last in zip(times, times[9:], strict=False):
        assert last - first >= 9 / per_second - 0.1


class _Handler(BaseHTTPRequestHandler):
    server: FaultyServer
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
            status, content = server.respond(self.path, headers, fault)
            wrong = {"cut": 0.5, "too long": 1.5, "too short": 0.7}.get(fault, 1.0)
            self.send(status, content, wrong, fault == "cut")

    def send(
        self,
        status: int,
        content: bytes,
        wrong: float = 1.0,
        cut: bool = False,
        more: dict[str, Any] | None = None,
    ) -> None:
        """Send an answer. `wrong`: the part of its bytes that its length says, or, for `cut`, that
        is sent.
        """
        self.send_response(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) if cut else int(len(content) * wrong)))
        self.end_headers()
        said = int(len(content) * wrong)
        self.wfile.write(content[:said])
        if not cut and said < len(
            content
        ):  # the rest is late: by then a client may have asked for more
            self.server.over.wait(0.05)
            self.wfile.write(content[said:])
        self.close_connection = wrong != 1.0

    def log_message(self, *_: object) -> None:
        """Nothing goes to the terminal."""
