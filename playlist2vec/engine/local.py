"""Engines that run the items of a stage: in this process, or in several processes.

A stage divides work into items, and the output of a stage does not depend on the place or order of
their execution: every engine, with any number of workers, gives the same bytes. Items are small
because they travel between processes: a path and a range to read. Workers see the same files under
the same paths.
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
"""Items submitted for each worker before the results of earlier items are taken."""


class Engine(Protocol):
    """Protocol of an engine, which runs the items of a stage."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the result of `function` for each item, in the order of the items.

        Few items and results are in memory at once. `function`: of a module, or a
        `functools.partial` of one; may run twice for an item. Raises DataError where `function`
        does, and where a worker ends early.
        """

    def close(self) -> None:
        """End all workers."""


class LocalEngine:
    """Engine with up to `workers` processes on this machine.

    A single item, or a single worker, runs in this process.
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
                "a worker process ended before it was done, perhaps for want of memory: expected "
                f"fewer engine.workers than {self._workers}"
            ) from None
        finally:
            for each in waiting:
                each.cancel()

    def close(self) -> None:
        """End the processes; items in progress are finished."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


class WatchedEngine:
    """Wrapper of an engine that shows a progress bar where the work takes long."""

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
    """Yield the engine named by `params`. Raises DataError where the cluster cannot be used."""
    with closing(_engine(params)) as engine:
        yield WatchedEngine(engine)


def _engine(params: EngineParams) -> Engine:
    if params.name == "dask":
        from playlist2vec.engine.dask import DaskEngine

        return DaskEngine(params.address)
    return LocalEngine(params.workers)
