"""Processes that answer in parallel, since a Python process runs one thread at a time.

A blend spends most of its time in Python. The processes are forked, so that they share the memory
of the models. They end with the server, whatever ends the server.
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
"""Default maximum number of processes."""
FAILED = as_answer(
    {"detail": "the server failed at this request: its standard error shows the reason"}, 500
)
BROKEN = as_answer(
    {"detail": "a process of the server has ended: expected a restart of the server"}, 503
)


def usual_number() -> int:
    """Return the default number of processes; 1 if processes cannot be forked safely."""
    return min(MOST, os.cpu_count() or 1) if sys.platform == "linux" else 1


class Processes:
    """Processes that answer one question at a time; a question waits for a free process."""

    def __init__(self, connections: list[Connection]) -> None:
        self._free: SimpleQueue[Connection | None] = SimpleQueue()
        self._left = len(connections)
        for connection in connections:
            self._free.put(connection)

    def ask(self, question: str, arguments: dict[str, Any]) -> Answer:
        """Return the answer of the first free process."""
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
    """Yield processes that answer for some models, and end them on exit.

    No thread may have been started before.
    """
    connections: list[Connection] = []
    children: list[int] = []
    # Objects from before the fork are not collected: a collection would copy the shared memory.
    gc.collect()
    gc.freeze()
    try:
        for _ in range(number):
            ours, theirs = Pipe()
            child = os.fork()
            if child == 0:
                # A copy of a connection would keep it open after the server has ended.
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
            with suppress(ChildProcessError):  # the exit was already collected
                os.waitpid(child, 0)


def _answer_all(models: Models, connection: Connection) -> None:
    """Answer questions until the connection is closed, then exit."""
    # Ctrl-C reaches all processes of a terminal, but the server ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            question, arguments = connection.recv()
            try:
                answer = answered(models, question, arguments)
            except Exception:
                # An error in the code must not leave the server with fewer processes.
                sys.excepthook(*sys.exc_info())
                answer = FAILED
            connection.send(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    finally:
        # Not sys.exit, which would also close files that belong to the server.
        os._exit(0)
