"""Grids on a Dask cluster with real workers, a Git remote and a place for data; one of the workers
is killed.
"""

import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.builders.dask_processes import Cluster, cluster, wait_for
from tests.builders.workflow import cloned, refused, share, with_origin
from tests.conftest import Project, needed_package
from tests.workflow.experiments.test_grid import (
    SLOW,
    ended,
    family,
    give_grid,
    refs,
    run,
    small,
    table,
)

__all__ = ["small"]

pytestmark = pytest.mark.thorough


@pytest.fixture(autouse=True)
def _dask() -> None:
    needed_package("distributed")


def shared(project: Project) -> Path:
    """Give the project a Git remote that has its commit, and a place for its data."""
    origin = with_origin(project)
    share(project, "../store")
    return origin


def grid(project: Project, made: Cluster, check: bool = True) -> subprocess.CompletedProcess[str]:
    return run(project, "workflow.experiments.grid", "mine", "--cluster", made.address, check=check)


def clones(made: Cluster) -> list[psutil.Process]:
    """What runs in the workers' clones."""
    found = []
    for process in psutil.process_iter():
        try:
            place = Path(process.cwd())
        except psutil.Error:
            continue
        if place.is_relative_to(made.folder) and any(
            part.startswith("clone-") for part in place.parts
        ):
            found.append(process)
    return found


def test_a_grid_is_the_same_as_here_and_what_others_pushed_is_not_run_again(small: Project) -> None:
    give_grid(small, parameters={"train.window": [1, 3]}, seeds=[1, 2])
    here = small.copy_to(small.folder.parent / "here")
    here.environment["ENDED"] = small.environment["ENDED"]
    run(here, "workflow.experiments.grid", "mine")
    assert len(ended(small)) == 4
    origin = shared(small)
    with cluster(small.folder.parent / "cluster", 2, **small.environment) as made:
        first = grid(small, made)
        assert "4 configurations: 0 known, 4 for 2 workers" in first.stdout
        assert (small.folder / "grids/mine.csv").read_bytes() == (
            here.folder / "grids/mine.csv"
        ).read_bytes()
        assert len(ended(small)) == 8
        assert len(refs(small)) == 4
        shown = small.dvc("exp", "show", "--csv").stdout
        assert len(re.findall(r"run-[0-9a-f]{8}", shown)) == 4
        # Their data came as well.
        small.git("restore", f"--source={refs(small)[0]}", "--worktree", ".")
        small.dvc("checkout", "dvc.yaml")
        assert (small.folder / "data/model/input.npy").is_file()
        small.git("checkout", "--quiet", "--force", "HEAD")

        again = grid(small, made)
        assert "4 configurations: 4 known, 0 for 2 workers" in again.stdout

        # A teammate who has none of it, with two more configurations.
        other = cloned(small, origin, "other")
        give_grid(other, parameters={"train.window": [1, 2, 3]}, seeds=[1, 2])
        run(other, "workflow.sharing.join", "../store", check=False)
        for ref in refs(other):
            other.git("update-ref", "-d", ref)
        assert refs(other) == []
        more = grid(other, made)
        assert "6 configurations: 4 known, 2 for 2 workers" in more.stdout
        assert len(table(other)) == 6
        assert len(ended(small)) == 10
    assert clones(made) == []


def test_the_experiments_of_a_worker_that_is_killed_run_elsewhere(small: Project) -> None:
    shared(small)
    give_grid(small, parameters={"train.window": [1, 2, 3]}, settings={"train.epochs": SLOW})
    with cluster(small.folder.parent / "cluster", 2, **small.environment) as made:
        log = small.folder.parent / "log"
        command = [
            sys.executable,
            "-m",
            "workflow.experiments.grid",
            "mine",
            "--cluster",
            made.address,
        ]
        with log.open("w") as out:
            process = subprocess.Popen(
                command, cwd=small.folder, env=small.environment, stdout=out, stderr=out
            )

        def in_the_middle() -> bool:
            training = list(
                made.folder.glob("dask-scratch-space/*/clone-*/metrics/training/metrics.json")
            )
            return 0 < len(refs(small)) < 3 and len(training) > 0

        wait_for(in_the_middle, 200)
        made.workers[0].kill()
        assert process.wait(300) == 0, log.read_text()
        assert len(table(small)) == len({row["experiment"] for row in table(small)}) == 3
        assert len(refs(small)) == len({ref.rpartition("/")[2] for ref in refs(small)}) == 3
        assert len(set(ended(small))) == 3
    wait_for(lambda: clones(made) == [], 10)
    assert family(small) == []


def test_ctrl_c_ends_what_runs_and_the_same_command_goes_on(small: Project) -> None:
    # Here all stages were run and committed before.
    small.dvc("repro")
    small.git("add", "--all")
    small.git("commit", "--quiet", "--message", "run")
    Path(small.environment["ENDED"]).write_text("", "utf-8")
    shared(small)
    give_grid(small, parameters={"train.window": [1, 2]}, settings={"train.epochs": SLOW})
    with cluster(small.folder.parent / "cluster", 1, **small.environment) as made:
        command = [
            sys.executable,
            "-m",
            "workflow.experiments.grid",
            "mine",
            "--cluster",
            made.address,
        ]
        process = subprocess.Popen(
            command,
            cwd=small.folder,
            env=small.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_for(
            lambda: any(
                made.folder.glob("dask-scratch-space/*/clone-*/metrics/training/metrics.json")
            ),
            200,
        )
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=120)[0].splitlines()[-1]
        assert re.fullmatch(
            r"stopped: [12] experiments were not finished; the same command goes on from here", said
        )
        assert process.returncode == 130
        wait_for(lambda: clones(made) == [], 10)
        assert "2 configurations: " in grid(small, made).stdout
        assert len(table(small)) == len(set(ended(small))) == 2


def test_a_run_that_fails_is_named_with_its_reason(small: Project) -> None:
    shared(small)
    give_grid(small, how="one-at-a-time", parameters={"split.validation": [100_000]})
    with cluster(small.folder.parent / "cluster", 1, **small.environment) as made:
        failed = grid(small, made, check=False)
    assert failed.returncode == 1
    assert re.search(
        r"\nrun-[0-9a-f]{8} failed: split: split.validation = 100000: expected at most .* "
        r"\(all it printed: \.dvc/tmp/cluster/run-[0-9a-f]{8}\.log\)\n",
        failed.stdout,
    )
    assert "Traceback" not in failed.stdout
    assert len(table(small)) == 1


def test_what_workers_could_not_get_is_refused_in_one_line(small: Project) -> None:
    give_grid(small, parameters={"train.window": [1]})

    def line() -> str:
        return refused(
            run(
                small,
                "workflow.experiments.grid",
                "mine",
                "--cluster",
                "tcp://127.0.0.1:1",
                check=False,
            )
        )

    assert line().startswith("there is no Git remote origin: expected one that the workers reach: ")
    with_origin(small)
    small.change("train", window=2)
    assert (
        line()
        == "params.yaml: not committed: expected `git commit` and `git push`, workers run a commit"
    )
    small.git("commit", "--all", "--quiet", "--message", "window")
    assert line() == "origin lacks this commit: expected `git push origin HEAD`, workers clone it"
    small.git("push", "--quiet", "origin", "HEAD")
    assert line().startswith("CLUSTER = tcp://127.0.0.1:1: no scheduler of Dask answers")
