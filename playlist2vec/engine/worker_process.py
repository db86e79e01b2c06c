"""`python -m playlist2vec.engine.worker_process PROBE TOKEN SECONDS`: run items of a stage for a
Dask worker.

The worker starts this process in the client's project folder, so that the client's code runs with
the client's numeric pins, independent of everything that the worker has loaded. Worker and process
exchange pickled tuples, preceded by their length, through standard input and output. The process
first sends `facts`; then, for each item, a message at the start and the answer. The process ends
when the input ends, when the worker is gone, and after IDLE seconds without work.
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
"""Libraries whose version may change the output of a stage, and Dask."""
IDLE = 20.0
"""Seconds without work after which the process ends."""


def versions(libraries: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of Python and of the given libraries, by name."""
    found = {"Python": platform.python_version()}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def differing(found: dict[str, str], expected: dict[str, str]) -> str:
    """Return the differences between two maps of versions in words; empty for equal maps."""
    others = [name for name, value in expected.items() if found.get(name) != value]
    return ", ".join(f"{name} is {found.get(name)} and here {expected[name]}" for name in others)


def facts() -> dict[str, str]:
    """Return the versions and the hash of the code, which must be equal for client and worker, by
    name.
    """
    digest = sha256()
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*.py")):
        digest.update(
            f"{path.relative_to(package).as_posix()}\n".encode()
            + sha256(path.read_bytes()).digest()
        )
    return versions(LIBRARIES) | {"the code of playlist2vec": digest.hexdigest()[:12]}


def sees(probe: Path, token: str, seconds: float) -> bool:
    """Return True if the file `probe` appears within so many seconds and holds `token`."""
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
    """Read a message from a file descriptor; return None at the end, and after `seconds` without
    input.
    """
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
    """Execution of items; the last function, which may be large, is kept."""

    def __init__(self) -> None:
        self._digest = b""
        self._function: Callable[[Any], Any] = _nothing

    def to(self, digest: bytes, function: bytes, item: bytes) -> tuple[Any, ...]:
        """Run an item; return ("done", pickled result), ("refused", text of a DataError) or
        ("raised", pickled error, trace).

        `function`: pickled; empty for the function of the previous item. `digest`: the hash of the
        function.
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
    """Send the facts, then run items until the input ends."""
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
