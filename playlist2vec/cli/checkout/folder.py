"""Checks of a folder: a checkout with data, models and locks, or a different folder."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playlist2vec.cli.checkout.checks import Check

MARKS = ("dvc.yaml", "params.yaml", "playlist2vec", "stages")
"""Files and folders in every checkout."""
MODELS = {
    "data/model/vectors.bin": (
        "model",
        "`find`, `similar`, `next`, `complete`, `path`, `radio`",
        "make repro",
    ),
    "data/audio/tower": ("model of sound", "`add`, --cold", "make audio"),
    "data/two_tower/model/model.json": ("model of listens", "`listen`", "make two-tower"),
}
"""Outputs of stages by path: name, commands that read the output, and command to type."""
LOCKS = {
    "dvc.yaml": "make repro",
    "final/dvc.yaml": "make repro",
    "pipelines/audio/dvc.yaml": "make audio",
    "pipelines/two_tower/dvc.yaml": "make two-tower",
    "pipelines/soundcloud/dvc.yaml": "make soundcloud",
}
"""Pipelines, and the command to type if stages are out of date."""
NAMED = 4
"""Number of stages that are named; more are counted."""


def is_checkout(folder: Path) -> bool:
    """Return True if a folder is a checkout of this project."""
    return all((folder / name).exists() for name in MARKS)


def check_folder(folder: Path) -> Iterator[Check]:
    """Yield the checks of a folder; outside a checkout, only a missing checkout."""
    name = str(folder.resolve())
    if not is_checkout(folder):
        use = f"stages, and commands without --from; {name} is none"
        yield Check("Folder", "checkout", "", use, "playlist2vec COMMAND --from CHECKOUT")
        return
    yield Check("Folder", "checkout", name, "stages, and commands without --from")
    for path, (label, use, advice) in MODELS.items():
        there, needed = (folder / path).exists(), path.startswith("data/model")
        yield Check("Folder", label, path if there else "", use, "" if there else advice, needed)
    yield _identity(folder)
    yield from _locks(folder)


def _identity(folder: Path) -> Check:
    """Return the check of Git's user name and e-mail, needed for commits by `dvc exp run`."""
    asked = [["git", "config", "--get", f"user.{name}"] for name in ("name", "email")]
    try:
        said = [
            subprocess.run(each, cwd=folder, capture_output=True, text=True, check=False)
            for each in asked
        ]
    except OSError:
        said = []
    found = [each.stdout.strip() for each in said]
    whole = len(found) == len(asked) and all(found)
    advice = (
        "" if whole else "git config --global user.name NAME; git config --global user.email MAIL"
    )
    return Check(
        "Folder", "Git's identity", " ".join(found) if whole else "", "`dvc exp run`, grids", advice
    )


def _locks(folder: Path) -> Iterator[Check]:
    """Yield the stages to run in every pipeline, according to DVC's lock and the files."""
    if find_spec("dvc") is None:
        return
    for file, advice in LOCKS.items():
        use = "whether code, parameters and data are as dvc.lock says"
        if not (folder / file).is_file():
            continue
        stale = stale_stages(folder, file)
        if isinstance(stale, str):
            yield Check("Folder", file, f"unknown: {stale}", use, "dvc status")
        elif stale:
            more = f" and {len(stale) - NAMED} more" if len(stale) > NAMED else ""
            names = ", ".join(stale[:NAMED]) + more
            yield Check("Folder", file, f"to be run: {names}", use, advice)
        else:
            yield Check("Folder", file, "up to date", use)


def stale_stages(folder: Path, file: str) -> list[str] | str:
    """Return the stages of a dvc.yaml that DVC would run, or the error of DVC as text.

    DVC compares only files on this machine; no remote is asked.
    """
    import logging

    os.environ["DVC_NO_ANALYTICS"] = "1"
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    logging.getLogger("dvc").setLevel(logging.CRITICAL)
    before = Path.cwd()
    os.chdir(folder)
    try:
        with Repo() as repo:
            found: dict[str, Any] = repo.status(targets=[file])
    except (DvcException, OSError, ValueError) as error:
        return " ".join(str(error).split()) or type(error).__name__
    finally:
        os.chdir(before)
    return [name.rpartition(":")[2] for name in found]
