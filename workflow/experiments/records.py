"""Experiments in DVC: names of configurations, and the scores of finished experiments."""

import csv
import io
import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.params import OWN
from workflow.experiments.grid_files import Settings
from workflow.git import git

CHAIN = Path("dvc.yaml")
INTERVALS = "metrics/intervals.csv"
Stage = dict[str, Any]


@dataclass(frozen=True)
class Score:
    """A score of an experiment with its 95 % interval over the validation pairs."""

    value: float
    low: float
    high: float


def stages_of(path: Path = CHAIN) -> dict[str, Stage]:
    """Return the stages of a dvc.yaml as written there."""
    stages: dict[str, Stage] = yaml.safe_load(path.read_text("utf-8"))["stages"]
    return stages


def experiment_name(parameters: dict[str, Any]) -> str:
    """Return the name of the experiment with all of `parameters` and the workspace's code and data.

    A result depends on nothing else, so an experiment of the same name need not run again. The name
    is `run-` and the beginning of a SHA-256.
    """
    digest = sha256(json.dumps(parameters, sort_keys=True).encode())
    # `check` depends on the whole library and writes a constant.
    stages = [stage for name, stage in stages_of().items() if name != "check"]
    files = {str(CHAIN), *(path for stage in stages for path in stage["deps"])}
    dataset = parameters["dataset"]
    own = {name: f"${{{name}.{key}}}" for name, key in OWN.items()}
    named = {path.replace("${dataset}", dataset) for path in files - set(own.values())}
    if dataset in OWN:
        named.add(parameters[dataset][OWN[dataset]])
    made = {output for stage in stages_of().values() for output in outputs_of(stage)}
    own_data = parameters[dataset][OWN[dataset]] if dataset in OWN else None
    for path in sorted(named):
        if not _is_among(path, made):
            digest.update(path.encode())
            whole = (
                _folder_outline(Path(path))
                if path == own_data and Path(path).is_dir()
                else _content(Path(path))
            )
            digest.update(whole)
    return f"run-{digest.hexdigest()[:8]}"


def shared_stages(varied: list[str]) -> list[str]:
    """Return the stages of dvc.yaml whose outputs do not depend on the `varied` parameters.

    `check` counts as shared although it reads every parameter: its output is constant.
    """
    touched: set[str] = set()
    shared = []
    for name, stage in stages_of().items():
        read = [entry for entry in stage.get("params", []) if isinstance(entry, str)]
        read += re.findall(r"\$\{([\w.]+)\}", json.dumps(stage))
        own = any(key == entry or key.startswith(f"{entry}.") for key in varied for entry in read)
        if name != "check" and (own or any(_is_among(path, touched) for path in stage["deps"])):
            touched |= outputs_of(stage)
        else:
            shared.append(name)
    return shared


def outputs_of(stage: Stage) -> set[str]:
    """Return the paths written by a stage."""
    entries = [entry for kind in ("outs", "metrics") for entry in stage.get(kind, [])]
    return {entry if isinstance(entry, str) else next(iter(entry)) for entry in entries}


def _is_among(path: str, outputs: set[str]) -> bool:
    return any(path == output or path.startswith(f"{output}/") for output in outputs)


def finished_experiments(head: str) -> dict[str, str]:
    """Return the revision of every finished experiment on the commit `head`, by name."""
    lines = git(
        "for-each-ref", "--format=%(refname) %(objectname)", f"refs/exps/{head[:2]}/{head[2:]}"
    ).splitlines()
    return {
        ref.rpartition("/")[2]: revision for ref, revision in (line.split(" ") for line in lines)
    }


def scores_at(revision: str) -> dict[str, Score]:
    """Return the validation scores of a finished experiment, or of any revision.

    Raises DataError if the revision has no scores.
    """
    text = git("show", f"{revision}:./{INTERVALS}")
    rows = csv.DictReader(io.StringIO(text))
    return {
        row["score"]: Score(float(row["value"]), float(row["low"]), float(row["high"]))
        for row in rows
    }


def as_overrides(settings: Settings) -> list[str]:
    """Return settings in the form of `dvc exp run -S`."""
    return [f"{key}={_as_override(value)}" for key, value in settings.items()]


def _as_override(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # Quotes keep a path or an empty text unchanged in the grammar of overrides.
    return (
        json.dumps(value, ensure_ascii=False).replace('"', "'")
        if isinstance(value, str)
        else f"{value}"
    )


def _folder_outline(folder: Path) -> bytes:
    """Return a hash of the names and sizes of a folder's files; content would take hours."""
    digest = sha256()
    for inner in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(f"{inner.relative_to(folder).as_posix()}\n{inner.stat().st_size}\n".encode())
    return digest.digest()


def _content(path: Path) -> bytes:
    """Return a hash of a file's content, or of the names and contents of a folder's files.

    Files ignored by DVC are left out.
    """
    digest = sha256()
    if path.is_dir():
        for inner in sorted(each for each in path.rglob("*") if each.is_file()):
            if "__pycache__" not in inner.parts and inner.suffix != ".unfinished":
                digest.update(inner.relative_to(path).as_posix().encode())
                digest.update(_content(inner))
        return digest.digest()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}: expected a file that a stage of dvc.yaml depends on"
        ) from None
    return digest.digest()
