"""Tables of grids and searches: a row per experiment, with parameters, scores and intervals.

A grid writes grids/NAME.csv, a search grids/NAME.search.csv; Git ignores both. `make best` copies
the table of the best row to metrics/grid.csv, which is committed. Pages and plots read
metrics/grid.csv, never experiments or Git.
"""

import csv
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path

from tabulate import tabulate

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.evaluation.comparison import compare_revisions
from playlist2vec.evaluation.intervals import t_interval
from playlist2vec.report.runs import PAIRED
from workflow.experiments.grid_files import FOLDER, flat
from workflow.experiments.records import Score, scores_at
from workflow.experiments.running import Configuration, differing

FILE = Path("metrics/grid.csv")
"""The table of the row taken over last."""
SHOWN = ("hit@10", "ndcg@10")


@dataclass(frozen=True)
class Row:
    """An experiment. `parameters`: `section.key` to value as JSON, text without quotes."""

    grid: str
    experiment: str
    parameters: dict[str, str]
    scores: dict[str, Score]


def collect(grid: str, configurations: list[Configuration], revisions: dict[str, str]) -> list[Row]:
    """Return the rows of finished experiments, in the order of the configurations.

    Rows have their differences to the best row.
    """
    rows = [
        Row(
            grid,
            each.name,
            {key: as_cell(value) for key, value in flat(each.parameters).items()},
            scores_at(revisions[each.name]),
        )
        for each in configurations
        if each.name in revisions
    ]
    return with_differences(rows, revisions)


def with_differences(rows: list[Row], revisions: dict[str, str]) -> list[Row]:
    """Add to every row the paired differences to the best row; best is by the first of SHOWN.

    A run has no differences if its ranks are neither in the cache nor at the remote, or if it was
    evaluated on other pairs.
    """
    best = max(rows, key=lambda row: row.scores[SHOWN[0]].value, default=None)
    found = []
    for row in rows:
        scores = row.scores
        if best is not None and row is not best:
            try:
                compared = compare_revisions(
                    revisions[best.experiment], revisions[row.experiment], SHOWN
                ).scores
                scores = scores | {f"{name}{PAIRED}": Score(*compared[name][2]) for name in SHOWN}
            except DataError:
                pass
        found.append(replace(row, scores=scores))
    return found


def as_cell(value: object) -> str:
    """Return a parameter as a cell of the table: JSON, but non-empty text without quotes."""
    return value if isinstance(value, str) and value else json.dumps(value)


def table_of_grid(name: str) -> Path:
    """Return the file of a grid's table."""
    return FOLDER / f"{name}.csv"


def table_of_search(name: str) -> Path:
    """Return the file of the table of a search over a grid's values."""
    return FOLDER / f"{name}.search.csv"


def last_table() -> Path:
    """Return the table written last by a grid or search. Raises DataError if there is none."""
    tables = sorted(FOLDER.glob("*.csv"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    if not tables:
        raise DataError(
            f"{FOLDER}: no table of a grid or search: expected `make grid` or `make search` "
            "before, or TABLE=file"
        )
    return tables[-1]


def write_rows(rows: list[Row], path: Path) -> None:
    """Write the whole table, with the same columns for every row."""
    parameters = list(dict.fromkeys(name for row in rows for name in row.parameters))
    scores = list(dict.fromkeys(name for row in rows for name in row.scores))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "grid",
            "experiment",
            *parameters,
            *(part for name in scores for part in (name, f"{name}_low", f"{name}_high")),
        ]
    )
    for row in rows:
        numbers = [row.scores.get(name) for name in scores]
        cells = [
            part
            for each in numbers
            for part in ((each.value, each.low, each.high) if each else ("", "", ""))
        ]
        shown = [f"{cell:.6f}" if isinstance(cell, float) else cell for cell in cells]
        writer.writerow(
            [
                row.grid,
                row.experiment,
                *(row.parameters.get(name, "") for name in parameters),
                *shown,
            ]
        )
    write_text(path, out.getvalue())


def read_rows(path: Path) -> list[Row]:
    """Read a table. Raises DataError if the file is missing or a score is not a number."""
    if not path.is_file():
        raise DataError(f"{path}: no such file: expected `make grid` or `make search` before")
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=2):
            ends = [name[: -len("_low")] for name in line if name and name.endswith("_low")]
            try:
                scores = {
                    name: Score(
                        float(line[name]), float(line[f"{name}_low"]), float(line[f"{name}_high"])
                    )
                    for name in ends
                    if line[name]
                }
            except (KeyError, TypeError, ValueError):
                raise DataError(
                    f"{path}: line {number}: expected a number for each score and its interval"
                ) from None
            known = {
                "grid",
                "experiment",
                *(f"{name}{end}" for name in ends for end in ("", "_low", "_high")),
            }
            parameters = {
                name: value for name, value in line.items() if name not in known and value
            }
            rows.append(Row(line.get("grid", ""), line.get("experiment", ""), parameters, scores))
    return rows


def best_of(rows: list[Row], by: str, path: Path) -> list[Row]:
    """Return the rows of the configuration with the highest mean of `by`, a row per seed.

    The first seed comes first. Of equal configurations the first in the table is taken. `path`: the
    file of the table, for the error. Raises DataError if no row has the score.
    """
    groups = [rows for rows in seeds_together(rows) if all(by in row.scores for row in rows)]
    if not groups:
        known = sorted({name for row in rows for name in row.scores})
        raise DataError(f"{path}: no {by}: expected one of {', '.join(known)}")
    return max(groups, key=lambda rows: _mean(rows, by))


def seeds_together(rows: list[Row]) -> list[list[Row]]:
    """Return the rows in groups that differ in the training seed only."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        rest = {name: value for name, value in row.parameters.items() if name != "train.seed"}
        groups.setdefault(json.dumps(rest, sort_keys=True), []).append(row)
    return list(groups.values())


def as_text(rows: list[Row], configurations: list[Configuration], by: str = SHOWN[0]) -> str:
    """Return the table as text, the best configuration first.

    A configuration with several seeds is shown by their mean and t-interval.
    """
    keys = [key for key in differing(configurations) if key != "train.seed"]
    settings = {each.name: each.told(keys) for each in configurations}
    groups = sorted(seeds_together(rows), key=lambda rows: -_mean(rows, by))
    lines = [
        [group[0].experiment, settings[group[0].experiment], *_shown(group), str(len(group))]
        for group in groups
    ]
    headers = ["experiment", "settings", *(f"{name} [95 %]" for name in SHOWN), "seeds"]
    if all(len(group) == 1 for group in groups):
        lines, headers = [line[:-1] for line in lines], headers[:-1]
    return tabulate(lines, headers=headers, tablefmt="simple", disable_numparse=True)


def _mean(rows: list[Row], by: str) -> float:
    return sum(row.scores[by].value for row in rows) / len(rows)


def _shown(group: list[Row]) -> list[str]:
    """Return the scores with intervals: over pairs for a single run, over seeds for several."""
    found = []
    for name in SHOWN:
        scores = [row.scores[name] for row in group]
        value, low, high = (scores[0].value, scores[0].low, scores[0].high)
        if len(scores) > 1:
            value, low, high = t_interval([score.value for score in scores])
        found.append(f"{value:.4f} [{low:.3f}, {high:.3f}]")
    return found
