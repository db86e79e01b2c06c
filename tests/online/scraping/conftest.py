"""The invented SoundCloud with a few songs, for tests that change them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.builders.soundcloud.catalogue import Catalogue
from tests.builders.soundcloud.server import SoundCloudServer, soundcloud_server

Serving = Callable[[Catalogue], SoundCloudServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """Start a server of a catalogue; at the end of the test its requests are checked."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:

        def start(catalogue: Catalogue) -> SoundCloudServer:
            server = stack.enter_context(soundcloud_server(catalogue))
            stack.callback(server.check_headers)
            return server

        yield start
