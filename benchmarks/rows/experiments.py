"""The cost of DVC: a chain with nothing to do, and an experiment in the queue."""

import os
import subprocess
import sys
import time
from pathlib import Path

import yaml

from benchmarks.chain import make_project, stages_run
from benchmarks.measuring import ROOT, Measured, middle, note

OWN_STAGES = ("check", "train", "evaluate", "slices")
"""Stages run for every configuration of the grid."""


def run_nothing(folder: Path, repeats: int) -> tuple[Measured, Measured]:
    """Measure `dvc repro` on a finished chain, and an import of DVC: CPU seconds with children."""
    project, environment = _finished(folder)
    repro, bare = ["-m", "dvc", "repro"], ["-c", "import dvc.cli, dvc.commands.repro, dvc.repo"]
    pairs = [
        (_timed(repro, project, environment), _timed(bare, project, environment))
        for _ in range(repeats)
    ]
    return middle("no-op dvc repro", [pair[0] for pair in pairs]), middle(
        "import dvc", [pair[1] for pair in pairs]
    )


def run_grid(folder: Path) -> tuple[Measured, Measured, int]:
    """Return wall seconds per run of the grid `smoke` and of its stages, and the number of runs.

    Runs take place one at a time, after the shared stages. The stages' commands run without DVC,
    for the first configuration.
    """
    project, environment = _finished(folder)
    runs = 4
    command = [sys.executable, "-m", "workflow.experiments.grid", "smoke", "--jobs", "1"]
    whole = _wall(command, project, environment) / runs
    (project / "params.yaml").write_text(_changed(project / "params.yaml"), encoding="utf-8")
    stages = yaml.safe_load((project / "dvc.yaml").read_text("utf-8"))["stages"]
    inside = sum(_wall(stages[name]["cmd"].split(), project, environment) for name in OWN_STAGES)
    note(f"an experiment: {whole:.2f} s, its stages {inside:.2f} s")
    peak = max(stage.peak for stage in stages_run(folder))
    return Measured(whole, 0, 0, {}), Measured(inside, 0, peak, {}), runs


def _changed(params: Path) -> str:
    values = yaml.safe_load(params.read_text("utf-8"))
    values["train"] |= {"epochs": 10, "window": 2, "negative": 5}
    return yaml.safe_dump(values, sort_keys=False)


def _wall(command: list[str], project: Path, environment: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(command, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def _finished(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return a copy of the project with a finished and committed chain."""
    folder.mkdir()
    project, environment = make_project(
        folder, yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    )
    for command in (
        [sys.executable, "-m", "dvc", "repro"],
        ["git", "add", "--all"],
        ["git", "commit", "--quiet", "--message", "run"],
    ):
        subprocess.run(command, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)
    stages_run(folder)
    return project, environment


def _timed(arguments: list[str], project: Path, environment: dict[str, str]) -> Measured:
    child = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"bench: {' '.join(arguments)} failed")
    return Measured(used.ru_utime + used.ru_stime, 0, used.ru_maxrss / 1024, {})
