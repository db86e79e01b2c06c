"""Servers on this machine that answer like SoundCloud's api-v2, and like the CDN with its sound,
faults included.

By hand: `python -m tests.builders.soundcloud.server --port 0` prints their addresses and answers
until Ctrl-C.
"""

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.builders.soundcloud.answering import FaultyServer, check_rate
from tests.builders.soundcloud.answers import answer
from tests.builders.soundcloud.catalogue import Catalogue, plant
from tests.builders.soundcloud.cdn import CdnServer
from tests.builders.soundcloud.faults import bend
from tests.builders.soundcloud.media import media_answer

CLIENT_ID, TOKEN = "invented-client-id-1", "2-invented-oauth-token-2"
"""The credentials that the server accepts."""


class SoundCloudServer(FaultyServer):
    """Answers what `catalogue` holds. `ragged`: pages are short, some empty. `elsewhere`: the
    address of another host.

    `cdn`: the server of sound and pictures, which runs as long as this one.
    """

    def __init__(self, catalogue: Catalogue, port: int = 0) -> None:
        super().__init__(port)
        self.catalogue = catalogue
        self.cdn = CdnServer(catalogue)
        self.ragged = False
        self.elsewhere = "http://127.0.0.1:1"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, without credentials."""
        return [
            request.path.replace(f"client_id={CLIENT_ID}", "client_id=")
            for request in self.requests
        ]

    def check_rate(self, per_second: float) -> None:
        """Assert that requests to both servers together came at this rate at most."""
        check_rate([*self.requests, *self.cdn.requests], per_second)

    def check_headers(self) -> None:
        """Assert that every request said who asks, and that none to the CDN had a credential."""
        super().check_headers()
        self.cdn.check_headers()
        for request in self.cdn.requests:
            told = f"{request.path} {request.headers}"
            assert not any(
                secret in told for secret in (CLIENT_ID, TOKEN, "Authorization", "Cookie")
            )

    def allowed(self, headers: dict[str, str], query: dict[str, str]) -> bool:
        return (
            query.get("client_id") == CLIENT_ID or headers.get("Authorization") == f"OAuth {TOKEN}"
        )

    def respond(self, path: str, headers: dict[str, str], fault: str) -> tuple[int, bytes]:
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        status: int = 401
        body: Any = {}
        if self.allowed(headers, query):
            found = media_answer(self.catalogue, parts.path, query, self.cdn.new_key)
            status, body = found or answer(
                self.catalogue, self.address, parts.path, query, ragged=self.ragged
            )
        body = bend(fault, body, self.address + parts.path, self.elsewhere)
        return status, json.dumps(body, ensure_ascii=self.catalogue.ascii).encode()


@contextmanager
def soundcloud_server(catalogue: Catalogue | None = None) -> Iterator[SoundCloudServer]:
    """Both servers, running inside the block, of the planted catalogue unless another is given."""
    with SoundCloudServer(plant() if catalogue is None else catalogue) as server, server.cdn as cdn:
        threads = [
            threading.Thread(target=each.serve_forever, args=(0.01,)) for each in (server, cdn)
        ]
        for thread in threads:
            thread.start()
        try:
            yield server
        finally:
            for each in (server, cdn):
                each.over.set()
                each.shutdown()
            for thread in threads:
                thread.join()


def main() -> None:
    """Answer until Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    parser.add_argument("--seed", type=int, default=1, help="of the catalogue")
    given = parser.parse_args()
    with SoundCloudServer(plant(given.seed), given.port) as server, server.cdn as cdn:
        threading.Thread(target=cdn.serve_forever, daemon=True).start()
        keys = f"SC_CLIENT_ID={CLIENT_ID} SC_OAUTH_TOKEN={TOKEN}"
        start = f"https://soundcloud.com/user-1/sets/list-{min(server.catalogue.playlists)}"
        print(f"--address {server.address} --cdn {cdn.address} --start {start} {keys}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.over.set()
            cdn.shutdown()


if __name__ == "__main__":
    main()
