"""What runs inside a worker of a Dask cluster: it keeps processes for a client and gives them
items.

The client sends these functions along by value, so that a worker needs nothing of the project. What
they keep between two items hangs on the worker itself.
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
"""Seconds within which a process must have said what it is."""
LOOK_EVERY = 0.5
"""Seconds after which a worker looks again whether anybody still wants the item."""


@dataclass(frozen=True)
class Session:
    """What a client tells every worker: its working folder, where its code is, and what must be the
    same there.

    `probe`: a file that the client wrote, with `token` in it, which is to be seen within `sight`
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
    """Have a process of this worker run an item; what it answers, with the worker's address in the
    place of a trace.

    `session`: the fields of a Session. Beside the answers of `worker_process.Answers` there is
    ("unfit", line). Raises ChildProcessError when the process ends before it answers: Dask gives
    the item to a worker once more.
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
    """A process of the worker that is free, or a new one; a line of text where this worker is not
    fit for the work.
    """
    with vars(worker).setdefault(LOCK, threading.Lock()):
        for processes in vars(worker).setdefault(KEPT, {}).values():
            processes[:] = [each for each in processes if each.poll() is None]
        free = vars(worker)[KEPT].get(session[0], [])
        if free:
            return free.pop()
    return begin(worker.address, session)


def begin(address: str, session: tuple[Any, ...]) -> Any:
    """Start a process; a line of text where this worker is not fit for it."""
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
    """Keep a process for the next item, unless the client has gone."""
    with vars(worker)[LOCK]:
        if session[0] not in vars(worker).get(GONE, ()):
            vars(worker)[KEPT].setdefault(session[0], []).append(process)
            return
    end(process)


def dismiss(token: str, dask_worker: Any) -> None:
    """End the processes that the worker keeps for a client, now and from now on."""
    with vars(dask_worker).setdefault(LOCK, threading.Lock()):
        vars(dask_worker).setdefault(GONE, set()).add(token)
        processes = vars(dask_worker).setdefault(KEPT, {}).pop(token, [])
    for process in processes:
        end(process)


def end(process: Any) -> int:
    """End a process; its exit code, that of its own end where there was one."""
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
    """Whether there is something to read within so many seconds, or the end."""
    import select

    return bool(select.select([stream], [], [], seconds)[0])
