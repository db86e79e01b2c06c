"""Functions that run inside a Dask worker: they keep processes for a client and hand items to them.

The client sends these functions by value, so that a worker needs no part of the project. State
between two items is kept in attributes of the worker.
"""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from playlist2vec.engine.worker_process import differing, receive, send

LOCK, KEPT, GONE = "playlist2vec_lock", "playlist2vec_processes", "playlist2vec_gone"
START = 60.0
"""Seconds within which a new process must send its facts."""
LOOK_EVERY = 0.5
"""Seconds between two checks whether an item was cancelled."""


@dataclass(frozen=True)
class Session:
    """Settings that a client sends to every worker: the working folder, the folder of the code, and
    facts that must be equal.

    `probe`: a file written by the client, with `token` in it, which must be visible within `sight`
    seconds. `pins`: environment variables of the processes.
    """

    token: str
    folder: str
    code: str
    probe: str
    sight: str
    facts: dict[str, str]
    pins: dict[str, str]


def run_item(
    session: tuple[Any, ...], digest: bytes, function: bytes, item: bytes
) -> tuple[str, Any, str]:
    """Run an item in a process of this worker; return the answer, with the worker's address instead
    of a trace.

    `session`: the fields of a Session. Besides the answers of `worker_process.Answers`, ("unfit",
    line) is possible. Raises ChildProcessError when the process ends before it answers: Dask then
    retries the item.
    """
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    for _ in range(3):
        process = take(worker, session)
        if isinstance(process, str):
            return "unfit", process, worker.address
        send_it = digest != process.playlist2vec_function
        try:
            send(process.stdin.fileno(), (digest, function if send_it else b"", item))
            begun = receive(process.stdout.fileno(), START)
        except BrokenPipeError:
            begun = None
        # One that has just ended for want of work is none that failed.
        if begun is not None:
            process.playlist2vec_function = digest
            break
        end(process)
    while not readable(process.stdout.fileno(), LOOK_EVERY):
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            end(process)
            return "cancelled", "", worker.address
    answer = receive(process.stdout.fileno(), START)
    if answer is None:
        code = end(process)
        how = f"signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"exit code {code}"
        raise ChildProcessError(f"{worker.address}: its process ended by {how}")
    if answer[0] == "raised":
        # The function itself may not have been read.
        process.playlist2vec_function = b""
    give_back(worker, session, process)
    return answer[0], answer[1], answer[2] if len(answer) > 2 else worker.address


def take(worker: Any, session: tuple[Any, ...]) -> Any:
    """Return a free or new process of the worker, or a line of text if the worker is unsuitable."""
    with vars(worker).setdefault(LOCK, threading.Lock()):
        for processes in vars(worker).setdefault(KEPT, {}).values():
            processes[:] = [each for each in processes if each.poll() is None]
        free = vars(worker)[KEPT].get(session[0], [])
        if free:
            return free.pop()
    return begin(worker.address, session)


def begin(address: str, session: tuple[Any, ...]) -> Any:
    """Start a process; return a line of text instead if the worker is unsuitable."""
    token, folder, code, probe, sight, expected, pins = session
    inherited = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"}
    try:
        process: Any = subprocess.Popen(
            [sys.executable, "-m", "playlist2vec.engine.worker_process", probe, token, sight],
            cwd=folder,
            env=inherited
            | pins
            | {"PYTHONPATH": os.pathsep.join(filter(None, [code, os.environ.get("PYTHONPATH")]))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        return f"{address}: {folder} is not there ({error.strerror})"
    told = receive(process.stdout.fileno(), START)
    if told is None:
        end(process)
        return f"{address}: {sys.executable} does not start the code in {code}; its log says why"
    _, found, seen = told
    wrong = differing(found, expected)
    if seen and not wrong:
        process.playlist2vec_function = b""
        return process
    end(process)
    if wrong:
        return f"{address}: {wrong}"
    return f"{address}: its {folder} is another folder than that of this machine"


def give_back(worker: Any, session: tuple[Any, ...], process: Any) -> None:
    """Keep a process for the next item, unless the client is gone."""
    with vars(worker)[LOCK]:
        if session[0] not in vars(worker).get(GONE, ()):
            vars(worker)[KEPT].setdefault(session[0], []).append(process)
            return
    end(process)


def dismiss(token: str, dask_worker: Any) -> None:
    """End the processes kept for a client, and keep no more of them."""
    with vars(dask_worker).setdefault(LOCK, threading.Lock()):
        vars(dask_worker).setdefault(GONE, set()).add(token)
        processes = vars(dask_worker).setdefault(KEPT, {}).pop(token, [])
    for process in processes:
        end(process)


def end(process: Any) -> int:
    """End a process and return its exit code; a process that ended by itself keeps its own."""
    if process.poll() is None:
        process.stdin.close()
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            process.kill()
    process.stdout.close()
    code: int = process.wait()
    return code


def readable(stream: int, seconds: float) -> bool:
    """Return True if a stream has input, or has ended, within so many seconds."""
    import select

    return bool(select.select([stream], [], [], seconds)[0])
