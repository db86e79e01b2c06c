"""`python -m playlist2vec.engine.worker_process PROBE TOKEN SECONDS`: runs items of a stage for a
worker of a cluster.

The worker starts it in the project's folder as the client sees it, so that it runs the client's
code with the client's numeric pins, whatever else the worker does and has loaded. They talk through
its standard input and output: messages are pickled tuples behind their length. It says first what
it is (`facts`); then, for each item, that it begins and what came of it. It ends when its input
does, when the worker has gone, and after some seconds without work.
"""

import os
import pickle
import platform
import select
import struct
import sys
import time
import traceback
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from playlist2vec.base.orphans import end_with

LIBRARIES = ("numpy", "pandas", "orjson", "msgspec", "pyarrow", "zstandard", "distributed")
"""The libraries whose version may change what a stage writes, and Dask's."""
IDLE = 20.0
"""Seconds without work after which the process ends."""


def versions(libraries: tuple[str, ...]) -> dict[str, str]:
    """The versions of Python and of these libraries, by name."""
    found = {"Python": platform.python_version()}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def differing(found: dict[str, str], expected: dict[str, str]) -> str:
    """What differs between two such maps, in words; empty if nothing does."""
    others = [name for name, value in expected.items() if found.get(name) != value]
    return ", ".join(f"{name} is {found.get(name)} and here {expected[name]}" for name in others)


def facts() -> dict[str, str]:
    """What must be the same where a stage is started and where its items run, by name."""
    digest = sha256()
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*.py")):
        digest.update(
            f"{path.relative_to(package).as_posix()}\n".encode()
            + sha256(path.read_bytes()).digest()
        )
    return versions(LIBRARIES) | {"the code of playlist2vec": digest.hexdigest()[:12]}


def sees(probe: Path, token: str, seconds: float) -> bool:
    """Whether the file `probe` is seen here within so many seconds, and holds `token`."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if probe.is_file() and probe.read_text("utf-8") == token:
            return True
        time.sleep(0.2)
    return False


def send(stream: int, message: tuple[Any, ...]) -> None:
    """Write a message to a file descriptor."""
    content = pickle.dumps(message)
    view = memoryview(struct.pack("<Q", len(content)) + content)
    while view:
        view = view[os.write(stream, view) :]


def receive(stream: int, seconds: float) -> tuple[Any, ...] | None:
    """Read a message from a file descriptor; None at its end, and after `seconds` without one."""
    if not select.select([stream], [], [], seconds)[0]:
        return None
    head = _read(stream, 8)
    if len(head) < 8:
        return None
    size = struct.unpack("<Q", head)[0]
    content = _read(stream, size)
    if len(content) < size:
        return None
    message: tuple[Any, ...] = pickle.loads(content)  # noqa: S301 -- written by the worker that started this process
    return message


def _read(stream: int, size: int) -> bytes:
    parts = []
    while size and (part := os.read(stream, min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class Answers:
    """The answers to items, with the last function kept, for it may hold much."""

    def __init__(self) -> None:
        self._digest = b""
        self._function: Callable[[Any], Any] = _nothing

    def to(self, digest: bytes, function: bytes, item: bytes) -> tuple[Any, ...]:
        """Run an item: ("done", pickled result), ("refused", text of a DataError) or ("raised",
        pickled error, trace).

        `function`: pickled, as `digest` tells it from others; empty where it is that of the item
        before.
        """
        from playlist2vec.base.errors import DataError

        try:
            if digest != self._digest:
                self._digest, self._function = b"", _nothing
                self._digest, self._function = digest, pickle.loads(function)  # noqa: S301
            return "done", pickle.dumps(self._function(pickle.loads(item)), pickle.HIGHEST_PROTOCOL)  # noqa: S301
        except DataError as error:
            return "refused", str(error)
        except Exception as error:
            trace = traceback.format_exc()
            try:
                return "raised", pickle.dumps(error), trace
            except (TypeError, AttributeError, pickle.PicklingError):
                return (
                    "raised",
                    pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}")),
                    trace,
                )


def _nothing(item: Any) -> Any:
    raise RuntimeError(f"item {item!r:.100} came without a function")


def main(probe: str, token: str, seconds: str) -> None:
    """Say what this is, then run items until there are none."""
    requests, answers = os.dup(0), os.dup(1)
    # What an item prints goes to the worker's log and not among the messages.
    os.dup2(2, 1)
    end_with(os.getppid())
    send(answers, ("facts", facts(), sees(Path(probe), token, float(seconds))))
    given = Answers()
    while request := receive(requests, IDLE):
        send(answers, ("begun",))
        send(answers, given.to(*request))


if __name__ == "__main__":
    main(*sys.argv[1:])
