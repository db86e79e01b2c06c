"""What tests of the workflow do with projects: run, share, clone and join them."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.conftest import Project

SECRET = "g3heim#s, t'x"
UP_TO_DATE = "Data and pipelines are up to date."


def stages_run(output: str) -> list[str]:
    return [
        line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage '")
    ]


def share(project: Project, *arguments: str, check: bool = True, **environment: str) -> str:
    return project.run(
        sys.executable, "-m", "workflow.sharing.share", *arguments, check=check, **environment
    ).stdout


def join(project: Project, *arguments: str, check: bool = True, **environment: str) -> str:
    return project.run(
        sys.executable, "-m", "workflow.sharing.join", *arguments, check=check, **environment
    ).stdout


def refused(command: subprocess.CompletedProcess[str]) -> str:
    """The only line that a command printed that failed as it should."""
    assert command.returncode == 1
    assert "Traceback" not in command.stdout
    lines = command.stdout.splitlines()
    assert len(lines) == 1, command.stdout
    return lines[0]


def module(
    project: Project, name: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return project.run(
        sys.executable, "-m", f"workflow.sharing.{name}", *arguments, check=False, **environment
    )


def with_origin(project: Project) -> Path:
    """Give the project a bare Git repository as its origin, as a Git server keeps one."""
    origin = project.folder.parent / "origin.git"
    project.git("init", "--quiet", "--bare", str(origin))
    project.git("remote", "add", "origin", str(origin))
    project.git("push", "--quiet", "origin", "HEAD")
    return origin


def cloned(project: Project, source: Path, name: str = "clone") -> Project:
    project.git("clone", "--quiet", str(source), str(project.folder.parent / name))
    return Project(project.folder.parent / name)


def with_experiment(project: Project) -> dict[str, bytes]:
    """Run an experiment named `dots`, and go back; returns its ranks."""
    project.dvc("exp", "run", "--name", "dots", "-S", "evaluate.similarity=dot")
    ranks = (project.folder / "data/ranks/validation.npz").read_bytes()
    project.git("checkout", "--quiet", ".")
    project.dvc("checkout")
    return {"data/ranks/validation.npz": ranks}


def assert_nothing_to_run(clone: Project, original: Project) -> None:
    again = clone.dvc("repro", "dvc.yaml", "final/dvc.yaml").stdout
    assert stages_run(again) == []
    assert again.endswith(f"{UP_TO_DATE}\n")
    assert clone.git("status", "--porcelain") == ""
    assert clone.outputs() == original.outputs()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
