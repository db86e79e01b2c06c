"""The view of the page on scores: a verdict, charts, a table, and slices beside the best rival."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.charts.rendering import rendered
from playlist2vec.charts.svg import Bar, bars, lines
from playlist2vec.evaluation.comparison import compare_ranks
from playlist2vec.evaluation.intervals import Interval
from playlist2vec.evaluation.slices import Slice
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.report.names import WITH_MODEL, called, name_of

SCORE = "hit@10"
K = 10
CURVE = {
    "log_odds_last": "asked with the last song alone",
    "log_odds_history": "asked with the last songs, as many as train.window, each alike",
}
"""Rules of the training curve, with explanations."""
Ranks = NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """Comparison of a ranker with the best counting ranker on the same pairs.

    `subject`, `rival`: names of rankers. `difference`: hit@10 of the subject minus hit@10 of the
    rival, paired, with a 95 % interval.
    """

    subject: str
    rival: str
    pairs: int
    hits: float
    rival_hits: float
    difference: Interval

    @staticmethod
    def of(ranks: Mapping[str, Ranks], subject: str) -> "Verdict":
        """Compare a ranker with the counting ranker that has the most hits.

        `ranks`: float64 (pairs,) by name. Raises DataError if no counting ranker is among `ranks`.
        """
        rivals = [name for name in ranks if name not in WITH_MODEL and name != subject]
        if not rivals:
            raise DataError(
                f"ranks of {subject} alone: expected those of a ranker that counts beside them"
            )
        rival = max(rivals, key=lambda name: hit_rate(ranks[name], K))
        found = compare_ranks(ranks[rival], ranks[subject], (SCORE,)).scores[SCORE]
        return Verdict(
            subject, rival, len(ranks[subject]), found[1].estimate, found[0].estimate, found[2]
        )

    @property
    def short(self) -> str:
        """Both hit rates in a sentence, for the head of the page."""
        return (
            f"The hidden next song is among the first ten for {self.hits:.0%} of {self.pairs:,} "
            f"playlists; the best way to count finds {self.rival_hits:.0%}."
        )

    @property
    def sentence(self) -> str:
        """The verdict in a sentence."""
        value, low, high = (100 * each for each in self.difference)
        subject = called(self.subject)
        if low > 0:
            meaning = "the playlists show that it is better"
        elif high < 0:
            meaning = "the playlists show that counting is better"
        else:
            meaning = "so many playlists do not show which of the two is better"
        return (
            f"{subject[0].upper()}{subject[1:]} finds the hidden next song of {self.hits:.1%} of "
            f"{self.pairs:,} validation playlists among its first ten suggestions; the best way to "
            f"count, {called(self.rival)}, that of {self.rival_hits:.1%}: {value:+.1f} points, "
            f"with a 95 % interval from {low:+.1f} to {high:+.1f}, paired over the playlists; "
            f"{meaning}."
        )


def verdict_part(verdict: Verdict) -> Markup:
    """Return the verdict as HTML."""
    return Markup('<h2>Scores</h2><p class="lead">{}</p>').format(verdict.sentence)


def table_part(metrics: str | Path, ranks: Mapping[str, Ranks], subject: str) -> Markup:
    """Return a chart and a table of all rankers on validation and test, with paired differences.

    `metrics`: the folder with results of the stages `slices` and `test`. `subject`: the ranker that
    makes suggestions.
    """
    folder = Path(metrics)
    rows = read_rows(folder / "table.csv", ("ranker", SCORE, "low", "high", "ndcg@10"))
    rows = sorted(rows, key=lambda row: -float(row[1]))
    drawn = [_bar(name_of(row[0]), row[1:4], strong=row[0] == subject) for row in rows]
    tested = json.loads((folder / "test.json").read_text("utf-8"))
    on_test = _test_cells(tested, folder / "test_intervals.csv")
    lines_of = []
    for name, value, low, high, ndcg in rows:
        difference = _difference(ranks, subject, name) if name != subject else ""
        interval = f"{float(low):.3f} to {float(high):.3f}"
        numbers = f"{float(value):.3f}", interval, f"{float(ndcg):.3f}"
        lines_of.append((name_of(name), *numbers, difference, *on_test.get(name, ("", ""))))
    return rendered(
        "report/templates/rankers.html",
        chart=bars(f"{SCORE} on the validation pairs", drawn),
        rows=lines_of,
        subject=name_of(subject),
        caption=_caption(tested["scores"]),
    )


def _test_cells(tested: Mapping[str, Any], intervals: Path) -> dict[str, tuple[str, str]]:
    """Return the cells of hit@10 and NDCG@10 on test by ranker, empty for a missing score.

    `tested`: metrics/test.json. `intervals`: the table of Word2Vec's 95 % intervals.
    """
    bounds = {row[0]: row[1:] for row in read_rows(intervals, ("score", "low", "high"))}
    found = {}
    for name, scores in {"word2vec": tested["scores"], **tested["baselines"]}.items():
        hits, ndcg = (
            f"{scores[score]:.3f}" if score in scores else "" for score in (SCORE, "ndcg@10")
        )
        if name == "word2vec" and SCORE in bounds:
            hits += " [{:.3f}, {:.3f}]".format(*map(float, bounds[SCORE]))
        found[name] = (hits, ndcg)
    return found


def _caption(scores: Mapping[str, Any]) -> str:
    """Return the caption of the table of rankers, with the counts of misses on test."""
    misses = ", ".join(
        f"{scores[key]:,} {key.replace('_', ' ')}"
        for key in ("unseen_queries", "unseen_targets")
        if key in scores
    )
    pairs = f"Test: {scores['pairs']:,} pairs, looked at once"
    counted = f"; counted as misses: {misses}." if misses else "."
    return f"Paired differences of hit@10 on validation. {pairs}{counted}"


def _difference(ranks: Mapping[str, Ranks], subject: str, other: str) -> str:
    if subject not in ranks or other not in ranks:
        return ""
    value, low, high = compare_ranks(ranks[other], ranks[subject], (SCORE,)).scores[SCORE][2]
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"


def slices_part(groups: Sequence[Slice], ranks: Mapping[str, Ranks], verdict: Verdict) -> Markup:
    """Return hit@10 of subject and rival on groups of the pairs, with paired differences."""
    rows = []
    for group in groups:
        size = int(np.count_nonzero(group.chosen))
        if not size:
            continue
        subject, rival = (ranks[name][group.chosen] for name in (verdict.subject, verdict.rival))
        value, low, high = compare_ranks(rival, subject, (SCORE,)).scores[SCORE][2]
        rows.append(
            (
                f"{group.slicing}: {group.group}",
                f"{size:,}",
                f"{hit_rate(subject, K):.3f}",
                f"{hit_rate(rival, K):.3f}",
                f"{value:+.3f} [{low:+.3f}, {high:+.3f}]",
            )
        )
    return rendered(
        "report/templates/slices.html",
        subject=name_of(verdict.subject),
        rival=name_of(verdict.rival),
        rows=rows,
    )


def curve_part(folder: str | Path, query: str) -> Markup:
    """Return a chart of the training curves, or a sentence if there is no curve.

    `folder`: holds .tsv tables with the columns step and hit@10_RULE. `query`: last or history; a
    curve with this query comes first.
    """
    drawn: dict[str, list[tuple[float, float]]] = {}
    for path in sorted(Path(folder).glob("*.tsv")):
        header, *rows = path.read_text("utf-8").splitlines()
        points = [
            (float(step) + 1, float(value)) for step, value in (row.split("\t") for row in rows)
        ]
        drawn[header.split("\t")[1].removeprefix("hit@10_")] = points
    order = sorted(drawn, key=lambda name: (not name.endswith(query), name))
    return rendered(
        "report/templates/curve.html",
        curves=[(name, CURVE.get(name, name)) for name in order],
        chart=lines("hit@10 after each epoch", "epochs", {name: drawn[name] for name in order}),
    )


def read_rows(path: str | Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Read columns of a CSV file by name; the first column counts if a name repeats.

    Raises DataError for a missing column.
    """
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0] if rows else []
    missing = [column for column in columns if column not in header]
    if missing:
        raise DataError(f"{path}: no column {missing[0]}: expected one among {', '.join(header)}")
    places = [header.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in rows[1:]]


def _bar(label: str, numbers: Sequence[str], *, strong: bool = False) -> Bar:
    value, low, high = map(float, numbers)
    return Bar(label, value, low, high, strong)
