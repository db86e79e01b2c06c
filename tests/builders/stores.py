"""A small project with a shared store, and stores that a stranger has changed."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import Project

MAKE = """
import shutil
from pathlib import Path
for name in ("model", "canonical"):
    shutil.copytree(Path("inputs") / name, Path("data") / name, dirs_exist_ok=True)
Path("metrics.json").write_text('{"score": 1}')
"""
PIPELINE: dict[str, Any] = {
    "stages": {
        "make": {
            "cmd": "python make.py",
            "deps": ["make.py", "inputs"],
            "params": ["seed"],
            "outs": ["data/model", "data/canonical"],
            "metrics": [{"metrics.json": {"cache": False}}],
        }
    }
}


def small_project(folder: Path, model: Path) -> Project:
    """A project of one stage, run and committed, with a model and a table of tracks."""
    folder.mkdir(parents=True)
    project = Project(folder)
    for name in ("model", "canonical"):
        (folder / "inputs" / name).mkdir(parents=True)
    for path in model.iterdir():
        target = {"tracks.tsv": "inputs/canonical/tracks.tsv", "params.yaml": "params.yaml"}.get(
            path.name
        )
        shutil.copy(path, folder / (target or f"inputs/model/{path.name}"))
    (folder / "params.yaml").write_text(
        (folder / "params.yaml").read_text("utf-8") + "seed: 1\n", encoding="utf-8"
    )
    (folder / "inputs/model/more").mkdir()
    (folder / "inputs/model/more/note.txt").write_text("a note", encoding="utf-8")
    (folder / "make.py").write_text(MAKE, encoding="utf-8")
    (folder / "source.py").write_text("print('a program of ours')\n", encoding="utf-8")
    write_pipeline(folder, PIPELINE)
    project.git("init", "--quiet")
    project.dvc("init", "--quiet")
    project.dvc("config", "core.analytics", "false")
    project.dvc("repro", "--quiet")
    commit(project)
    return project


def write_pipeline(folder: Path, pipeline: dict[str, Any]) -> None:
    (folder / "dvc.yaml").write_text(yaml.safe_dump(pipeline, sort_keys=False), encoding="utf-8")


def commit(project: Project, message: str = "run") -> None:
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", message)


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def put(store: Path, content: bytes, name: str = "") -> str:
    """Write an object into a store, under its hash or under another name; returns the name."""
    name = name or md5(content)
    path = store / "files/md5" / name[:2] / name[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o644)
    path.write_bytes(content)
    # DVC takes an object that nobody may write for one that was compared with its hash.
    path.chmod(0o444)
    return name


def locked(folder: Path, path: str = "data/model") -> str:
    """The hash of an output in dvc.lock."""
    lock = yaml.safe_load((folder / "dvc.lock").read_text("utf-8"))
    return str(next(out["md5"] for out in lock["stages"]["make"]["outs"] if out["path"] == path))


def lock(folder: Path, value: object, path: str = "data/model") -> None:
    """Write another hash of an output into dvc.lock."""
    content = yaml.safe_load((folder / "dvc.lock").read_text("utf-8"))
    for out in content["stages"]["make"]["outs"]:
        if out["path"] == path:
            out["md5"] = value
    (folder / "dvc.lock").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def listing(store: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (store / "files/md5" / name[:2] / name[2:]).read_bytes()
    )
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything below a folder but what DVC keeps for itself, and what is data."""
    own = (
        ".dvc/cache",
        ".dvc/tmp",
        ".dvc/config.local",
        "data/model",
        "data/canonical",
        ".git/index",
    )
    paths = [path for path in folder.rglob("*") if path.is_file() or path.is_symlink()]
    kept = [path for path in paths if not str(path.relative_to(folder)).startswith(own)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}
