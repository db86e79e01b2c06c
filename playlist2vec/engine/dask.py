"""The engine `dask`: items of a stage run on a Dask cluster, whose workers see the project's
folder.
"""

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import playlist2vec
from playlist2vec.base.errors import DataError
from playlist2vec.engine import worker_process, worker_side
from playlist2vec.engine.cluster import Shipped, connect, result_of, threads
from playlist2vec.engine.worker_side import Session

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2
"""Items a thread of the cluster that are given out before the results of earlier ones have been
taken.
"""
RETRIES = 3
"""How often an item is tried again whose process ended."""
SMALL = 1 << 16
"""Bytes of a function, with what is bound to it, up to which it travels with every item."""
COUNT_EVERY = 10.0
SIGHT = 10.0
"""Seconds within which a file that was just written must be seen on every machine."""
PINS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_CORETYPE")
NAMED = "engine.address"


class DaskEngine:
    """Runs items in processes of a Dask cluster's workers."""

    def __init__(self, address: str) -> None:
        """Reach the cluster and have every worker there say what it is.

        Raises DataError, in one line, for an address where none is, and for a worker that does not
        see this folder, or whose code or libraries are others than here.
        """
        self._client = connect(address, NAMED)
        self._address = address
        self._counted = 0.0
        self._threads = 1
        self._token = uuid4().hex
        # Named as `whole_file` names what is not finished, so that Git, DVC and whoever tidies up
        # know it.
        self._probe = Path.cwd() / f".engine-{self._token[:8]}.{os.getpid()}.unfinished"
        self._run = Shipped(worker_side.run_item, worker_side, worker_process)
        self._session = astuple(
            Session(
                token=self._token,
                folder=str(Path.cwd()),
                code=str(Path(playlist2vec.__file__).resolve().parent.parent),
                probe=str(self._probe),
                sight=str(SIGHT),
                facts=worker_process.facts(),
                pins={name: os.environ[name] for name in PINS if name in os.environ},
            )
        )
        try:
            self._probe.write_text(self._token, encoding="utf-8")
            self._ask_everybody()
        except BaseException:
            self.close()
            raise

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """See `engines.Engine.map`. What is bound by `functools.partial` travels once to each
        worker.
        """
        content = pickle.dumps(function)
        digest = sha256(content).digest()
        shared = self._given(content) if len(content) > SMALL else content
        waiting: deque[tuple[Any, str]] = deque()
        try:
            for number, item in enumerate(items):
                packed = pickle.dumps(item)
                waiting.append(
                    (self._submit(digest, shared, packed, None), f"item {number} ({item!r:.100})")
                )
                if len(waiting) > AHEAD * self._width():
                    yield self._taken(*waiting.popleft())
            while waiting:
                yield self._taken(*waiting.popleft())
        finally:
            if waiting and self._client.status == "running":
                self._client.cancel([future for future, _ in waiting], force=True)

    def close(self) -> None:
        """Let the workers' processes end, and leave the cluster as it was."""
        self._probe.unlink(missing_ok=True)
        if self._client.status == "running":
            dismiss = Shipped(worker_side.dismiss, worker_side, worker_process)
            self._client.run(dismiss, self._token, on_error="ignore")
        self._client.close(timeout=2)

    def _ask_everybody(self) -> None:
        content = pickle.dumps(int)
        digest, nothing = sha256(content).digest(), pickle.dumps(0)
        asked = [
            self._submit(digest, content, nothing, worker) for worker in self._client.nthreads()
        ]
        for future in asked:
            self._taken(future, "the first item")

    def _submit(self, digest: bytes, function: Any, item: bytes, worker: str | None) -> Any:
        return self._client.submit(
            self._run,
            self._session,
            digest,
            function,
            item,
            key=f"playlist2vec-{uuid4().hex}",
            pure=False,
            retries=RETRIES,
            workers=[worker] if worker else None,
            allow_other_workers=bool(worker),
        )

    def _given(self, content: bytes) -> Any:
        """Bytes as something that every worker holds, and that the cluster makes anew where a
        worker loses it.
        """
        future = self._client.submit(bytes, content, key=f"playlist2vec-{uuid4().hex}", pure=False)
        result_of(
            self._client, self._client.submit(len, future, pure=False), "what all items share"
        )
        self._client.replicate([future])
        return future

    def _width(self) -> int:
        if monotonic() - self._counted > COUNT_EVERY:
            self._counted = monotonic()
            # Where the scheduler has gone, that is said of the result that is waited for.
            with suppress(OSError):
                self._threads = max(1, threads(self._client))
        return self._threads

    def _taken(self, future: Any, what: str) -> Any:
        kind, content, more = result_of(self._client, future, f"{NAMED} = {self._address}: {what}")
        future.release()
        if kind == "done":
            return pickle.loads(content)  # noqa: S301 -- from the cluster that the user chose
        if kind == "refused":
            raise DataError(content)
        if kind == "raised":
            error = pickle.loads(content)  # noqa: S301
            error.add_note(f"in a worker's process:\n{more}")
            raise error
        raise DataError(
            f"{NAMED} = {self._address}: worker {content}: expected workers that see this project's folder under the "
            "same path, with the same Python, libraries and code"
        )
