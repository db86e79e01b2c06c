"""Processes that answer side by side: Python runs one thread of a process at a time, and a blend is
much Python.

They are forked, so that they share the memory of the models, and each ends when the server does,
however it ends.
"""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from queue import SimpleQueue
from typing import Any

from playlist2vec.serving.asking import Answer, answered, as_answer
from playlist2vec.serving.models import Models

MOST = 4
"""Processes that a server starts, unless it is told how many."""
FAILED = as_answer(
    {"detail": "the server failed at this request, and says more where it was started"}, 500
)
BROKEN = as_answer(
    {"detail": "a process that answers has ended: expected a server that is started again"}, 503
)


def usual_number() -> int:
    """Return the number of processes for this machine; 1 where processes cannot be forked safely."""
    return min(MOST, os.cpu_count() or 1) if sys.platform == "linux" else 1


class Processes:
    """Processes that each answer one question at a time; a question waits until one of them is
    free.
    """

    def __init__(self, connections: list[Connection]) -> None:
        self._free: SimpleQueue[Connection | None] = SimpleQueue()
        self._left = len(connections)
        for connection in connections:
            self._free.put(connection)

    def ask(self, question: str, arguments: dict[str, Any]) -> Answer:
        """Return the answer of the first process that is free."""
        connection = self._free.get()
        if connection is None:
            self._free.put(None)
            return BROKEN
        try:
            connection.send((question, arguments))
            answer: Answer = connection.recv()
        except (EOFError, OSError):
            self._left -= 1
            if not self._left:
                self._free.put(None)
            return BROKEN
        self._free.put(connection)
        return answer


@contextmanager
def forked(models: Models, number: int) -> Iterator[Processes]:
    """Yield processes that answer for some models, and end them; no thread may have been started
    before.
    """
    connections: list[Connection] = []
    children: list[int] = []
    # What is there now stays: neither searched for cycles again, nor copied for being searched.
    gc.collect()
    gc.freeze()
    try:
        for _ in range(number):
            ours, theirs = Pipe()
            child = os.fork()
            if child == 0:
                # What a process holds of the others' connections would keep these open when the
                # server has ended.
                for each in (ours, *connections):
                    each.close()
                _answer_all(models, theirs)
            theirs.close()
            connections.append(ours)
            children.append(child)
        yield Processes(connections)
    finally:
        for connection in connections:
            connection.close()
        for child in children:
            with suppress(ChildProcessError):  # somebody else has waited for it
                os.waitpid(child, 0)


def _answer_all(models: Models, connection: Connection) -> None:
    """Answer questions until the other end is closed, and end the process."""
    # Ctrl-C reaches all processes of a terminal; the server ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            question, arguments = connection.recv()
            try:
                answer = answered(models, question, arguments)
            except (
                Exception
            ):  # an error in the code, which must not leave the server with fewer processes
                sys.excepthook(*sys.exc_info())
                answer = FAILED
            connection.send(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    finally:
        # Not sys.exit: what the server has open is not this process's to close.
        os._exit(0)
