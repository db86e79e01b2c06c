"""CPU time and peak memory of a task, in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Measured:
    """The cost of a task.

    `cpu`: seconds, user and system, of the measured part only. `startup`: seconds of the
    interpreter and of imports, not in `cpu`. `peak`: MB of the whole process, inputs included.
    `facts`: further results of the task.
    """

    cpu: float
    startup: float
    peak: float
    facts: dict[str, Any]

    def times(self, factor: float) -> "Measured":
        """Return the cost with `cpu` multiplied by `factor`."""
        return Measured(self.cpu * factor, self.startup, self.peak, self.facts)


def measure(task: str, folder: Path, repeats: int) -> Measured:
    """Run a task of `benchmarks.child` on `folder`; return median seconds and peak memory.

    The facts are those of the last run. This process stays small, since a new process starts with
    the peak memory of its parent.
    """
    return middle(task, [run(task, folder) for _ in range(repeats)])


def measure_both(
    first: tuple[str, Path], second: tuple[str, Path], repeats: int
) -> tuple[Measured, Measured]:
    """Measure two tasks in turn, so that other load on the machine affects both alike.

    A task comes with its folder.
    """
    pairs = [(run(*first), run(*second)) for _ in range(repeats)]
    return middle(first[0], [pair[0] for pair in pairs]), middle(
        second[0], [pair[1] for pair in pairs]
    )


def middle(task: str, runs: list[Measured]) -> Measured:
    """Return median seconds, peak memory and the last facts of the runs of a task."""
    result = Measured(
        cpu=median(run.cpu for run in runs),
        startup=median(run.startup for run in runs),
        peak=max(run.peak for run in runs),
        facts=runs[-1].facts,
    )
    note(f"{task}: {result.cpu:.2f} s, {result.peak:.0f} MB")
    return result


def run(task: str, folder: Path) -> Measured:
    """Run a task of `benchmarks.child` once, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.child", task, str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stderr}\nbench: the task {task} ended with {done.returncode}")
    return Measured(**json.loads(done.stdout))


def note(text: str) -> None:
    """Print a line of progress to stderr."""
    print(f"bench: {text}", file=sys.stderr, flush=True)
