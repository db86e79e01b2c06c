"""Downloads from a server that cuts off, lies, refuses or is not there."""

import errno
import gzip
import hashlib
import os
import random
import resource
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.download import Patience, fetch, git_blob_id
from playlist2vec.sources.room import SourceFile

QUICK = Patience(attempts=3, backoff=0.001, connect=10, read=10)
CONTENT = random.Random(1).randbytes(400_000)
HALF = 200_000


def blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


BLOB = blob_id(CONTENT)


class Server(ThreadingHTTPServer):
    """Answers each request by the next of `answers`, the last one for ever; keeps the Range of
    every request.

    An answer is `file`, `no range` (the file, Range ignored), `cut` (half of what was asked for),
    `stall` (the same, then silence), `piece` (half of what was asked for, and announced as such),
    `packed` (gzip whatever is accepted), `elsewhere` (a range that was not asked for), `other`
    (another content of the same size), or a status.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[str] = ["file"]
        self.ranges: list[str | None] = []
        self.sent: list[int] = []
        self.over = threading.Event()

    @property
    def file(self) -> SourceFile:
        return SourceFile(
            "songs.npy", "playlists", f"http://127.0.0.1:{self.server_port}/songs.npy", BLOB
        )

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the game."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        server.ranges.append(self.headers["Range"])
        assert self.headers["Accept-Encoding"] == "identity"
        if answer.isdigit():
            server.sent.append(0)
            self.send_error(int(answer))
            return
        content = bytes(byte ^ 1 for byte in CONTENT) if answer == "other" else CONTENT
        start = (
            int(self.headers["Range"][6:-1])
            if self.headers["Range"] and answer != "no range"
            else 0
        )
        if answer == "packed":
            content, start = gzip.compress(content), 0
        if start >= len(content):
            server.sent.append(0)
            self.send_error(416)
            return
        end = start + (len(content) - start) // 2 if answer == "piece" else len(content)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(end - start))
        if answer == "packed":
            self.send_header("Content-Encoding", "gzip")
        if start:
            shown = start + 1 if answer == "elsewhere" else start
            self.send_header("Content-Range", f"bytes {shown}-{end - 1}/{len(content)}")
        self.end_headers()
        body = (
            content[start : start + (len(content) - start) // 2]
            if answer in ("cut", "stall")
            else content[start:end]
        )
        server.sent.append(len(body))
        self.wfile.write(body)
        if answer == "stall":
            self.wfile.flush()
            server.over.wait(5)

    def log_message(self, *_: object) -> None:
        """Nothing goes to the terminal."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.over.set()
        running.shutdown()
        thread.join()


def by_hand(file: SourceFile, target: Path) -> str:
    return (
        f"to place it by hand, save {file.address} as {target}; "
        f"`git hash-object --no-filters {target}` must print {BLOB}"
    )


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def error_of(file: SourceFile, incoming: Path) -> str:
    with pytest.raises(DataError) as caught:
        fetch(file, incoming, QUICK)
    return str(caught.value)


