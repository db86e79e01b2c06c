"""The view of the page on data: losses by stage, statistics, parameters and other pipelines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from playlist2vec.charts.rendering import rendered
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


def funnel_part(steps: Sequence[Funnel]) -> Markup:
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
    return rendered("report/templates/funnel.html", rows=rows)


def statistics_part(path: str | Path) -> Markup:
    """Return a table of metrics/statistics.json, the statistics of the unfiltered data."""
    found: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    rows = [(name.replace("_", " "), _number(value)) for name, value in _flat(found)]
    return rendered("report/templates/statistics.html", rows=rows)


def parameters_part(parameters: Mapping[str, Any]) -> Markup:
    """Return a table of all parameters of the run."""
    rows = []
    for section, values in parameters.items():
        inner = values.items() if isinstance(values, dict) else [("", values)]
        rows += [
            (f"{section}.{key}" if key else section, json.dumps(value)) for key, value in inner
        ]
    return rendered("report/templates/parameters.html", rows=rows)


def pipelines_part() -> Markup:
    """Return a list of PIPELINES in HTML."""
    return rendered("report/templates/pipelines.html", pipelines=PIPELINES)


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
