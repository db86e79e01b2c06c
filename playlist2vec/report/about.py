"""The view of the page on data: losses by stage, statistics, parameters and other pipelines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from playlist2vec.charts.svg import table
from playlist2vec.corpus.playlists import Playlists

PIPELINES = (
    (
        "make audio",
        "data/audio/page.html",
        "docs/audio.md",
        "songs that no playlist holds yet, by their sound",
    ),
    (
        "make two-tower",
        "data/two_tower/page.html",
        "docs/two-towers.md",
        "what to listen to next, by what was heard",
    ),
    (
        "make soundcloud",
        "data/soundcloud/card",
        "docs/soundcloud-set.md",
        "a data set of free music",
    ),
)
"""Other pipelines of the project: command, output, documentation and purpose."""


@dataclass(frozen=True)
class Funnel:
    """Counts of playlists, plays and distinct songs after a stage."""

    stage: str
    playlists: int
    plays: int
    songs: int

    @staticmethod
    def of(stage: str, playlists: Playlists) -> "Funnel":
        """Count the playlists, plays and distinct songs of `playlists`."""
        return Funnel(
            stage, len(playlists), len(playlists.tracks), len(np.unique(playlists.tracks))
        )


def data_name(parameters: Mapping[str, Any]) -> str:
    """Return the name of a run's data: the data set, and the user's own file or folder, if any."""
    dataset = str(parameters["dataset"])
    section = parameters.get(dataset, {})
    named = [str(value) for value in section.values() if isinstance(value, str) and "/" in value]
    own = [Path(path).name for path in named if not path.startswith("data/sources/")]
    return f"{dataset}: {own[0]}" if own else dataset


def funnel_part(steps: Sequence[Funnel]) -> str:
    """Return a table of the playlists, plays and songs after every stage."""
    first = steps[0]

    def of_first(number: int, whole: int) -> str:
        return f"{number:,} ({number / whole:.1%})" if whole and number != whole else f"{number:,}"

    rows = [
        (
            step.stage,
            of_first(step.playlists, first.playlists),
            of_first(step.plays, first.plays),
            of_first(step.songs, first.songs),
        )
        for step in steps
    ]
    shares = table(
        ("after", "playlists", "plays", "songs"),
        rows,
        "In brackets: the share of the input. A held-out song splits its playlist in two.",
    )
    return f"<h2>What was dropped</h2>{shares}"


def statistics_part(path: str | Path) -> str:
    """Return a table of metrics/statistics.json, the statistics of the unfiltered data."""
    found: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    rows = [(name.replace("_", " "), _number(value)) for name, value in _flat(found)]
    return "<h2>The data</h2>" + table(("figure", "as it came"), rows)


def parameters_part(parameters: Mapping[str, Any]) -> str:
    """Return a table of all parameters of the run."""
    rows = []
    for section, values in parameters.items():
        inner = values.items() if isinstance(values, dict) else [("", values)]
        rows += [
            (f"{section}.{key}" if key else section, json.dumps(value)) for key, value in inner
        ]
    listed = table(("parameter", "value"), rows)
    return (
        f"<h2>All parameters</h2><details><summary>As the run was made</summary>{listed}</details>"
    )


def pipelines_part() -> str:
    """Return a list of PIPELINES in HTML."""
    items = "".join(
        f"<li><code>{escape(command)}</code>: {escape(what)}. "
        f"It writes <code>{escape(out)}</code>; <code>{escape(page)}</code> says how.</li>"
        for command, out, page, what in PIPELINES
    )
    return f"<h2>Other pipelines of this project</h2><ul>{items}</ul>"


def _flat(content: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in content.items():
        whole = f"{before}{name}"
        found += _flat(value, f"{whole}, ") if isinstance(value, dict) else [(whole, value)]
    return found


def _number(value: object) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)
