"""`python -m benchmarks.engines`: the preparation on one machine and on engines for several, side by side.

Each candidate runs the stages from `ingest` to `split`, unchanged, on the same invented slices in the shape of
Spotify's Million Playlist Dataset: only what maps their functions over the items differs. What is not installed is
left out with a line.
"""

import argparse
import importlib
import importlib.util
import json
import os
import pickle
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import yaml
from packaging.requirements import Requirement
from tabulate import tabulate

import stages  # noqa: F401 -- pins numeric libraries to one thread, before any of them is imported
from benchmarks.measuring import ROOT, note
from benchmarks.table import machine
from playlist2vec.engine.local import AHEAD, Engine, LocalEngine

ENTRIES_A_PLAYLIST = 66.4
PACKAGES = {"local": "", "dask": "distributed", "ray": "ray", "spark": "pyspark"}
"""What each candidate needs installed."""
RUNS = (("local", 1), ("local", 2), ("dask", 1), ("dask", 2), ("ray", 2), ("spark", 2))
STAGES = ("ingest", "filter", "vocabulary", "split")
SAMPLE_EVERY = 0.25


@dataclass(frozen=True)
class Run:
    """What a candidate took: `startup` and `seconds` by the clock, CPU seconds of all processes, and MB at most.

    `driver`: the process that runs the stages. `others`: all others together, at the same time. `digest`: of all that
    the stages wrote.
    """

    candidate: str
    workers: int
    startup: float
    seconds: dict[str, float]
    cpu: float
    driver: float
    others: float
    digest: str


def pickled(function: Callable[[Any], Any], item: Any) -> bytes:
    """What a task of Ray runs; pickled, because arrays that Ray hands out itself cannot be changed."""
    return pickle.dumps(function(item), pickle.HIGHEST_PROTOCOL)


class RayEngine:
    """Items as tasks of Ray, on this machine."""

    def __init__(self, workers: int) -> None:
        import ray

        self._ray, self._workers = ray, workers
        ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
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
        """End it."""
        self._ray.shutdown()


class SparkEngine:
    """Items as jobs of Spark, one each so that few results are in memory at once, with executors on this machine."""

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
            return self._context.parallelize([item], 1).map(lambda each: shared.value(each)).collect()[0]

        waiting: deque[Future[Any]] = deque()
        for item in items:
            waiting.append(self._threads.submit(job, item))
            if len(waiting) > AHEAD * self._workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """End it."""
        self._threads.shutdown()
        self._context.stop()


@contextmanager
def started(candidate: str, workers: int, folder: Path) -> Iterator[Engine]:
    """The engine with so many workers; `folder`: for what it keeps on disk."""
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
        # That its processes are there belongs to the start.
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
    worker = [*ask, "distributed.cli.dask_worker", *common, "--nthreads", "1", "--local-directory", str(folder)]
    commands += [worker] * workers
    quiet = subprocess.DEVNULL
    own = os.environ | {"DASK_TEMPORARY_DIRECTORY": str(folder)}
    processes = [subprocess.Popen(each, env=own, stdin=quiet, stdout=quiet, stderr=quiet) for each in commands]
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


