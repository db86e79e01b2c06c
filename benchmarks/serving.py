"""`python -m benchmarks.serving [FOLDER]`: measure the server on the model of a checkout.

A request asks for the songs after three, drawn anew every time. It is measured in the current
process, then over HTTP by several threads with a persistent connection each. Nothing leaves the
machine.
"""

import argparse
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import numpy as np
import psutil
from tabulate import tabulate

import stages  # noqa: F401 -- pins numeric libraries to one thread, before any of them is imported
from benchmarks.machine import machine
from benchmarks.measuring import ROOT, note
from playlist2vec.corpus.songs import Row
from playlist2vec.recommend.loading import load

SONGS, LISTED = 3, 12
"""Songs of a query, and songs of an answer."""
ALONE = 300
"""Queries inside the current process."""
WARM = 500
"""Requests before the first reading of memory."""
LIMIT = 120.0
"""Maximal seconds of a request or of the server's start."""


@dataclass(frozen=True)
class Asked:
    """The cost of a load: `milliseconds` of every request, `seconds` of all, in parallel."""

    milliseconds: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.milliseconds) / self.seconds


def alone(folder: str, ranker: str) -> tuple[float, list[str]]:
    """Return the median milliseconds of a query inside this process, and the ids of all songs."""
    recommender = load(folder, ranker=ranker)
    draws = np.random.default_rng(1)
    queries = draws.integers(0, len(recommender.catalogue), (ALONE, SONGS)).tolist()
    recommender.next([Row(0)], LISTED)
    taken = []
    for songs in queries:
        start = time.perf_counter()
        recommender.next(songs, LISTED)
        taken.append(1000 * (time.perf_counter() - start))
    return median(taken), recommender.catalogue.ids


@contextmanager
def server(folder: str) -> Iterator[tuple[int, psutil.Process]]:
    """Start a server; yield its port and process, and end the process."""
    command = [sys.executable, "-m", "playlist2vec", "serve", folder, "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[2]
            yield int(address.rstrip("/").rpartition(":")[2]), psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(LIMIT)


def memory_of(process: psutil.Process) -> int:
    """Return the resident bytes of a server and all children; shared memory counts repeatedly."""
    return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])


def seconds_of(process: psutil.Process) -> float:
    """Return the CPU seconds taken by a server and its children, user and system."""
    times = [each.cpu_times() for each in [process, *process.children(recursive=True)]]
    return sum(each.user + each.system for each in times)


def load_of(port: int, ids: list[str], requests: int, threads: int, seed: int) -> Asked:
    """Send `requests` requests from `threads` threads; a thread waits for every answer."""
    share = [requests // threads + (number < requests % threads) for number in range(threads)]
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(
            lambda each: client(port, ids, *each),
            ((count, seed + n) for n, count in enumerate(share)),
        )
        taken = [each for part in parts for each in part]
    return Asked(taken, time.perf_counter() - start)


def client(port: int, ids: list[str], requests: int, seed: int) -> list[float]:
    """Send requests over a single connection; return the milliseconds of every request."""
    draws = np.random.default_rng(seed)
    taken = []
    with socket.create_connection(("127.0.0.1", port), LIMIT) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(requests):
            songs = [ids[row] for row in draws.integers(0, len(ids), SONGS)]
            body = json.dumps({"songs": songs, "k": LISTED}).encode()
            head = (
                f"POST /api/next HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: "
                "application/json\r\n"
            )
            start = time.perf_counter()
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, answer = received(connection)
            taken.append(1000 * (time.perf_counter() - start))
            if status != 200 or len(json.loads(answer)["tracks"]) != LISTED:
                raise SystemExit(f"an answer with status {status}: expected {LISTED} songs")
    return taken


def received(connection: socket.socket) -> tuple[int, bytes]:
    """Return the status and the body of an answer."""
    content = b""
    while b"\r\n\r\n" not in content:
        content += _more(connection)
    head, _, body = content.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(
        int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")
    )
    while len(body) < length:
        body += _more(connection)
    return int(lines[0].split()[1]), body


def _more(connection: socket.socket) -> bytes:
    content = connection.recv(1 << 16)
    if not content:
        raise SystemExit("the server closed the connection: expected an answer")
    return content


def measured(folder: str, requests: int, threads: int) -> str:
    """Return the table."""
    rows: list[tuple[str, str]] = []
    ids: list[str] = []
    for ranker in ("word2vec", "blend"):
        milliseconds, ids = alone(folder, ranker)
        rows.append(
            (f"next in this process, {ranker}", f"{milliseconds:.2f} ms, median of {ALONE}")
        )
    with server(folder) as (port, process):
        load_of(port, ids, WARM, threads, 1000)
        before, used = memory_of(process), seconds_of(process)
        note(f"{requests:,} requests by {threads} threads")
        asked = load_of(port, ids, requests, threads, 1)
        after, used = memory_of(process), seconds_of(process) - used
    slow = np.percentile(asked.milliseconds, 99)
    rows += [
        (f"next over HTTP, {threads} connections", f"{asked.rate:.0f} requests a second"),
        ("a request", f"{median(asked.milliseconds):.2f} ms, median; {slow:.2f} ms, 99 of 100"),
        ("CPU of the server", f"{1000 * used / requests:.2f} ms a request"),
        ("memory after the first 500", f"{before / 1e6:.1f} MB"),
        (f"memory after {requests:,} more", f"{after / 1e6:.1f} MB"),
    ]
    return f"{machine()}\n\n{tabulate(rows, tablefmt='plain', disable_numparse=True)}"


def main(words: list[str]) -> None:
    """Run the command line."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=about)
    parser.add_argument(
        "folder", nargs="?", default=".", help="a checkout in which `make repro` has run (here)"
    )
    parser.add_argument(
        "--requests", type=int, default=10_000, help="requests over HTTP (%(default)s)"
    )
    parser.add_argument("--threads", type=int, default=2, help="threads that ask (%(default)s)")
    given = parser.parse_args(words)
    if given.requests < 1 or not 1 <= given.threads <= 64:
        parser.error("expected 1 request or more, and from 1 to 64 threads")
    print(measured(given.folder, given.requests, given.threads))


if __name__ == "__main__":
    main(sys.argv[1:])
