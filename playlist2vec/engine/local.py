"""Where the work of a stage runs: pieces of it in this process, or in several processes at once.

A stage cuts its work into items, and what it makes of their results does not depend on where or
when they were made: so every engine, with any number of workers, gives the same bytes. Items are
small, for they travel: a path and what to read there, and workers see the same files under the same
paths.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from itertools import chain, islice
from multiprocessing import get_context
from typing import Protocol, TypeVar

from playlist2vec.base.errors import DataError
from playlist2vec.base.orphans import end_with
from playlist2vec.base.progress import watched
from playlist2vec.engine.params import EngineParams

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2
"""Items a worker that are given out before the results of earlier ones have been taken."""


class Engine(Protocol):
    """What runs the items of a stage."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """The result of `function` for each item, in their order; few items and results are in
        memory at once.

        `function`: of a module, or a `functools.partial` of one. It may run twice for an item. A
        DataError that it raises is raised here; so is one where a worker ends before it is done.
        """

    def close(self) -> None:
        """Leave nothing running."""


class LocalEngine:
    """Runs items in up to `workers` processes on this machine; in this one where there is but one
    item or worker.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: Executor | None = None

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """See `Engine.map`."""
        rest = iter(items)
        first = list(islice(rest, 2))
        if self._workers == 1 or len(first) < 2:
            yield from map(function, first)
            yield from map(function, rest)
            return
        if self._pool is None:
            # Not forked: this process has threads.
            self._pool = ProcessPoolExecutor(
                self._workers, get_context("spawn"), end_with, (os.getpid(),)
            )
        waiting: deque[Future[Result]] = deque()
        try:
            for item in chain(first, rest):
                waiting.append(self._pool.submit(function, item))
                if len(waiting) > AHEAD * self._workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise DataError(
                "a worker process ended before it was done, perhaps for want of memory: expected fewer engine.workers "
                f"than {self._workers}"
            ) from None
        finally:
            for each in waiting:
                each.cancel()

    def close(self) -> None:
        """End the processes; what they work at is still finished."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


class WatchedEngine:
    """Another engine, whose work is shown by a progress bar where it takes long."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """See `Engine.map`."""
        total = len(items) if isinstance(items, Sized) else None
        return watched(self._engine.map(function, items), "working", total, "pieces")

    def close(self) -> None:
        """See `Engine.close`."""
        self._engine.close()


@contextmanager
def open_engine(params: EngineParams) -> Iterator[Engine]:
    """The engine that `params` name, until the block ends. Raises DataError where there is no such
    cluster.
    """
    with closing(_engine(params)) as engine:
        yield WatchedEngine(engine)


def _engine(params: EngineParams) -> Engine:
    if params.name == "dask":
        from playlist2vec.engine.dask import DaskEngine

        return DaskEngine(params.address)
    return LocalEngine(params.workers)
