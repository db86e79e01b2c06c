"""A server on this machine that answers like Deezer, faults included."""

import io
import json
import re
import threading
import time
import wave
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from playlist2vec.online.deezer.cache import Song

FAULTS = {
    "quota": b'{"error":{"type":"Exception","message":"Quota limit exceeded","code":4}}',
    "busy": b'{"error":{"type":"Exception","message":"Service busy","code":700}}',
    "unknown": b'{"error":{"type":"DataException","message":"no data","code":800}}',
    "refused": b'{"error":{"type":"ParameterException","message":"Wrong parameter","code":500}}',
    "page": b"<!DOCTYPE html>\n<title>Log in to the hotel</title>",
    "other shape": b'{"playlist":[]}',
}
"""Answers with HTTP 200 that are no songs."""


class Raw(bytes):
    """All bytes of an answer, the status line included."""


class DeezerServer(ThreadingHTTPServer):
    """Answers what `songs` hold, but first, request by request, the faults in `script`.

    A fault is a key of FAULTS; bytes, the body of an answer; Raw; a status, such as `500`;
    `silent`, no answer; `slow`, the right answer after a while; `truncated`, half of it; `hang up`,
    none of it; `drip`, a byte now and then without end. `previews`: raw answers to the next
    requests for previews. `preview_address`: where songs say that their previews are. `paths`,
    `times`: of every request to the API, its path and when it came (time.monotonic). `asked`: is
    set when a request meets `silent`. `without_preview`: ids of songs that have none. The address
    of a preview is another one at each answer, and plays what `sounds` holds for the song, or a
    tenth of a second. `gone`: ids of songs whose previews are not there. `isrcs`: ids of songs by
    code. `preview_times`: how often the preview of a song was asked for.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.songs: dict[int, Song] = {}
        self.without_preview: set[int] = set()
        self.script: list[str | bytes] = []
        self.previews: list[bytes] = []
        self.sounds: dict[int, bytes] = {}
        self.gone: set[int] = set()
        self.isrcs: dict[str, int] = {}
        self.preview_times: Counter[int] = Counter()
        self.preview_address = ""
        self.paths: list[str] = []
        self.times: list[float] = []
        self.asked = threading.Event()
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the game."""

    def add(self, *songs: Song) -> None:
        self.songs |= {song.id: song for song in songs}

    def entry(self, song: Song) -> dict[str, Any]:
        """A song as the API writes it, with some of what is of no use here."""
        preview = (
            self.preview_address or f"{self.address}/preview/{song.id}.wav?exp={len(self.paths)}"
        )
        return {
            "id": song.id,
            "readable": song.id not in self.without_preview,
            "title": song.title,
            "title_short": song.title,
            "title_version": "",
            "link": f"https://www.example.org/track/{song.id}",
            "duration": song.duration,
            "rank": 100000,
            "preview": "" if song.id in self.without_preview else preview,
            "artist": {
                "id": 7,
                "name": song.artist,
                "tracklist": "https://www.example.org/7",
                "type": "artist",
            },
            "album": {"id": 8, "title": song.album, "type": "album"},
            "type": "track",
        }

    def answer(self, path: str) -> bytes:
        parts = urlsplit(path)
        if parts.path == "/search":
            wanted = parse_qs(parts.query)["q"][0]
            words = [text.casefold() for _, text in re.findall('(artist|track):"([^"]*)"', wanted)]
            found = [
                self.entry(song)
                for song in self.songs.values()
                if all(word in f"{song.artist} {song.title}".casefold() for word in words)
            ]
            return json.dumps({"data": found, "total": len(found)}).encode()
        number = parts.path.removeprefix("/track/")
        code = number.removeprefix("isrc:")
        song = self.songs.get(int(number) if code == number else self.isrcs.get(code, 0))
        return json.dumps(self.entry(song)).encode() if song else FAULTS["unknown"]


class _Handler(BaseHTTPRequestHandler):
    server: DeezerServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        if self.path.startswith("/preview/"):
            number = int(self.path.removeprefix("/preview/").partition(".")[0])
            server.preview_times[number] += 1
            if server.previews:
                self.wfile.write(server.previews.pop(0))
                self.close_connection = True
            elif number in server.gone:
                self.send(b"sorry", 403)
            else:
                self.send(server.sounds.get(number) or tone())
            return
        server.times.append(time.monotonic())
        server.paths.append(unquote(self.path))
        fault = server.script.pop(0) if server.script else ""
        if isinstance(fault, Raw):
            self.wfile.write(fault)
            self.close_connection = True
        elif isinstance(fault, bytes):
            self.send(fault)
        elif fault in FAULTS:
            self.send(FAULTS[fault])
        elif fault.isdigit():
            self.send(b"<html>sorry</html>", int(fault))
        elif fault == "silent":
            server.asked.set()
            server.over.wait(30)
            self.close_connection = True
        elif fault == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not server.over.wait(0.05):
                self.wfile.write(b" ")
        elif fault == "hang up":
            self.close_connection = True
        else:
            server.over.wait(0.2 if fault == "slow" else 0)
            self.send(server.answer(self.path), half=fault == "truncated")

    def send(self, content: bytes, status: int = 200, *, half: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if half else content)
        self.close_connection = half

    def log_message(self, *_: object) -> None:
        """Nothing goes to the terminal."""


def tone() -> bytes:
    """A WAV file: 0.1 s of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return file.getvalue()


@contextmanager
def deezer_server() -> Iterator[DeezerServer]:
    """A server that runs inside the block."""
    with DeezerServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
