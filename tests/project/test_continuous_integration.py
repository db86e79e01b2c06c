"""The workflow for GitHub Actions: what it may do, and its own steps, run on a small project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.commands import filled_in
from benchmarks.stale import CHAINS
from playlist2vec.cli.completion import SHELLS
from tests.builders.params import PARAMS
from tests.conftest import ROOT, Project

FILE = ROOT / ".github/workflows/ci.yml"


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))["jobs"]
    return found


def test_it_may_only_read_and_needs_no_secrets() -> None:
    text = FILE.read_text("utf-8")
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert "secrets." not in text
    assert "pull_request_target" not in text
    steps = [step for job in jobs().values() for step in job["steps"]]
    assert all("permissions" not in job for job in jobs().values())
    # An expression in a shell line would run what somebody named a branch.
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    fetched = [
        step["with"] for step in steps if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert [options["persist-credentials"] for options in fetched] == [False, False]


def test_it_runs_what_the_readme_says_on_the_oldest_and_the_newest_python() -> None:
    assert jobs()["tests"]["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    requires = re.search('requires-python = "(.*)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert requires is not None
    assert requires[1] == ">=3.11,<3.14"
    commands = [step["run"] for step in jobs()["tests"]["steps"] if "run" in step]
    assert commands == ["make lint", "make test"]


def run_steps(project: Project, base: str, summary: Path) -> subprocess.CompletedProcess[str]:
    """Run the shell lines of the job on results as GitHub does, up to the first that fails."""
    for step in jobs()["results"]["steps"]:
        if "run" in step:
            given = {"GITHUB_STEP_SUMMARY": str(summary), "BASE": base}
            done = project.run("bash", "-e", "-c", step["run"], check=False, **given)
            if done.returncode:
                break
    return done


def with_environment(project: Project) -> Project:
    """Give the project a Makefile and a .venv that is this Python's, set up already."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, project.folder / name)
    (project.folder / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (project.folder / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    (project.folder / ".venv/ready").touch()
    return project


@pytest.mark.thorough
def test_its_steps_find_what_is_not_fresh_and_show_what_differs(
    project: Project, tmp_path: Path
) -> None:
    with_environment(project)
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "make")
    project.git("checkout", "--quiet", "-b", "change")
    project.change("evaluate", similarity="dot")
    project.git("commit", "--all", "--quiet", "--message", "not run")
    project.git("clone", "--quiet", ".", str(tmp_path / "fork"))
    fork = with_environment(Project(tmp_path / "fork"))
    stale = run_steps(fork, "main", tmp_path / "summary")
    assert stale.returncode == 1
    assert stale.stdout.endswith(
        "::error::dvc.lock or metrics/ is not up to date: make repro, then commit\n"
    )
    assert not (tmp_path / "summary").exists()

    fork.git("commit", "--all", "--quiet", "--message", "run")
    fresh = run_steps(fork, "main", tmp_path / "summary")
    assert fresh.returncode == 0, fresh.stdout
    title, _, header, _, *rows = (tmp_path / "summary").read_text("utf-8").splitlines()
    assert title == "### Scores that differ from main"
    assert [cell.strip() for cell in header.split("|")[1:6]] == [
        "Path",
        "Metric",
        "origin/main",
        "workspace",
        "Change",
    ]
    assert any(re.search(r"metrics/validation.json +\| hit@10 +\|", row) for row in rows)


def test_the_hook_for_dvc_lock_runs_for_all_that_makes_a_stage_stale() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0][
        "hooks"
    ]
    (files,) = [hook["files"] for hook in hooks if hook["id"] == "dvc-lock"]
    chains = [yaml.safe_load((ROOT / name).read_text("utf-8"))["stages"] for name in CHAINS]
    stages = [stage for chain in chains for stage in chain.values()]
    outs = [out for stage in stages for kind in ("outs", "metrics") for out in stage.get(kind, [])]
    made = {next(iter(out)) if isinstance(out, dict) else out for out in outs}
    needed = {filled_in(dep, PARAMS) for stage in stages for dep in stage["deps"]}
    inputs = {
        path
        for path in needed
        if not any(path == out or path.startswith(f"{out}/") for out in made)
    }
    assert {"playlist2vec/base", "stages/train.py", PARAMS["local"]["file"]} <= inputs
    assert [path for path in inputs if not re.match(files, f"{path}/x")] == []
    for path in ("params.yaml", "dvc.lock", "final/dvc.lock", *CHAINS):
        assert re.match(files, path), path
    assert not re.match(files, "docs/rooms.md")


def test_what_the_scripts_of_ci_name_is_there() -> None:
    texts = [
        (ROOT / name).read_text("utf-8") for name in (".ci/run", ".pre-commit-config.yaml", FILE)
    ]
    targets = {target for text in texts for target in re.findall(r"\bmake ([a-z-]+)$", text, re.M)}
    assert {"lint", "test", "repro"} <= targets
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.M)] == []


def test_it_installs_each_program_that_a_thorough_test_runs() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    run = {
        program for text in texts for program in re.findall(r"""needed\("([a-z]+)"\)""", text)
    } | set(SHELLS)
    always_there = {"bash", "mount", "umount"}
    assert {"sshd", "chromium", "fish"} <= run
    assert run - always_there <= set(re.findall(r"[a-z]+", (ROOT / ".ci/run").read_text("utf-8")))
