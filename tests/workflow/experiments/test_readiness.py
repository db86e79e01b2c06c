"""What is said before any work where Git could not take an experiment, and a grid below the top of
a repository.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Project, make_project
from workflow.experiments.reasons import NO_REASON, reason_in, reason_of_workers
from workflow.repair import LOCKS

COMMANDS = (
    ("workflow.experiments.grid", "smoke"),
    ("workflow.experiments.search", "smoke"),
    ("workflow.experiments.best",),
)
NAMELESS = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def nothing_ran(project: Project) -> bool:
    return (
        not any((project.folder / lock).exists() for lock in LOCKS)
        and not (project.folder / "data/check").exists()
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_name_the_first_line_says_what_to_type(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    project = make_project(tmp_path / "project")
    alone = NAMELESS | {"HOME": str(tmp_path)}
    done = project.run(sys.executable, "-m", *command, check=False, **alone)
    assert done.returncode == 1
    assert done.stdout == (
        "Git does not know who you are, and an experiment is a commit: type "
        '`git config user.name "Your Name" && git config user.email you@example.org`, and '
        "then the same command again\n"
    )
    assert nothing_ran(project)
    project.git("config", "user.name", "A B")
    half = project.run(sys.executable, "-m", *command, check=False, **alone)
    assert "type `git config user.email you@example.org`" in half.stdout


@pytest.mark.parametrize("command", COMMANDS[:1])
def test_without_a_repository_or_a_commit_too(tmp_path: Path, command: tuple[str, ...]) -> None:
    project = make_project(tmp_path / "project")
    subprocess.run(["rm", "-rf", ".git"], cwd=project.folder, check=True)
    alone = {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    done = project.run(sys.executable, "-m", *command, check=False, **alone)
    typed = "git add --all && git commit --message 'First'"
    assert done.stdout == (
        "this folder is not in a Git repository, which experiments need: type `git init && "
        f"{typed}`\n"
    )
    project.git("init", "--quiet")
    done = project.run(sys.executable, "-m", *command, check=False, **alone)
    assert (
        done.stdout
        == f"this repository has no commit, from which experiments begin: type `{typed}`\n"
    )
    assert done.returncode == 1
    assert nothing_ran(project)


@pytest.mark.parametrize("name", ["../grids/smoke", "$(touch x)", "--", "", "smoke.yaml"])
def test_a_grid_is_one_of_those_that_there_are(name: str) -> None:
    command = [sys.executable, "-m", "workflow.experiments.grid", "--", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f"GRID={name}: no grids/{name}.yaml: expected one of course, paper, smoke"
    )


def test_a_failed_run_has_a_reason_whatever_it_printed(tmp_path: Path) -> None:
    assert (
        reason_in("Running stage 'split'\nsplit: too few\nERROR: failed to reproduce 'split'\n")
        == "split: too few"
    )
    assert reason_in("x\nERROR: disk is full\n") == "disk is full"
    assert reason_in("Traceback (most recent call last):\n  File\nKilled\n\n") == "Killed"
    assert reason_in("") == NO_REASON
    assert reason_of_workers(tmp_path) == f"{NO_REASON}; DVC's workers: {tmp_path}/*.out"
    said = (
        "Traceback (most recent call last):\n"
        "  File x\n"
        "UnicodeEncodeError: 'ascii' codec can't\n"
        "[info] ready\n"
    )
    (tmp_path / "dvc-worker-1.out").write_text(said, encoding="utf-8")
    assert (
        reason_of_workers(tmp_path) == "DVC's worker said: UnicodeEncodeError: 'ascii' codec can't"
    )


@pytest.mark.thorough
def test_a_grid_and_its_best_below_the_top_of_a_larger_repository(tmp_path: Path) -> None:
    (tmp_path / "large").mkdir()
    project = make_project(tmp_path / "large/my lists")
    project.git("-C", "..", "init", "--quiet")
    subprocess.run(["rm", "-rf", ".git"], cwd=project.folder, check=True)
    (project.folder / "grids/mine.yaml").write_text(
        "about: a test\nsettings: {train.epochs: 2}\nparameters: {train.window: [2]}\n", "utf-8"
    )
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "first")
    grid = project.run(sys.executable, "-m", "workflow.experiments.grid", "mine", "--jobs", "1")
    assert "grids/mine.csv: 1 experiments" in grid.stdout
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "run")
    best = project.run(sys.executable, "-m", "workflow.experiments.best", "--force", "1")
    assert project.params()["train"]["window"] == 2
    assert "written into README.md" in best.stdout
