"""`playlist2vec doctor`: in a checkout, in one that lacks things, and where there is none."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from playlist2vec.cli.checkout.installation import EXTRAS, required
from tests.conftest import ROOT, Project

PROGRAM = (sys.executable, "-m", "playlist2vec", "doctor")
NO_CONNECTION = """
import os, sys
def refuse(event, _):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        os._exit(9)
sys.addaudithook(refuse)
"""


def run(folder: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def checks(folder: Path, environment: dict[str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    done = run(folder, environment, "--json")
    said = json.loads(done.stdout)
    assert said["fine"] == (done.returncode == 0)
    return done.returncode, {each["name"]: each for each in said["checks"]}


def test_a_finished_checkout_lacks_nothing_that_is_needed(finished: Project) -> None:
    code, found = checks(finished.folder, finished.environment)
    assert code == 0
    assert found["checkout"]["found"] == str(finished.folder)
    assert found["model"]["found"]
    assert found["dvc.yaml"]["found"] == "up to date"
    assert found["final/dvc.yaml"]["found"] == "up to date"
    assert found["numpy"]["found"]
    assert not any(each["missing"] for each in found.values())


def test_no_connection_is_opened(finished: Project, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_CONNECTION, "utf-8")
    path = f"{tmp_path}:{finished.environment.get('PYTHONPATH', '')}"
    environment = finished.environment | {"PYTHONPATH": path}
    try_it = "import socket; socket.create_connection(('127.0.0.1', 9))"
    refused = subprocess.run([sys.executable, "-c", try_it], env=environment, check=False)
    assert refused.returncode == 9, "the hook works"
    assert run(finished.folder, environment).returncode == 0


def test_what_is_missing_is_named_with_what_to_type(project: Project) -> None:
    project.change("train", window=1)
    shutil.rmtree(project.folder / "data/model")
    done = run(project.folder, project.environment | {"PATH": "/nowhere"})
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[-1].startswith("missing: git, make, model; of what some commands need, ")
    place = next(number for number, line in enumerate(lines) if " model  " in line)
    assert lines[place].split() == ["!!", "model", "not", "there"]
    assert lines[place + 2].strip() == "type: make repro"
    stale = next(line for line in lines if line.split()[1:2] == ["dvc.yaml"])
    assert "to be run: check, train" in stale


def test_a_folder_that_is_no_checkout(tmp_path: Path, finished: Project) -> None:
    code, found = checks(tmp_path, finished.environment | {"PATH": "/nowhere"})
    assert code == 0
    assert (found["checkout"]["found"], found["checkout"]["needed"]) == ("", False)
    assert "dvc.yaml" not in found
    assert found["git"]["advice"].startswith("sudo apt-get install git")


def test_a_checkout_without_git_is_told_by_one_line(tmp_path: Path, finished: Project) -> None:
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("playlist2vec", "stages"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    code, found = checks(tmp_path, finished.environment)
    assert code == 1
    assert found["dvc.yaml"]["found"].startswith("unknown: you are not inside of a DVC repository")


def test_all_extras_of_the_project_are_known() -> None:
    wanted = required()
    assert "numpy" in wanted[""]
    assert "dvc-ssh" in wanted["ssh"]
    assert set(wanted) - {""} - set(EXTRAS) == {"bench-engines", "test-all"}
