"""Parallel work in threads with results in the order of the input."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    workers: Iterable[Callable[[Item], Result]], items: Iterable[Item], ahead: int
) -> Generator[tuple[Item, Future[Result]], None, None]:
    """Yield all items with their finished work, in the order of `items`.

    `workers`: functions, with a thread for every function. `ahead`: limit of items that are begun
    before the first of them is yielded. The threads end with the process, so that nothing waits for
    their connections.
    """
    tasks: SimpleQueue[tuple[Item, Future[Result]] | None] = SimpleQueue()
    threads = [Thread(target=_work, args=(worker, tasks), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            task = item, Future[Result]()
            tasks.put(task)
            waiting.append(task)
            if len(waiting) >= ahead:
                yield _finished(waiting.popleft())
        while waiting:
            yield _finished(waiting.popleft())
    finally:
        try:
            while True:
                tasks.get_nowait()
        except Empty:
            for _ in threads:
                tasks.put(None)


def _finished(task: tuple[Item, Future[Result]]) -> tuple[Item, Future[Result]]:
    task[1].exception()
    return task


def _work(
    worker: Callable[[Item], Result], tasks: SimpleQueue[tuple[Item, Future[Result]] | None]
) -> None:
    while task := tasks.get():
        item, future = task
        try:
            future.set_result(worker(item))
        except Exception as error:
            future.set_exception(error)
