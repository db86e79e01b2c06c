"""Candidate engines for several machines, behind the project's own protocol."""

import json
import os
import pickle
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT
from playlist2vec.engine.local import AHEAD, Engine, LocalEngine


def pickled(function: Callable[[Any], Any], item: Any) -> bytes:
    """Run a task of Ray and pickle the result: arrays handed out by Ray cannot be changed."""
    return pickle.dumps(function(item), pickle.HIGHEST_PROTOCOL)


class RayEngine:
    """Items as tasks of Ray, on this machine."""

    def __init__(self, workers: int) -> None:
        import ray

        self._ray, self._workers = ray, workers
        ray.init(
            num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR"
        )
        self._call = ray.remote(pickled)

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """See `Engine.map`."""
        shared = self._ray.put(function)
        waiting: deque[Any] = deque()
        for item in items:
            waiting.append(self._call.remote(shared, item))
            if len(waiting) > AHEAD * self._workers:
                yield pickle.loads(self._ray.get(waiting.popleft()))
        while waiting:
            yield pickle.loads(self._ray.get(waiting.popleft()))

    def close(self) -> None:
        """Shut Ray down."""
        self._ray.shutdown()


class SparkEngine:
    """Items as jobs of Spark, with executors on this machine.

    A job has a single item, so that few results are in memory at once.
    """

    def __init__(self, workers: int) -> None:
        from pyspark import SparkConf, SparkContext

        self._workers = workers
        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.memory": "2g",
            "spark.driver.maxResultSize": "0",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.executorEnv.PYTHONPATH": str(ROOT),
            "spark.log.level": "ERROR",
            "spark.ui.showConsoleProgress": "false",
        }
        conf = SparkConf().setMaster(f"local[{workers}]").setAll(list(settings.items()))
        os.environ["PYSPARK_PYTHON"] = sys.executable
        self._context = SparkContext(conf=conf)
        self._context.setLogLevel("ERROR")
        self._threads = ThreadPoolExecutor(2 * workers)

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """See `Engine.map`."""
        shared = self._context.broadcast(function)

        def job(item: Any) -> Any:
            return (
                self._context.parallelize([item], 1)
                .map(lambda each: shared.value(each))
                .collect()[0]
            )

        waiting: deque[Future[Any]] = deque()
        for item in items:
            waiting.append(self._threads.submit(job, item))
            if len(waiting) > AHEAD * self._workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """Stop Spark."""
        self._threads.shutdown()
        self._context.stop()


@contextmanager
def started(candidate: str, workers: int, folder: Path) -> Iterator[Engine]:
    """Start an engine with `workers` workers; `folder`: for files on disk."""
    with ExitStack() as stack:
        engine: Engine
        if candidate == "dask":
            engine = stack.enter_context(_dask(workers, folder))
        elif candidate == "ray":
            engine = RayEngine(workers)
        elif candidate == "spark":
            engine = SparkEngine(workers)
        else:
            engine = LocalEngine(workers)
        # The start of the engine's processes counts as start-up.
        list(engine.map(abs, range(2 * workers)))
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def _dask(workers: int, folder: Path) -> Iterator[Engine]:
    from playlist2vec.engine.dask import DaskEngine

    file = folder / "scheduler.json"
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    ask = [sys.executable, "-m"]
    commands = [[*ask, "distributed.cli.dask_scheduler", *common, "--port", "0"]]
    worker = [
        *ask,
        "distributed.cli.dask_worker",
        *common,
        "--nthreads",
        "1",
        "--local-directory",
        str(folder),
    ]
    commands += [worker] * workers
    quiet = subprocess.DEVNULL
    own = os.environ | {"DASK_TEMPORARY_DIRECTORY": str(folder)}
    processes = [
        subprocess.Popen(each, env=own, stdin=quiet, stdout=quiet, stderr=quiet)
        for each in commands
    ]
    try:
        while not file.exists():
            time.sleep(0.05)
        address = json.loads(file.read_text("utf-8"))["address"]
        from distributed import Client

        with Client(address) as client:
            client.wait_for_workers(workers)
        yield DaskEngine(address)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
