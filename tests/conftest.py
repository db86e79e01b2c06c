"""A whole project in a temporary folder, its chain run once on a small sample, for tests of the
workflow itself.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings

from tests.builders.params import SMALL, all_params, write_params

# A test's time depends on what else the machine does. In CI the same examples are drawn every time.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "project"))

ROOT = Path(__file__).parent.parent
MANY = 2_000 if os.environ.get("CI") == "true" else 10_000
"""Damaged files of a form that thorough tests try; continuous integration, which has little time,
tries fewer.
"""
PARTS = (
    ".dvc/config",
    ".dvc/plots/bars.json",
    ".dvc/plots/by_method.json",
    ".dvc/plots/curve.json",
    ".dvc/.gitignore",
    ".dvcignore",
    ".gitignore",
    "data/.gitignore",
    "data/incoming/.gitignore",
    "metrics/grid.csv",
)

MADE = ("*.csv", "*.sqlite3")
"""What a developer's own grids and searches wrote beside the files of the grids."""


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their number: packed ones hold the time, and workers would not agree on the
    names of tests.
    """
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


def needed(program: str) -> str:
    """The path of a program that a thorough test runs. Without it the test is skipped, or fails
    under REQUIRE_ALL=1.
    """
    home = Path(sys.executable).parent
    found = shutil.which(
        program, path=f"{home}{os.pathsep}{os.environ['PATH']}{os.pathsep}/usr/sbin"
    )
    if found is None:
        _lack(program)
    return str(found)


def needed_package(name: str) -> None:
    """Skip or fail likewise without a Python package."""
    if importlib.util.find_spec(name) is None:
        _lack(name)


def _lack(what: str) -> None:
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is not installed, and REQUIRE_ALL=1 asks for it")
    pytest.skip(f"{what} is not installed", allow_module_level=True)


def heed_ctrl_c() -> None:
    """For `preexec_fn`: a shell's background jobs, such as CI may be, ignore Ctrl-C, and so would
    their children.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Project:
    """A checkout in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = Path(sys.executable).parent
        # Nothing of the machine's or the user's Git and DVC settings; the same Python for DVC and
        # for the stages.
        self.environment = os.environ | {
            "PATH": f"{home}{os.pathsep}{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": str(folder.parent / "gitconfig"),
            "DVC_NO_ANALYTICS": "1",
            "DVC_GLOBAL_CONFIG_DIR": str(folder.parent / "dvc-global"),
            "DVC_SYSTEM_CONFIG_DIR": str(folder.parent / "dvc-system"),
        }
        (folder.parent / "gitconfig").write_text(
            "[user]\nname = Tester\nemail = tester@example.org\n[init]\ndefaultBranch = main\n",
            encoding="utf-8",
        )

    def run(
        self, *command: str, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder; its output, both streams in one, is `stdout`."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, (
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
        )
        return done

    def dvc(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "dvc", *arguments, check=check)

    def git(self, *arguments: str) -> str:
        return self.run("git", *arguments).stdout

    def change(self, section: str, **values: object) -> None:
        params = self.params()
        params[section].update(values)
        self.write_params(params)

    def params(self) -> dict[str, Any]:
        loaded: dict[str, Any] = yaml.safe_load((self.folder / "params.yaml").read_text("utf-8"))
        return loaded

    def write_params(self, params: dict[str, Any]) -> None:
        write_params(self.folder / "params.yaml", params)

    def outputs(self) -> dict[str, bytes]:
        """Every file that the stages wrote, and dvc.lock: path to content."""
        files = [
            path for top in ("data", "metrics", "final") for path in (self.folder / top).rglob("*")
        ]
        kept = [path for path in files if path.is_file() and "sources" not in path.parts]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in kept}

    def copy_to(self, folder: Path) -> "Project":
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)


def make_project(folder: Path) -> Project:
    """Commit the project's files, with small parameters, to a new repository in `folder`."""
    for part in (*PARTS, "dvc.yaml", "final/dvc.yaml", "README.md", "docs/model-card.md"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, folder / part)
    for tree in ("stages", "playlist2vec", "workflow", "grids", "data/sources"):
        shutil.copytree(
            ROOT / tree,
            folder / tree,
            ignore=shutil.ignore_patterns("__pycache__", *(MADE if tree == "grids" else ())),
        )
    project = Project(folder)
    project.write_params(all_params(**SMALL))
    project.git("init", "--quiet")
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "small")
    return project


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose chain and test have been run and committed. Only to be read: take `project`
    to change it.
    """
    project = make_project(tmp_path_factory.mktemp("finished") / "project")
    project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "run")
    before = project.outputs()
    yield project
    after = project.outputs()
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    assert changed == [], "a test changed the project that all tests share"


@pytest.fixture
def project(finished: Project, tmp_path: Path) -> Project:
    """A copy of the finished project to do things with."""
    return finished.copy_to(tmp_path / "project")
