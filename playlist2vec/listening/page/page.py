"""The HTML page on next listens: test scores, kinds of questions, training curves."""

import csv
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from playlist2vec.base.files import read_json
from playlist2vec.charts.document import document
from playlist2vec.charts.svg import Bar, Points, bars, lines, table
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


def render(test: Path, curves: Mapping[str, Path], flat: Path, history: Path) -> str:
    """Return the page as HTML.

    `test`: the table of test scores. `curves`: the table of each tower. `flat`: the table of
    baselines beside them. `history`: counts of listens and songs, as JSON.
    """
    found = _read(test)
    parts = [
        "<p>Each question is a listen: what was heard before it, and when, is known, and the song "
        "is to be found among all songs. All settings were chosen on earlier listens; these are "
        f"the latest. Bars are the share of questions whose song is among the first {SHOWN}; "
        "lines at bars are 95 % intervals over listeners.</p>",
        _counts(read_json(history)),
        "<h2>All questions of the test</h2>",
        *_section(found, "all"),
        "<h2>Kinds of questions</h2>",
    ]
    for name, words in SLICES.items():
        parts += [f"<h3>{words}</h3>", *_section(found, name)]
    points = {name: _read(path) for name, path in curves.items()}
    parts += ["<h2>Training</h2>", *_curves(points, _read(flat))]
    parts += ["<h2>What this is not</h2>", _limits(found)]
    return document(TITLE, "\n".join(parts))


def _counts(history: Mapping[str, Any]) -> str:
    """Return a sentence on the listens of the training and of the test."""
    training, test, songs = history["training"], history["test"], history["songs"]
    return (
        f"<p>Learned from {training['listens']:,} listens of "
        f"{training['listeners']:,} listeners to {songs['in_training']:,} songs by "
        f"{songs['artists']:,} artists. Of the {test['listens']:,} listens of the test, "
        f"{test['questions']:,} are asked about. "
        f"{test['of_songs_outside_vocabulary']:,} of all listens of the test are to songs "
        "that were not learned; a question about such a song is a miss for every ranker.</p>"
    )


def _limits(found: Rows) -> str:
    """Return a paragraph on the limits of the scores.

    Shares and the best baseline are those of the table.
    """
    asked = {row["slice"]: int(row["questions"]) for row in found}
    repeats, every = asked.get("repeats", 0), asked.get("all", 0)
    share = 100 * repeats / max(every, 1)
    every_at = [row for row in found if (row["slice"], row["cutoff"]) == ("all", str(SHOWN))]
    baselines = [row for row in every_at if row["ranker"] not in MODELS]
    best = min(baselines, key=lambda row: (-_rate(row), row["ranker"]), default=None)
    rival = (
        f"Compare a trained model with the best baseline: {escape(best['ranker'])}, "
        f"{100 * _rate(best):.1f} % at {SHOWN}. "
        if best
        else ""
    )
    return (
        "<p>A rate says how often the very next song is among the first ones of a list, not how "
        "many of them somebody would like. On the data set that the project generates, it says "
        "nothing of real listens: the habits of its people are known, and one of them is "
        "the law by which a baseline counts. "
        f"A listener's own past is a strong baseline where songs are heard again: "
        f"{repeats:,} of {every:,} questions ({share:.1f} %) are about songs that the listener "
        "heard before, so compare discoveries apart. "
        f"{rival}"
        "An interval says how far a rate may move with other listeners, not with another training "
        "or other data.</p>"
    )


def _read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _section(found: Rows, name: str) -> list[str]:
    """Return bars and a table for a kind of questions, best first, or a note without questions."""
    rows = [row for row in found if row["slice"] == name]
    if not rows:
        return ["<p>The test has no question of this kind.</p>"]
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
    return [bars(f"hit rate at {SHOWN}, {name}", chart), table(header, cells, caption)]


def _interval(row: Mapping[str, str]) -> str:
    return f"{100 * float(row['low']):.1f} to {100 * float(row['high']):.1f}"


def _rate(row: Mapping[str, str]) -> float:
    return float(row["hit_rate"])


def _curves(curves: Mapping[str, Rows], flat: Rows) -> list[str]:
    charts = []
    for cutoff in (SHOWN, CUTOFFS[-1]):
        drawn = {name: _points(rows, f"top_{cutoff}") for name, rows in curves.items()}
        last = max(len(rows) for rows in curves.values())
        drawn |= {name: _points(flat[:last], f"{name}_{cutoff}") for name in FLAT}
        charts.append(
            f"<h3>Top {cutoff} on "
            f"validation</h3>{lines(f'top {cutoff} on validation', 'epochs', drawn)}"
        )
    losses = {name: _points(rows, "loss") for name, rows in curves.items() if name in PAPER}
    style = next((number for number, name in enumerate(curves) if name in PAPER), 0)
    charts.append(f"<h3>Loss of a batch</h3>{lines('loss', 'epochs', losses, style=style)}")
    return charts


def _points(rows: Rows, column: str) -> Points:
    return [(float(row["epoch"]), float(row[column])) for row in rows]
