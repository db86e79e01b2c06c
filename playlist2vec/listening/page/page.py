"""One page on what comes next in listening histories: scores on the test, kinds of questions, curves of training."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from playlist2vec.charts.document import document
from playlist2vec.charts.svg import Bar, Points, bars, lines, table
from playlist2vec.listening.scoring.tables import CUTOFFS

TITLE = "What to listen to next"
MODELS = ("ordered", "recent", "seed_1", "seed_2", "seed_3")
"""What is trained; all others count."""
STRONG = "ordered"
SLICES = {
    "repeats": "Songs that the listener heard before",
    "discoveries": "Songs that the listener never heard, among such songs alone",
    "session_starts": "The first listen of a session",
    "cold_listeners": "Listeners without a listen in the training",
    "new_songs": "Songs first heard in the last tenth of the training time",
}
SHOWN = 10
"""The cutoff of bars and slices."""
FLAT = ("popularity", "most_played", "counts")
"""Baselines that stand as flat lines beside the curves."""
PAPER = ("seed_1", "seed_2", "seed_3")
Rows = Sequence[Mapping[str, str]]
Scores = Mapping[tuple[str, int], Mapping[str, str]]


def render(test: Path, curves: Mapping[str, Path], flat: Path) -> str:
    """Return the page. `test`: the table of test scores. `curves`: that of each tower. `flat`: those of baselines."""
    found = _read(test)
    parts = [
        "<p>Each question is a listen: what was heard before it, and when, is known, and the song is to be found among "
        "all songs. Every way was chosen on earlier listens; these are the latest. Lines at bars are 95 % intervals "
        "over listeners.</p>",
        "<h2>All questions of the test</h2>",
        *_section(found, "all"),
        "<h2>Kinds of questions</h2>",
    ]
    for name, words in SLICES.items():
        parts += [f"<h3>{words}</h3>", *_section(found, name)]
    points = {name: _read(path) for name, path in curves.items()}
    parts += ["<h2>Training</h2>", *_curves(points, _read(flat)), "<h2>What this is not</h2>", NOT]
    return document(TITLE, "\n".join(parts))


NOT = (
    "<p>A rate says how often the very next song is among the first ones of a list, not how many of them somebody "
    "would like. On the data set that the project generates, it says nothing of real listens: the habits of its people "
    "are known, and one of them is the law by which a baseline counts. The own past of a listener is the strongest "
    "baseline of all, and most questions are about songs that were heard before: compare discoveries apart.</p>"
)


def _read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _section(found: Rows, name: str) -> list[str]:
    """Return bars and a table of a kind of questions, best first; a sentence where there are none."""
    rows = [row for row in found if row["slice"] == name]
    if not rows:
        return ["<p>No question of the test is one.</p>"]
    scores: Scores = {(row["ranker"], int(row["cutoff"])): row for row in rows}
    rankers = sorted({row["ranker"] for row in rows}, key=lambda each: (-_rate(scores[each, SHOWN]), each))
    chart = []
    for ranker in rankers:
        row = scores[ranker, SHOWN]
        low, high = float(row["low"]), float(row["high"])
        chart.append(Bar(ranker, _rate(row), low, high, ranker == STRONG))
    best = {cutoff: max(_rate(scores[each, cutoff]) for each in rankers) for cutoff in CUTOFFS}
    cells = []
    for ranker in rankers:
        rates = [_rate(scores[ranker, cutoff]) for cutoff in CUTOFFS]
        marks = ["*" if rate == best[cutoff] else "" for rate, cutoff in zip(rates, CUTOFFS, strict=True)]
        numbers = [f"{100 * rate:.1f}{mark}" for rate, mark in zip(rates, marks, strict=True)]
        cells.append([ranker, "trained" if ranker in MODELS else "counts", *numbers])
    asked = f"{int(rows[0]['questions']):,} questions of {int(rows[0]['listeners']):,} listeners"
    header = ["", "", *(f"top {cutoff}, %" for cutoff in CUTOFFS)]
    caption = f"{asked}; * = the best of the column"
    return [bars(f"hit rate at {SHOWN}, {name}", chart), table(header, cells, caption)]


def _rate(row: Mapping[str, str]) -> float:
    return float(row["hit_rate"])


def _curves(curves: Mapping[str, Rows], flat: Rows) -> list[str]:
    charts = []
    for cutoff in (SHOWN, CUTOFFS[-1]):
        drawn = {name: _points(rows, f"top_{cutoff}") for name, rows in curves.items()}
        last = max(len(rows) for rows in curves.values())
        drawn |= {name: _points(flat[:last], f"{name}_{cutoff}") for name in FLAT}
        charts.append(f"<h3>Top {cutoff} on validation</h3>{lines(f'top {cutoff} on validation', 'epochs', drawn)}")
    losses = {name: _points(rows, "loss") for name, rows in curves.items() if name in PAPER}
    charts.append(f"<h3>Loss of a batch</h3>{lines('loss', 'epochs', losses)}")
    return charts


def _points(rows: Rows, column: str) -> Points:
    return [(float(row["epoch"]), float(row[column])) for row in rows]
