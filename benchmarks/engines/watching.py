"""A candidate in a process of its own, measured with all children."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.measuring import ROOT, note

SAMPLE_EVERY = 0.25


@dataclass(frozen=True)
class Run:
    """The cost of a candidate: wall seconds (`startup`, `seconds`), CPU seconds, and peak MB.

    `cpu`: of all processes. `driver`: MB of the process that runs the stages. `others`: MB of all
    other processes together. `digest`: of all files written by the stages.
    """

    candidate: str
    workers: int
    startup: float
    seconds: dict[str, float]
    cpu: float
    driver: float
    others: float
    digest: str


def measured(candidate: str, workers: int, slices: Path) -> Run:
    """Run a candidate in a process of its own, and measure the process with all children."""
    note(f"{candidate}, {workers} workers")
    with TemporaryDirectory(prefix="engines-") as folder:
        answer = Path(folder) / "answer.json"
        command = [
            sys.executable,
            "-m",
            "benchmarks.engines",
            "--run",
            candidate,
            str(workers),
            str(slices),
            folder,
        ]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        }
        process = psutil.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr
        )
        cpu: dict[int, float] = {}
        driver = others = 0.0
        while process.poll() is None:
            family, used = _measured_now([process, *_children(process)])
            cpu |= used
            driver = max(driver, family.pop(process.pid, 0.0))
            others = max(others, sum(family.values()))
            time.sleep(SAMPLE_EVERY)
        if process.returncode:
            sys.exit(f"bench: {candidate} ended with {process.returncode}")
        cost = json.loads(answer.read_text("utf-8"))
    note(
        f"{sum(cost['seconds'].values()):.1f} s, {sum(cpu.values()):.1f} s of CPU, {cost['digest']}"
    )
    return Run(candidate, workers, cpu=sum(cpu.values()), driver=driver, others=others, **cost)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _measured_now(
    processes: list[psutil.Process],
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the unshared MB and the CPU seconds of processes, by process id."""
    sizes, cpu = {}, {}
    for each in processes:
        try:
            sizes[each.pid] = each.memory_full_info().uss / 1e6
            used = each.cpu_times()
            cpu[each.pid] = used.user + used.system
        except psutil.Error:
            continue
    return sizes, cpu
