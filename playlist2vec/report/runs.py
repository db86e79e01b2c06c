"""The view of the page on runs of a grid: a table, a scatter chart, and effects of parameters."""

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from playlist2vec.base.errors import DataError
from playlist2vec.charts.rendering import rendered
from playlist2vec.charts.svg import Bar, bars

SCORE = "hit@10"
SHOWN = (SCORE, "ndcg@10", "hit@1", "hit@50", "mrr")
"""Scores in the table, as far as the grid has them."""
PAIRED = " to best"
"""Suffix for the paired difference of a score to the best run of the grid."""


@dataclass(frozen=True)
class Runs:
    """Runs of a grid on the validation pairs of the run in the page.

    `varied`: parameters that differ between the runs. `rows`: cells of every run by column name.
    `parameters`: those of the run in the page.
    """

    grid: str
    varied: list[str]
    rows: list[dict[str, str]]
    parameters: Mapping[str, Any]

    @staticmethod
    def of(path: str | Path, parameters: Mapping[str, Any]) -> "Runs":
        """Read the table of a grid; keep runs with data set, filter and split of `parameters`."""
        dataset = parameters["dataset"]
        wanted = {"dataset": dataset}
        for part in (dataset, "filter", "split"):
            wanted |= {f"{part}.{key}": value for key, value in parameters.get(part, {}).items()}
        names, lines = _read(path)
        rows = [
            row
            for row in (dict(zip(names, line, strict=True)) for line in lines)
            if _same(row, wanted)
        ]
        varied = [name for name in names if "." in name and len({row[name] for row in rows}) > 1]
        return Runs(rows[0]["grid"] if rows and "grid" in rows[0] else "", varied, rows, parameters)

    def is_own(self, row: Mapping[str, str]) -> bool:
        """Return True if a run has the parameters of the run in the page."""
        for name in self.varied:
            section, key = name.split(".", 1)
            if _value(row[name]) != self.parameters.get(section, {}).get(key):
                return False
        return True

    def label(self, row: Mapping[str, str]) -> str:
        """Return the varied parameters of a run with their values."""
        return ", ".join(f"{name} {row[name]}" for name in self.varied)

    def scores(self) -> list[str]:
        """Return the names of the scores in the table."""
        return [name for name in SHOWN if self.rows and name in self.rows[0]]


def runs_data(runs: Runs) -> dict[str, Any]:
    """Return the scores of the runs for the scatter chart."""
    names = runs.scores()
    rows = [
        {
            "name": runs.label(row),
            "own": runs.is_own(row),
            "scores": [float(row[name]) for name in names],
        }
        for row in runs.rows
    ]
    return {"names": names, "rows": rows}


def runs_part(runs: Runs) -> Markup:
    """Return the runs as HTML."""
    header, rows = _table(runs)
    return rendered(
        "report/templates/runs.html",
        dataset=runs.parameters["dataset"],
        grid=runs.grid,
        header=header,
        rows=rows,
        score=SCORE,
        effects=effects(runs),
    )


def _table(runs: Runs) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a table of the runs with their scores.

    A score has the paired difference to the best run, if known, or else a confidence interval.
    """
    header, columns = ["run", *runs.varied], list[str]()
    for name in runs.scores():
        paired = f"{name}{PAIRED}"
        columns += [name, paired] if paired in runs.rows[0] else [name]
    lines = []
    for row in sorted(runs.rows, key=lambda row: -float(row[SCORE])):
        own = " (this run)" if runs.is_own(row) else ""
        cells = [_cell(row, name, columns) for name in columns]
        lines.append(
            [row.get("experiment", "") + own, *(row[each] for each in runs.varied), *cells]
        )
    return [*header, *columns], lines


def _cell(row: Mapping[str, str], name: str, columns: Sequence[str]) -> str:
    if not row[name]:
        return ""
    form = "+.3f" if name.endswith(PAIRED) else ".3f"
    interval = "" if f"{name}{PAIRED}" in columns else _interval(row, name, form)
    return f"{float(row[name]):{form}}{interval}"


def _interval(row: Mapping[str, str], name: str, form: str) -> str:
    low, high = (row.get(f"{name}{end}", "") for end in ("_low", "_high"))
    return f" [{float(low):{form}}, {float(high):{form}}]" if low and high else ""


def effects(runs: Runs) -> list[tuple[str, Markup]]:
    """Return a chart of the score by value for every varied parameter, the rest as in most runs."""
    usual = {
        name: Counter(row[name] for row in runs.rows).most_common(1)[0][0] for name in runs.varied
    }
    charts = []
    for name in runs.varied:
        alike = [
            row
            for row in runs.rows
            if all(row[other] == usual[other] for other in runs.varied if other != name)
        ]
        drawn = sorted((_bar(row[name], row) for row in alike), key=_by_value)
        if len(drawn) > 1:
            chart = bars(f"{SCORE} by {name}", drawn, width=400, labels=90)
            charts.append((name, chart))
    return charts


def _bar(label: str, row: Mapping[str, str]) -> Bar:
    value, low, high = (float(row[f"{SCORE}{end}"]) for end in ("", "_low", "_high"))
    return Bar(label, value, low, high)


def _read(path: str | Path) -> tuple[list[str], list[list[str]]]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows:
        return [], []
    if not {SCORE, "dataset"} <= set(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        raise DataError(
            f"{path}: expected a table as `make grid` writes it, with the columns dataset and "
            f"{SCORE}"
        )
    return rows[0], rows[1:]


def _same(row: Mapping[str, str], wanted: Mapping[str, Any]) -> bool:
    return all(name in row and _value(row[name]) == value for name, value in wanted.items())


def _value(cell: str) -> Any:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _by_value(bar: Bar) -> tuple[float, str]:
    try:
        return float(bar.label), ""
    except ValueError:
        return float("inf"), bar.label