@pytest.mark.parametrize("content", [b"", b"one\r\ntwo\n", CONTENT])
def test_blob_id_is_gits(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    git = subprocess.run(
        ["git", "hash-object", "--no-filters", path],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert git_blob_id(path) == git.stdout.strip()


def test_a_missing_file_is_downloaded_whole(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    incoming = tmp_path / "not" / "yet"
    assert fetch(server.file, incoming, QUICK) == incoming / "songs.npy"
    assert (incoming / "songs.npy").read_bytes() == CONTENT
    assert names(incoming) == ["songs.npy"]
    assert server.ranges == [None]
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "songs.npy: 100%" in shown.err
    assert "400k/400k" in shown.err


def test_the_right_file_placed_by_hand_is_kept_without_a_request(
    server: Server, tmp_path: Path
) -> None:
    placed = tmp_path / "songs.npy"
    placed.write_bytes(CONTENT)
    os.utime(placed, (1, 1))
    assert fetch(server.file, tmp_path, QUICK) == placed
    assert placed.stat().st_mtime == 1
    assert server.ranges == []


def test_a_wrong_file_placed_by_hand_is_left_and_named(server: Server, tmp_path: Path) -> None:
    placed = tmp_path / "songs.npy"
    placed.write_bytes(b"mine")
    os.utime(placed, (1, 1))
    assert error_of(server.file, tmp_path) == (
        f"{placed}: its blob id is {blob_id(b'mine')}, expected {BLOB}: it was left as it is; "
        f"remove it to have it downloaded, or replace it: {by_hand(server.file, placed)}"
    )
    assert (placed.read_bytes(), placed.stat().st_mtime) == (b"mine", 1)
    assert server.ranges == []


@pytest.mark.parametrize(("cut", "read"), [("cut", 10.0), ("stall", 0.5)])
def test_a_cut_off_download_goes_on_within_one_call(
    server: Server, tmp_path: Path, cut: str, read: float
) -> None:
    server.answers = [cut, "file"]
    assert fetch(server.file, tmp_path, replace(QUICK, read=read)).read_bytes() == CONTENT
    first, second = server.ranges
    assert first is None
    assert second is not None
    start = int(second.removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= HALF
    assert server.sent == [HALF, len(CONTENT) - start]


def test_the_next_call_goes_on_where_the_last_one_was_killed(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / ".songs.npy.part").write_bytes(CONTENT[:HALF])
    assert fetch(server.file, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.ranges == [f"bytes={HALF}-"]
    assert server.sent == [len(CONTENT) - HALF]
    assert names(tmp_path) == ["songs.npy"]


def test_a_server_may_send_less_than_was_asked_for(server: Server, tmp_path: Path) -> None:
    (tmp_path / ".songs.npy.part").write_bytes(CONTENT[:HALF])
    server.answers = ["piece", "file"]
    assert fetch(server.file, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.ranges == [f"bytes={HALF}-", f"bytes={HALF + HALF // 2}-"]
    assert server.sent == [HALF // 2, HALF // 2]


def test_many_cuts_are_survived_as_long_as_there_is_progress(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / ".songs.npy.part").write_bytes(CONTENT[:10])
    server.answers = ["cut", "cut", "503", "cut", "file"]
    assert fetch(server.file, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.ranges[0] == "bytes=10-"


def test_cuts_without_progress_end_and_what_came_is_kept(server: Server, tmp_path: Path) -> None:
    have = len(CONTENT) - 1
    part = tmp_path / ".songs.npy.part"
    part.write_bytes(CONTENT[:have])
    server.answers = ["cut"]
    assert error_of(server.file, tmp_path) == (
        f"{tmp_path / 'songs.npy'}: the download failed: cut off 3 times in a row without progress "
        f"(399,999 bytes are kept in {part} and the next run goes on from there); "
        f"{by_hand(server.file, tmp_path / 'songs.npy')}"
    )
    assert server.ranges == [f"bytes={have}-"] * 3
    assert part.read_bytes() == CONTENT[:have]


def test_a_whole_part_is_only_renamed(server: Server, tmp_path: Path) -> None:
    (tmp_path / ".songs.npy.part").write_bytes(CONTENT)
    assert fetch(server.file, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.ranges == []


@pytest.mark.parametrize(
    ("part", "answers", "ranges"),
    [
        (CONTENT[:HALF], ["no range"], [f"bytes={HALF}-"]),
        (CONTENT[:HALF], ["elsewhere", "file"], [f"bytes={HALF}-", None]),
        (CONTENT + b"more", ["file"], ["bytes=400004-", None]),
        (b"other" * 9, ["file"], ["bytes=45-", None]),
        (b"", ["packed"], [None]),
        (b"", ["503", "429", "file"], [None, None, None]),
    ],
    ids=["range ignored", "another range", "too long: 416", "wrong beginning", "packed", "busy"],
)
def test_what_cannot_go_on_starts_anew(
    server: Server, tmp_path: Path, part: bytes, answers: list[str], ranges: list[str | None]
) -> None:
    (tmp_path / ".songs.npy.part").write_bytes(part)
    server.answers = answers
    assert fetch(server.file, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.ranges == ranges


@pytest.mark.parametrize(("part", "requests"), [(b"", 1), (CONTENT[:HALF], 2)])
def test_wrong_content_is_thrown_away(
    server: Server, tmp_path: Path, part: bytes, requests: int
) -> None:
    if part:
        (tmp_path / ".songs.npy.part").write_bytes(part)
    server.answers = ["other"]
    found = blob_id(bytes(byte ^ 1 for byte in CONTENT))
    assert error_of(server.file, tmp_path) == (
        f"{tmp_path / 'songs.npy'}: the blob id of what was downloaded is {found}, expected "
        f"{BLOB}: it was thrown away; {by_hand(server.file, tmp_path / 'songs.npy')}"
    )
    assert len(server.ranges) == requests
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "shown", "requests"),
    [("404", "404 Not Found", 1), ("503", "503 Service Unavailable", 3)],
)
def test_a_refusal_says_how_to_place_the_file(
    server: Server, tmp_path: Path, status: str, shown: str, requests: int
) -> None:
    server.answers = [status]
    target = tmp_path / "songs.npy"
    assert (
        error_of(server.file, tmp_path)
        == f"{target}: the server answered {shown}; {by_hand(server.file, target)}"
    )
    assert len(server.ranges) == requests
    assert names(tmp_path) == []


def test_no_network_says_how_to_place_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as closed:  # bound, and nobody listens
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/songs.npy"
        file, target = SourceFile("songs.npy", "playlists", address, BLOB), tmp_path / "songs.npy"
        assert error_of(file, tmp_path) == (
            f"{target}: the download failed: [Errno {errno.ECONNREFUSED}] Connection refused; "
            f"{by_hand(file, target)}"
        )


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_keeps_what_came(server: Server, tmp_path: Path) -> None:
    target, part = tmp_path / "songs.npy", tmp_path / ".songs.npy.part"
    with no_file_larger_than(HALF):
        text = error_of(server.file, tmp_path)
    assert text == (
        f"{target}: it could not be written: File too large "
        f"({part.stat().st_size:,} bytes are kept in {part} and the next run goes on from there); "
        f"{by_hand(server.file, target)}"
    )
    assert fetch(server.file, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.sent[1] < len(CONTENT)
