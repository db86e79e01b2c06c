"""`playlist2vec runs`: the experiments of DVC, in a table for a terminal of 100 columns."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_json, visible
from playlist2vec.cli.checkout.experiments import RIVALS, Run, best_first, list_runs, others_asked
from playlist2vec.cli.commands import Command
from playlist2vec.cli.terminal.looks import Looks, Style, looks_of

SHOWN = ("hit@10", "ndcg@10")


def _declare_runs(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "--by",
        default=SHOWN[0],
        metavar="SCORE",
        help="best first by hit@10, ndcg@10 or mrr (%(default)s)",
    )
    many = "the last N commits with their experiments (%(default)s)"
    add("-n", "--commits", type=int, default=1, metavar="N", help=many)
    add(
        "--from",
        dest="source",
        type=Path,
        default=Path(),
        metavar="CHECKOUT",
        help="the checkout (here)",
    )
    add("--json", action="store_true", help="JSON, for programs")


def _runs(arguments: argparse.Namespace) -> None:
    if arguments.commits < 1:
        raise DataError(f"--commits {arguments.commits}: expected 1 or more")
    runs = best_first(list_runs(arguments.source, arguments.commits), arguments.by)
    if arguments.json:
        print(as_json({"by": arguments.by, "runs": [as_object(run) for run in runs]}, indent=2))
    else:
        print(as_text(runs, arguments.by, looks_of()), end="")


def as_object(run: Run) -> dict[str, object]:
    """Return a run as a JSON object."""
    return {
        "name": run.name,
        "state": run.state,
        "when": run.when,
        "settings": dict(run.settings),
        "scores": dict(run.scores),
        **{rival: run.rivals.get(rival) for rival in RIVALS},
    }


def as_text(runs: Sequence[Run], by: str, looks: Looks) -> str:
    """Return the runs as a table for people, and lines that explain the table."""
    shown = (*SHOWN, *(() if by in SHOWN else (by,)))
    rivals = by if by in SHOWN else SHOWN[0]
    header = ["run", "when", "settings", *shown, *RIVALS]
    rows = [
        [
            run.name,
            run.when[5:].replace("T", " "),
            _settings(run),
            *(_number(run.scores.get(name)) for name in shown),
            *(_number(run.rivals.get(rival, {}).get(rivals)) for rival in RIVALS),
        ]
        for run in runs
    ]
    table = looks.table(header, rows, numbers=(*shown, *RIVALS), spare=("when", *RIVALS))
    lines = [looks.styled(line, Style.FAINT) for line in _notes(runs, rivals)]
    return table + "".join(f"{line}\n" for line in lines)


def _settings(run: Run) -> str:
    """Return the settings of a run in a cell, and the state of an unfinished run."""
    settings = " ".join(f"{key}={visible(str(value))}" for key, value in run.settings.items())
    state = f"({run.state})" if run.state in ("queued", "running", "failed") else ""
    same = "" if run.state == "success" else "as committed"
    return " ".join(filter(None, (state, settings or same)))


def _number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, int | float) else "-"


def _notes(runs: Sequence[Run], by: str) -> list[str]:
    """Return lines on the rivals, and on runs whose scores are not comparable."""
    names = sorted(
        {str(run.rivals["baseline"].get("name")) for run in runs if "baseline" in run.rivals}
    )
    lines = (
        [f"baseline, blend: {by} of the best baseline ({', '.join(names)}) and of the blend"]
        if names
        else []
    )
    if others := others_asked(runs):
        lines.append(
            f"asked about other pairs than {runs[0].name}, so not to be compared with it: "
            f"{', '.join(others)}"
        )
    return [*lines, "playlist2vec compare RUN_A RUN_B says whether two of them differ"]


COMMANDS = {"runs": Command(_declare_runs, _runs)}
