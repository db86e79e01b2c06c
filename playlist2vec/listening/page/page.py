"""The HTML page on next listens: test scores, kinds of questions, training curves."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from playlist2vec.base.files import read_json
from playlist2vec.charts.rendering import rendered
from playlist2vec.charts.svg import Bar, Points, bars, lines
from playlist2vec.listening.scoring.tables import CUTOFFS

TITLE = "What to listen to next"
MODELS = ("ordered", "recent", "seed_1", "seed_2", "seed_3")
"""Trained models; all other rankers are baselines."""
STRONG = "ordered"
SLICES = {
    "repeats": "Songs that the listener heard before",
    "discoveries": "Songs that the listener never heard, among such songs alone",
    "session_starts": "The first listen of a session",
    "cold_listeners": "Listeners without a listen in the training",
    "new_songs": "Songs first heard in the last tenth of the training time",
}
SHOWN = 10
"""Cutoff of bars and slices."""
FLAT = ("popularity", "most_played", "counts")
"""Baselines drawn as flat lines beside the curves."""
PAPER = ("seed_1", "seed_2", "seed_3")
Rows = Sequence[Mapping[str, str]]
Scores = Mapping[tuple[str, int], Mapping[str, str]]


class Section(NamedTuple):
    """A chart of hit rates, and header, rows and caption of a table of hit rates."""

    chart: Markup
    header: list[str]
    rows: list[list[str]]
    caption: str


def render(test: Path, curves: Mapping[str, Path], flat: Path, history: Path) -> str:
    """Return the page as HTML.

    `test`: the table of test scores. `curves`: the table of each tower. `flat`: the table of
    baselines beside them. `history`: counts of listens and songs, as JSON.
    """
    found = _read(test)
    points = {name: _read(path) for name, path in curves.items()}
    questions = {row["slice"]: int(row["questions"]) for row in found}
    repeats, asked = questions.get("repeats", 0), questions.get("all", 0)
    return rendered(
        "listening/page/templates/page.html",
        title=TITLE,
        top=SHOWN,
        history=read_json(history),
        every=_section(found, "all"),
        slices=[(words, _section(found, name)) for name, words in SLICES.items()],
        curves=_curves(points, _read(flat)),
        repeats=repeats,
        asked=asked,
        share=f"{100 * repeats / max(asked, 1):.1f}",
        best=_best_baseline(found),
    )


def _best_baseline(found: Rows) -> tuple[str, str] | None:
    """Return the name and the rate in percent of the best baseline, or None without baselines."""
    every = [row for row in found if (row["slice"], row["cutoff"]) == ("all", str(SHOWN))]
    baselines = [row for row in every if row["ranker"] not in MODELS]
    best = min(baselines, key=lambda row: (-_rate(row), row["ranker"]), default=None)
    return (best["ranker"], f"{100 * _rate(best):.1f}") if best else None


def _read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _section(found: Rows, name: str) -> Section | None:
    """Return bars and a table for a kind of questions, best first, or None without questions."""
    rows = [row for row in found if row["slice"] == name]
    if not rows:
        return None
    scores: Scores = {(row["ranker"], int(row["cutoff"])): row for row in rows}
    rankers = sorted(
        {row["ranker"] for row in rows}, key=lambda each: (-_rate(scores[each, SHOWN]), each)
    )
    chart = []
    for ranker in rankers:
        row = scores[ranker, SHOWN]
        low, high = float(row["low"]), float(row["high"])
        chart.append(Bar(ranker, _rate(row), low, high, ranker == STRONG))
    best = {cutoff: max(_rate(scores[each, cutoff]) for each in rankers) for cutoff in CUTOFFS}
    cells = []
    for ranker in rankers:
        rates = [_rate(scores[ranker, cutoff]) for cutoff in CUTOFFS]
        marks = [
            "*" if rate == best[cutoff] else "" for rate, cutoff in zip(rates, CUTOFFS, strict=True)
        ]
        numbers = [f"{100 * rate:.1f}{mark}" for rate, mark in zip(rates, marks, strict=True)]
        numbers.insert(CUTOFFS.index(SHOWN) + 1, _interval(scores[ranker, SHOWN]))
        cells.append([ranker, "model" if ranker in MODELS else "baseline", *numbers])
    asked = f"{int(rows[0]['questions']):,} questions of {int(rows[0]['listeners']):,} listeners"
    header = ["ranker", "kind", *(f"top {cutoff}, %" for cutoff in CUTOFFS)]
    header.insert(header.index(f"top {SHOWN}, %") + 1, f"95 % interval at {SHOWN}")
    caption = f"{asked}; * = the best of the column"
    return Section(bars(f"hit rate at {SHOWN}, {name}", chart), header, cells, caption)


def _interval(row: Mapping[str, str]) -> str:
    return f"{100 * float(row['low']):.1f} to {100 * float(row['high']):.1f}"


def _rate(row: Mapping[str, str]) -> float:
    return float(row["hit_rate"])


def _curves(curves: Mapping[str, Rows], flat: Rows) -> list[tuple[str, Markup]]:
    """Return titles and charts of the training."""
    charts = []
    for cutoff in (SHOWN, CUTOFFS[-1]):
        drawn = {name: _points(rows, f"top_{cutoff}") for name, rows in curves.items()}
        last = max(len(rows) for rows in curves.values())
        drawn |= {name: _points(flat[:last], f"{name}_{cutoff}") for name in FLAT}
        chart = lines(f"top {cutoff} on validation", "epochs", drawn)
        charts.append((f"Top {cutoff} on validation", chart))
    losses = {name: _points(rows, "loss") for name, rows in curves.items() if name in PAPER}
    style = next((number for number, name in enumerate(curves) if name in PAPER), 0)
    return [*charts, ("Loss of a batch", lines("loss", "epochs", losses, style=style))]


def _points(rows: Rows, column: str) -> Points:
    return [(float(row["epoch"]), float(row[column])) for row in rows]
