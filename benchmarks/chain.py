"""The whole chain under DVC, in a project of its own, with what each stage takes."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.child import peak_megabytes
from benchmarks.measuring import ROOT, Measured, note

PARTS = (
    ".dvcignore",
    ".gitignore",
    "dvc.yaml",
    "grids",
    "data/.gitignore",
    "data/incoming/.gitignore",
    "data/sources",
    "playlist2vec",
    "stages",
    "workflow",
)

# Stands for `python` in the stages' commands: runs it and notes what it took.
WRAPPER = """#!{python} -IS
import json, os, sys, time
began = time.monotonic()
child = os.posix_spawn({python!r}, [{python!r}, *sys.argv[1:]], os.environ)
_, status, used = os.wait4(child, 0)
with open({log!r}, "a") as log:
    print(json.dumps([sys.argv[2], used.ru_utime + used.ru_stime, used.ru_maxrss, time.monotonic() - began]), file=log)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Stage:
    """What a stage took: CPU seconds, start-up included, peak MB of its process, and seconds by the
    clock.
    """

    name: str
    cpu: float
    peak: float
    wall: float


def run_chain(data: Path, folder: Path, dataset: str) -> tuple[Measured, list[Stage]]:
    """Copy the project to `folder` and run `dvc repro` there with the parameters in `data`, for
    this data set.

    `dataset`: sample, which the chain generates itself, or local, the same playlists in a file that
    is there already. The seconds are those of DVC and of all its children, start-up included.
    """
    params = yaml.safe_load((data / "params.yaml").read_text("utf-8")) | {"dataset": dataset}
    if dataset == "local":
        params["local"]["file"] = str(data / "local.txt")
    project, environment = make_project(folder, params)
    output = folder / "output.txt"
    with open(output, "wb") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "dvc", "repro", "evaluate"],
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
        _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{output.read_text('utf-8', 'replace')}\nbench: dvc repro failed")
    stages = stages_run(folder)
    cpu = used.ru_utime + used.ru_stime
    note(f"chain on {dataset}: {cpu:.2f} s")
    facts = {
        "dvc": cpu - sum(stage.cpu for stage in stages),
        "largest process": peak_megabytes(used.ru_maxrss),
    }
    return Measured(cpu, 0.0, max(stage.peak for stage in stages), facts), stages


def make_project(folder: Path, params: dict[str, Any]) -> tuple[Path, dict[str, str]]:
    """A copy of the project with these parameters, as the first commit of a repository, and the
    surroundings for it.

    In these surroundings, what each stage takes is noted for `stages_run`.
    """
    project = folder / "project"
    _copy_project(project)
    (project / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    commands = folder / "bin"
    commands.mkdir()
    (commands / "python").write_text(
        WRAPPER.format(python=sys.executable, log=str(folder / "stages.jsonl")), encoding="utf-8"
    )
    (commands / "python").chmod(0o755)
    (folder / "gitconfig").write_text(
        "[user]\nname = benchmark\nemail = benchmark@example.org\n", encoding="utf-8"
    )
    environment = os.environ | {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(folder / "dvc"),
        "DVC_SYSTEM_CONFIG_DIR": str(folder / "dvc"),
    }
    for command in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "benchmark"),
    ):
        subprocess.run(["git", *command], cwd=project, env=environment, check=True)
    return project, environment


def stages_run(folder: Path) -> list[Stage]:
    """What the stages of the project in `folder` took that ran since this was last asked."""
    log = folder / "stages.jsonl"
    lines = log.read_text("utf-8").splitlines()
    log.unlink()
    return [
        Stage(name.removeprefix("stages."), cpu, peak_megabytes(maxrss), wall)
        for name, cpu, maxrss, wall in map(json.loads, lines)
    ]


def _copy_project(project: Path) -> None:
    for part in PARTS:
        (project / part).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / part, project / part)
    (project / ".dvc").mkdir()
    # No look-up of newer versions while the time is taken.
    (project / ".dvc/config").write_text(
        "[core]\n    analytics = false\n    check_update = false\n", encoding="utf-8"
    )
