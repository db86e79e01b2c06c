"""A Dask cluster of real processes on this machine, for tests; all of them are ended, and what they
started is gone.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PATIENCE = 60.0


class Cluster:
    """A scheduler and workers, each a process of its own with a log in `folder`."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.workers: list[subprocess.Popen[bytes]] = []
        self._file = folder / "scheduler.json"
        self._scheduler = self._begin("scheduler", "--port", "0")
        wait_for(self._file.exists)
        self.address: str = json.loads(self._file.read_text("utf-8"))["address"]

    def begin_worker(self, threads: int = 1, **environment: str) -> subprocess.Popen[bytes]:
        """Start one that is not started again when it ends, and wait until it is known."""
        known = len(self._known())
        options = ("--nthreads", str(threads), "--no-nanny", "--local-directory", str(self.folder))
        self.workers.append(self._begin("worker", *options, **environment))
        wait_for(lambda: len(self._known()) > known)
        return self.workers[-1]

    def end(self) -> None:
        """SIGTERM, and SIGKILL for what is left of it after that."""
        everybody = [
            psutil.Process(each.pid)
            for each in (*self.workers, self._scheduler)
            if each.poll() is None
        ]
        for each in everybody:
            each.terminate()
        for left in psutil.wait_procs(everybody, timeout=10)[1]:
            left.kill()
        for process in (*self.workers, self._scheduler):
            process.wait()

    def log(self) -> str:
        """Everything that the processes said."""
        return "".join(path.read_text("utf-8") for path in sorted(self.folder.glob("*.log")))

    def _known(self) -> list[str]:
        return [line for line in self.log().splitlines() if "Registered to:" in line]

    def _begin(self, what: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{what}",
            "--host",
            "127.0.0.1",
            "--no-dashboard",
        ]
        number = len(list(self.folder.glob("*.log")))
        with (self.folder / f"{number}-{what}.log").open("wb") as log:
            return subprocess.Popen(
                [*command, "--scheduler-file", str(self._file), *options],
                cwd=self.folder,
                env=os.environ | self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@contextmanager
def cluster(folder: Path, workers: int, **environment: str) -> Iterator[Cluster]:
    """A cluster with so many workers of one thread each, until the block ends."""
    folder.mkdir(parents=True)
    made = Cluster(folder, environment)
    try:
        for _ in range(workers):
            made.begin_worker()
        yield made
    finally:
        made.end()


def item_processes(folder: Path) -> list[psutil.Process]:
    """The processes that run items of a client that works in `folder`."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if "playlist2vec.engine.worker_process" in words and any(
            str(folder) in word for word in words
        ):
            found.append(process)
    return found


def wait_for(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until it holds. Fails when it does not within so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
