"""The engine `dask`: items of a stage run on the workers of a Dask cluster, which see the project's
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
"""Items submitted for each thread of the cluster before the results of earlier items are taken."""
RETRIES = 3
"""Retries of an item whose process ended."""
SMALL = 1 << 16
"""Bytes of a pickled function up to which every item carries a copy."""
COUNT_EVERY = 10.0
SIGHT = 10.0
"""Seconds within which a new file must be visible on every machine."""
PINS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_CORETYPE")
NAMED = "engine.address"


class DaskEngine:
    """Engine that runs items in processes of a Dask cluster's workers."""

    def __init__(self, address: str) -> None:
        """Connect to the cluster and check every worker.

        Raises DataError, in one line, for an address without a cluster, and for a worker that does
        not see this folder, or has different code or libraries.
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
        """Run items as `Engine.map` does; values bound by `functools.partial` travel once to each
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
        """End the workers' processes and disconnect from the cluster."""
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
        """Return a future of bytes that every worker holds, and that the cluster restores where a
        worker loses them.
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
            f"{NAMED} = {self._address}: worker {content}: expected workers that see this "
            "project's folder under the same path, with the same Python, libraries and code"
        )
