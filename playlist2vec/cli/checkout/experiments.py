"""Runs of DVC, from `dvc exp show --json`: changed parameters, scores and rivals."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line

PARAMS = "params.yaml"
SCORES = "metrics/validation.json"
RIVALS = {
    "baseline": ("metrics/baselines.json", "best_baseline"),
    "blend": ("metrics/blend.json", "blend"),
}
"""Comparisons of a run by name: file and key of their scores."""
PAIRS = ("dataset", "filter", "split", "sample")
"""Sections that determine the validation pairs; scores on different pairs are not comparable."""
WORKSPACE = "workspace"


@dataclass(frozen=True)
class Run:
    """The workspace, a commit or an experiment.

    `state`: workspace, commit, success, queued, running or failed. `when`: date and time, empty if
    unknown. `parameters`: values of params.yaml by `section.key`, and of files of further pipelines
    by `file:section.key`. `scores`: on validation pairs. `rivals`: scores of comparisons by the
    names of RIVALS. `settings`: parameters that differ from the last commit.
    """

    name: str
    state: str
    when: str
    parameters: Mapping[str, object]
    scores: Mapping[str, float]
    rivals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


def list_runs(folder: Path, commits: int) -> list[Run]:
    """Return the workspace, the last `commits` commits and their experiments, with `settings`.

    Raises DataError if DVC fails.
    """
    runs = list(_runs_of(_asked(folder, commits)))
    base = next((run.parameters for run in runs if run.state == "commit"), {})
    return [_with_settings(run, base) for run in runs]


def _asked(folder: Path, commits: int) -> list[dict[str, Any]]:
    """Return the output of `dvc exp show --json` in a folder."""
    command = [sys.executable, "-m", "dvc", "exp", "show", "--json", "--num", f"{commits}"]
    environment = os.environ | {"DVC_NO_ANALYTICS": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0].removeprefix("ERROR: ")
        raise DataError(f"{folder}: {as_line(said)}: expected a checkout")
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)
    except ValueError:
        raise DataError(
            f"{folder}: `dvc exp show --json`: {as_line(done.stdout)[:80]}: expected JSON"
        ) from None
    return found


def _runs_of(said: Sequence[Mapping[str, Any]]) -> Iterator[Run]:
    """Yield the runs in the order of DVC: the workspace, then commits followed by experiments."""
    for commit in said:
        name = commit.get("name") or commit["rev"][:7]
        state = WORKSPACE if commit["rev"] == WORKSPACE else "commit"
        yield _run(WORKSPACE if state == WORKSPACE else name, state, commit)
        for each in commit.get("experiments") or ():
            tip = each["revs"][0]
            executor = each.get("executor") or {}
            found = each.get("name") or tip.get("name") or tip["rev"][:7]
            yield _run(
                found, "failed" if tip.get("error") else executor.get("state") or "success", tip
            )


def _run(name: str, state: str, said: Mapping[str, Any]) -> Run:
    data = said.get("data") or {}
    metrics = data.get("metrics") or {}
    parameters: dict[str, object] = {}
    for file, content in (data.get("params") or {}).items():
        before = "" if file == PARAMS else f"{file}:"
        parameters |= {f"{before}{key}": value for key, value in _flat(content.get("data") or {})}
    scores = {
        name: value
        for name, value in _content(metrics, SCORES).items()
        if isinstance(value, int | float)
    }
    rivals = {rival: _content(metrics, file).get(key) for rival, (file, key) in RIVALS.items()}
    known = {rival: each for rival, each in rivals.items() if isinstance(each, dict)}
    return Run(name, state, (data.get("timestamp") or "")[:16], parameters, scores, known)


def _content(metrics: Mapping[str, Any], file: str) -> dict[str, Any]:
    found = (metrics.get(file) or {}).get("data")
    return found if isinstance(found, dict) else {}


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """Yield every parameter as `section.key`, with the value."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _with_settings(run: Run, base: Mapping[str, object]) -> Run:
    changed = {
        key: value for key, value in run.parameters.items() if base and base.get(key) != value
    }
    return Run(run.name, run.state, run.when, run.parameters, run.scores, run.rivals, changed)


def best_first(runs: Sequence[Run], by: str) -> list[Run]:
    """Return the runs by the score `by`, highest first, runs without it last, ties in order.

    Raises DataError if no run has the score.
    """
    known = sorted({name for run in runs for name in run.scores} - {"pairs"})
    if by not in known:
        expected = f"one of {', '.join(known)}" if known else "a finished run, `make repro`"
        raise DataError(f"--by {by}: no run has this score: expected {expected}")
    return sorted(runs, key=lambda run: -run.scores.get(by, float("-inf")))


def others_asked(runs: Sequence[Run]) -> list[str]:
    """Return the names of runs with other validation pairs than the first run."""
    if not runs:
        return []

    def pairs(run: Run) -> dict[str, object]:
        return {
            key: value for key, value in run.parameters.items() if key.partition(".")[0] in PAIRS
        }

    return [run.name for run in runs[1:] if run.scores and pairs(run) != pairs(runs[0])]
