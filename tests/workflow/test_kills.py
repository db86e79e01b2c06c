"""A chain that is killed at any moment: nothing half-written, and the next run gives the same
bytes.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from tests.conftest import Project, make_project

KILLS = int(os.environ.get("KILLS", "10"))
"""Kills at random moments; fifty of them take a quarter of an hour."""
GONE = 5.0
"""Seconds within which a stage ends after its DVC."""


def at_work(project: Project) -> list[str]:
    """The names of the stages that run in the project's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            stage = next((word for word in process.cmdline() if word.startswith("stages.")), "")
            if stage and Path(process.cwd()) == project.folder:
                found.append(stage.removeprefix("stages."))
        except psutil.Error:
            continue
    return found


def finished_files(project: Project) -> dict[str, bytes]:
    """What stands under its own name; the curve is alive while it is drawn, and DVC writes its
    locks itself.
    """
    whole = {
        path: content
        for path, content in project.outputs().items()
        if not path.endswith(".unfinished")
    }
    alive = ("metrics/training/metrics.json", "metrics/training/plots/", "final/")
    return {path: content for path, content in whole.items() if not path.startswith(alive)}


@pytest.mark.thorough
def test_killed_at_any_moment_nothing_is_half_written_and_the_next_run_gives_the_same(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path / "project")
    project.change("train", epochs=100)
    began = time.monotonic()
    project.dvc("repro")
    chain = time.monotonic() - began
    reference = project.outputs() | {"dvc.lock": (project.folder / "dvc.lock").read_bytes()}
    draw = random.Random(1)
    hit: Counter[str] = Counter()
    alone = cut_off = 0
    command = [sys.executable, "-m", "dvc", "repro", "--force", "--no-run-cache"]
    for number in range(KILLS):
        process = subprocess.Popen(
            command,
            cwd=project.folder,
            env=project.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # A moment of every part of the chain, for ten of all moments may miss most stages.
        time.sleep(0.5 + (chain - 0.5) * (number + draw.random()) / KILLS)
        running = at_work(project)
        if number % 2:
            os.kill(process.pid, signal.SIGKILL)
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        hit.update(running)
        alone += number % 2 and bool(running)
        end = time.monotonic() + GONE
        while left := at_work(project):
            assert time.monotonic() < end, f"kill {number}: {left} went on without DVC"
            time.sleep(0.1)
        wrong = [
            path for path, content in finished_files(project).items() if content != reference[path]
        ]
        assert wrong == [], f"kill {number}, at {running}"
        # As `make repro` does: DVC itself writes dvc.lock in place, and reads no half of it.
        cut_off += project.run(sys.executable, "-m", "workflow.repair").stdout.count(
            "left half-written"
        )
        project.dvc("repro")
        found = project.outputs() | {"dvc.lock": (project.folder / "dvc.lock").read_bytes()}
        assert {path for path in found if found[path] != reference.get(path)} == set(), (
            f"kill {number}"
        )
        assert found.keys() == reference.keys()
    print(
        f"{KILLS} kills, {alone} of a DVC alone with a stage at work; hit: {dict(hit)}; "
        f"{cut_off} times a dvc.lock cut off"
    )
    assert hit["train"] >= KILLS // 10
    assert len(hit) >= 3
    assert alone >= KILLS // 10