def prepare(candidate: str, workers: int, slices: Path, folder: Path) -> dict[str, Any]:
    """Run the stages in this process, with the candidate in the place of their engine; what that took."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params |= {"dataset": "spotify_mpd"}
    params["spotify_mpd"]["slices"] = str(slices.resolve())
    os.chdir(folder)
    Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    Path("data").mkdir()
    Path("data/sources").symlink_to(ROOT / "data/sources")
    chain = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
    modules: dict[str, Any] = {name: importlib.import_module(f"stages.{name}") for name in ("source", *STAGES)}
    modules["source"].main(*_arguments(chain["source"]["cmd"], params))
    begun, seconds = time.monotonic(), {}
    with started(candidate, workers, folder) as engine:
        startup = time.monotonic() - begun
        for name in STAGES:
            modules[name].open_engine = lambda _: nullcontext(engine)
            begun = time.monotonic()
            modules[name].main(*_arguments(chain[name]["cmd"], params))
            seconds[name] = round(time.monotonic() - begun, 2)
    digest = sha256()
    outputs = [path for top in ("canonical", "filtered", "vocabulary", "split") for path in Path("data", top).iterdir()]
    for path in sorted(outputs):
        digest.update(str(path).encode() + sha256(path.read_bytes()).digest())
    return {"startup": round(startup, 2), "seconds": seconds, "digest": digest.hexdigest()[:12]}


def _arguments(command: str, params: dict[str, Any]) -> list[str]:
    """The arguments of a stage as its `cmd` in dvc.yaml has them."""

    def value(match: re.Match[str]) -> str:
        found: Any = params
        for key in match[1].split("."):
            found = found[key]
        return str(found)

    return shlex.split(re.sub(r"\$\{([\w.]+)\}", value, command))[3:]


def measured(candidate: str, workers: int, slices: Path) -> Run:
    """Run a candidate in a process of its own, and watch it and all that it starts."""
    note(f"{candidate}, {workers} workers")
    with TemporaryDirectory(prefix="engines-") as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "benchmarks.engines", "--run", candidate, str(workers), str(slices), folder]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        process = psutil.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        cpu: dict[int, float] = {}
        driver = others = 0.0
        while process.poll() is None:
            family = _sizes([process, *_children(process)], cpu)
            driver = max(driver, family.pop(process.pid, 0.0))
            others = max(others, sum(family.values()))
            time.sleep(SAMPLE_EVERY)
        if process.returncode:
            sys.exit(f"bench: {candidate} ended with {process.returncode}")
        told = json.loads(answer.read_text("utf-8"))
    note(f"{sum(told['seconds'].values()):.1f} s, {sum(cpu.values()):.1f} s of CPU, {told['digest']}")
    return Run(candidate, workers, cpu=sum(cpu.values()), driver=driver, others=others, **told)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _sizes(processes: list[psutil.Process], cpu: dict[int, float]) -> dict[int, float]:
    """The MB of each process that are its own; notes the CPU seconds that each has used in `cpu`."""
    sizes = {}
    for each in processes:
        try:
            sizes[each.pid] = each.memory_full_info().uss / 1e6
            used = each.cpu_times()
            cpu[each.pid] = used.user + used.system
        except psutil.Error:
            continue
    return sizes


def installed(package: str) -> float:
    """MB that a package takes on disk with what it needs beyond what the project itself needs."""
    own = _needed("playlist2vec")
    return sum(_size(name) for name in _needed(package) - own)


def _needed(package: str) -> set[str]:
    found: set[str] = set()
    waiting = [package]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        found.add(name)
        needed = [Requirement(each) for each in requires]
        waiting += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


def _size(name: str) -> float:
    files = [Path(str(file.locate())) for file in distribution(name).files or []]
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


def as_text(runs: list[Run]) -> str:
    """The table."""
    first = runs[0]
    lines = []
    for run in runs:
        packages = PACKAGES[run.candidate]
        lines.append(
            [
                f"{run.candidate}, {run.workers}",
                f"{run.startup:.1f}",
                *(f"{seconds:.1f}" for seconds in run.seconds.values()),
                f"{sum(run.seconds.values()):.1f}",
                f"{run.cpu:.1f}",
                f"{run.driver:.0f}",
                f"{run.others:.0f}",
                f"{installed(packages):.0f}" if packages else "0",
                "yes" if run.digest == first.digest else "NO",
            ]
        )
    headers = [
        "engine, workers",
        "start",
        *first.seconds,
        "all",
        "CPU",
        "driver MB",
        "others MB",
        "installed MB",
        "same bytes",
    ]
    return tabulate(lines, headers=headers, tablefmt="simple", disable_numparse=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--entries", type=float, default=1e7, help="about so many (10000000)")
    parser.add_argument("--slices", type=Path, help="a folder with slices instead of newly made ones")
    parser.add_argument("--only", default=",".join(PACKAGES), help="candidates to run")
    parser.add_argument("--run", nargs=4, metavar=("CANDIDATE", "WORKERS", "SLICES", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        candidate, workers, slices, folder = given.run
        told = prepare(candidate, int(workers), Path(slices), Path(folder))
        (Path(folder) / "answer.json").write_text(json.dumps(told), encoding="utf-8")
        return
    with TemporaryDirectory(prefix="slices-") as made:
        slices = given.slices or _slices(Path(made), round(given.entries / ENTRIES_A_PLAYLIST))
        runs = []
        for candidate, workers in RUNS:
            if candidate not in given.only.split(","):
                continue
            if PACKAGES[candidate] and importlib.util.find_spec(PACKAGES[candidate]) is None:
                note(f"{candidate}: {PACKAGES[candidate]} is not installed: `make bench-engines` installs it")
            elif candidate == "spark" and shutil.which("java") is None:
                note("spark: there is no java: it needs a JVM of version 17 or later")
            else:
                runs.append(measured(candidate, workers, slices))
    if not runs:
        parser.error(f"--only {given.only}: expected some of {','.join(PACKAGES)} that are installed")
    print(f"{machine()}\n\n{as_text(runs)}")


def _slices(folder: Path, playlists: int) -> Path:
    from benchmarks.data.mpd_slices import shape_of, write_slices

    note(f"{playlists:,} playlists are written")
    write_slices(folder / "slices", shape_of(playlists, indent=None), workers=2)
    return folder / "slices"


if __name__ == "__main__":
    main()
