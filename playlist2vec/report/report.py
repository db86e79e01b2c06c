"""The report: one HTML file with the run's scores, a map of its songs and a radio, which needs no server."""

import base64
import csv
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.charts.svg import Bar, bars, line, table
from playlist2vec.corpus.playlists import Playlists

NAMES = {
    "word2vec": "Word2Vec",
    "counts_mixture": "mixture of counts",
    "blend": "blend of counts and Word2Vec",
    "popularity": "popularity",
    "closing": "songs that end playlists",
    "markov": "first-order Markov",
    "cooccurrence": "co-occurrence",
    "distances": "log-odds by distance",
    "kneser_ney": "Kneser-Ney n-gram",
    "item_knn": "item neighbours",
    "session_knn": "session neighbours",
    "ease": "EASE",
}
SCORE = "hit@10"
CURVE_NOTE = (
    "<p>hit@10 after each epoch on a part of the validation pairs, by rules of the curve's own, whatever the scores "
    "above are asked by: log_odds_last = with the last song alone, log_odds_history = with the last songs, as many as "
    "train.window, each alike. A score on a part of the pairs goes up and down by chance.</p>"
)
POLICY = (
    "default-src 'none'; script-src 'sha256-{js}' 'sha256-{frame}' https://api.deezer.com; style-src 'sha256-{css}'; "
    "media-src https://*.dzcdn.net https://*.deezer.com; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Funnel:
    """What was left after a stage: playlists, plays and different songs."""

    stage: str
    playlists: int
    plays: int
    songs: int

    @staticmethod
    def of(stage: str, playlists: Playlists) -> "Funnel":
        """Count what these playlists hold."""
        return Funnel(stage, len(playlists), len(playlists.tracks), len(np.unique(playlists.tracks)))


def page(parts: Mapping[str, str], data: Mapping[str, object], folder: str | Path) -> str:
    """The HTML file: page.html of `folder` with its style and scripts inside, `parts` (HTML) and `data` (JSON).

    Nothing from `data` is ever markup: it is JSON in which no `<` stands, and the script puts it in as text. The
    policy in the file lets a browser run these scripts alone, and Deezer's answers in a frame that has no access.
    """
    sources = {name: (Path(folder) / f"page.{name}").read_text("utf-8") for name in ("html", "css", "js")}
    frame = (Path(folder) / "frame.js").read_text("utf-8")
    inside = {"css": sources["css"], "js": sources["js"], "frame": frame}
    hashes = {name: base64.b64encode(sha256(text.encode()).digest()).decode() for name, text in inside.items()}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    filled = {**parts, **inside, "data": text, "policy": POLICY.format(**hashes)}
    return re.sub(r"\{\{(\w+)\}\}", lambda place: filled[place[1]], sources["html"])


def scores_part(validation: str | Path, test: str | Path, intervals: str | Path) -> str:
    """The model beside the baselines on the validation pairs, and on the test pairs."""
    rows = read_rows(validation, ("ranker", SCORE, "low", "high", "ndcg@10"))
    drawn = [
        _bar(NAMES.get(row[0], row[0]), row[1:4], strong=row[0] == "word2vec")
        for row in sorted(rows, key=lambda row: -float(row[1]))
    ]
    content = json.loads(Path(test).read_text("utf-8"))
    tested = {row[0]: row for row in read_rows(intervals, ("score", "value", "low", "high"))}
    baselines = content["baselines"]
    counted = content["scores"]
    lines = [("Word2Vec", _with_interval(tested[SCORE]), _with_interval(tested["ndcg@10"]))]
    for name, each in baselines.items():
        lines.append((NAMES.get(name, name), f"{each[SCORE]:.3f}", f"{each['ndcg@10']:.3f}"))
    misses = ", ".join(f"{counted[key]:,} {key.replace('_', ' ')}" for key in ("unseen_queries", "unseen_targets"))
    return (
        '<div class="charts"><div><h3>Validation</h3>'
        + bars(f"{SCORE} on the validation pairs", drawn)
        + "</div><div><h3>Test</h3>"
        + table(("", SCORE, "NDCG@10"), lines, f"{counted['pairs']:,} pairs; counted as misses: {misses}")
        + "</div></div>"
    )


def _bar(label: str, numbers: Sequence[str], *, strong: bool = False) -> Bar:
    value, low, high = map(float, numbers)
    return Bar(label, value, low, high, strong)


def _with_interval(row: Sequence[str]) -> str:
    value, low, high = map(float, row[1:4])
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def curve_part(folder: str | Path) -> str:
    """Return a chart for each rule of the curve: the tables in `folder`, with the columns step and the rule's name.

    A sentence where the run did not measure its curve.
    """
    charts = []
    for path in sorted(Path(folder).glob("*.tsv")):
        header, *lines = path.read_text("utf-8").splitlines()
        points = [(float(step) + 1, float(value)) for step, value in (row.split("\t") for row in lines)]
        name = escape(header.split("\t")[1])
        charts.append(f"<div><h3>{name}</h3>{line(f'{name} after each epoch', 'epochs', points)}</div>")
    if not charts:
        return "<p>The run did not measure its curve (train.curve_pairs is 0).</p>"
    return CURVE_NOTE + f'<div class="charts">{"".join(charts)}</div>'


def popularity_part(slices: str | Path) -> str:
    """hit@10 by how often the hidden song is played."""
    wanted = ("slicing", "group", "pairs", "score", "value", "low", "high")
    rows = [row for row in read_rows(slices, wanted) if row[0] == "popularity" and row[3] == SCORE]
    drawn = [_bar(f"{row[1]} ({int(row[2]):,} pairs)", row[4:7]) for row in rows]
    return bars(f"{SCORE} by popularity of the hidden song", drawn, 1.0)


def effects_part(grid: str | Path, parameters: Mapping[str, Any]) -> str:
    """For each parameter that a grid varied: the score with each of its values, the others as in most runs.

    `parameters`: those of the run. Only runs that were asked about the same pairs are shown: those with its data set,
    filter and split.
    """
    names, rows = _grid(grid)
    dataset = parameters["dataset"]
    wanted = {"dataset": dataset}
    for part in (dataset, "filter", "split"):
        wanted |= {f"{part}.{key}": value for key, value in parameters.get(part, {}).items()}
    rows = [row for row in rows if _same(dict(zip(names, row, strict=True)), wanted)]
    if not rows:
        return (
            f"<p>No grid on the same pairs of the data set {escape(dataset)} has been taken over: "
            "<code>make grid GRID=course</code> runs one, <code>make best</code> takes it over.</p>"
        )
    scores = [names.index(f"{SCORE}{end}") for end in ("", "_low", "_high")]
    columns = [place for place, name in enumerate(names) if "." in name and len({row[place] for row in rows}) > 1]
    usual = {place: Counter(row[place] for row in rows).most_common(1)[0][0] for place in columns}
    parts = []
    for place in columns:
        alike = [row for row in rows if all(row[other] == usual[other] for other in columns if other != place)]
        drawn = sorted((_bar(row[place], [row[score] for score in scores]) for row in alike), key=_by_value)
        if len(drawn) > 1:
            chart = bars(f"{SCORE} by {names[place]}", drawn, width=400, labels=90)
            parts.append(f"<div><h3>{escape(names[place])}</h3>{chart}</div>")
    about = (
        f"<p>{len(rows):,} runs of the grid {escape(rows[0][0])}: {SCORE} on the validation pairs with its 95 % "
        "interval, all other parameters as in most of the runs. Intervals that overlap widely show no difference.</p>"
    )
    return about + f'<div class="charts">{"".join(parts)}</div>'


def _grid(path: str | Path) -> tuple[list[str], list[list[str]]]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows:
        return [], []
    if not {SCORE, "dataset"} <= set(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        raise DataError(f"{path}: expected a table as `make grid` writes it, with the columns dataset and {SCORE}")
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


def funnel_part(steps: Sequence[Funnel]) -> str:
    """How many playlists, plays and songs were left after each stage."""
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
    return table(("", "playlists", "plays", "songs"), rows, "In brackets the share of what came in.")


def parameters_part(parameters: Mapping[str, Any]) -> str:
    """All parameters of the run."""
    rows = []
    for section, values in parameters.items():
        inner = values.items() if isinstance(values, dict) else [("", values)]
        rows += [(f"{section}.{key}" if key else section, json.dumps(value)) for key, value in inner]
    return table(("parameter", "value"), rows)


def read_rows(path: str | Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """These columns of a CSV file, by name, the first of several with one name. Raises DataError for a missing one."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0] if rows else []
    missing = [column for column in columns if column not in header]
    if missing:
        raise DataError(f"{path}: no column {missing[0]}: expected one among {', '.join(header)}")
    places = [header.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in rows[1:]]
