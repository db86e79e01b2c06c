"""The HTML page on cold songs: scores, training curve, and nearest songs by sound."""

import csv
import os.path
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from playlist2vec.charts.rendering import rendered
from playlist2vec.charts.svg import Bar, bars, line
from playlist2vec.models.audio.vectors import SongVectors

CURVES = {
    "ndcg@10": "NDCG@10, validation songs",
    "auc": "AUC, validation songs",
    "loss": "loss, training songs",
}
MIX = "artist and sound"
"""The highlighted method."""
MOST = 200
"""Largest number of cold songs in the list."""
LIKE = 3
"""Nearest playlist songs shown for each cold song."""


class PageSong(NamedTuple):
    """A song on the page; `place`: path of the sound file, empty for a song without sound file."""

    artist: str
    title: str
    track: str
    place: str

    @property
    def label(self) -> str:
        """The text `Artist – Title`, or the known half of the text, or the id."""
        return " – ".join(filter(None, (self.artist, self.title))) or self.track


class Scores(NamedTuple):
    """A chart of test scores, and header and rows of a table of test scores."""

    chart: Markup
    header: list[str]
    rows: list[list[str]]


def neighbours(
    vectors: SongVectors, cold: NDArray[np.int64], known: NDArray[np.int64], k: int
) -> NDArray[np.int64]:
    """Return the k known songs nearest in sound to each cold song: int64 (cold, k).

    `cold`, `known` and the result are int64 codes. The nearest song is first; ties go to the
    smaller code.
    """
    scores = np.round(
        vectors.found[cold].astype(np.float64) @ vectors.query[known].T.astype(np.float64), 9
    )
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    found: NDArray[np.int64] = known[order]
    return found


def render(
    songs: Sequence[PageSong],
    near: Sequence[tuple[int, Sequence[int]]],
    left_out: int,
    curve: Path,
    test: Path,
    folder: Path,
) -> str:
    """Return the page as HTML without scripts and without network requests.

    `near`: cold songs by code, each with the codes of the nearest playlist songs. `left_out`:
    number of cold songs that are not listed. `curve`, `test`: tables of the training and of the
    test scores. `folder`: folder of the page; paths of sound files are made relative to the folder.
    """
    pairs = [
        (_heard([songs[code]], folder), _heard([songs[each] for each in others], folder))
        for code, others in near
    ]
    return rendered(
        "cold_songs/page/templates/page.html",
        title="Songs that no playlist holds",
        scores=_scores(test),
        curves=_curves(curve),
        pairs=pairs,
        left_out=left_out,
    )


def _heard(songs: Sequence[PageSong], folder: Path) -> list[tuple[str, str]]:
    """Return the label and the address of the file of every song, empty without a file."""
    return [
        (song.label, quote(os.path.relpath(song.place, folder)) if song.place else "")
        for song in songs
    ]


def _scores(test: Path) -> Scores:
    """Return bars of NDCG, and a table of all scores with differences to the artist's method."""
    with open(test, encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["slice"] == "all"]
    ndcg = [row for row in found if row["score"].startswith("ndcg")]
    chart = []
    for row in ndcg:
        middle = float(row["value"])
        low, high = (float(row[name] or middle) for name in ("low", "high"))
        chart.append(Bar(row["method"], middle, low, high, row["method"] == MIX))
    names = list(dict.fromkeys(row["score"] for row in found))
    value = {(row["method"], row["score"]): f"{float(row['value']):.3f}" for row in found}
    cells = [
        [row["method"], *(value[row["method"], name] for name in names), _difference(row)]
        for row in ndcg
    ]
    asked = ndcg[0]["score"] if ndcg else ""
    header = ["method", *names, f"{asked} less that of the artist's songs"]
    return Scores(bars(asked, chart), header, cells)


def _difference(row: dict[str, str]) -> str:
    if not row["difference"]:
        return ""
    difference, low, high = (
        float(row[name]) for name in ("difference", "difference_low", "difference_high")
    )
    return f"{difference:+.3f} [{low:+.3f}, {high:+.3f}]"


def _curves(curve: Path) -> list[tuple[str, Markup]]:
    """Return names and line charts of the known columns of the training curve.

    The list is empty for a model that is not trained by epochs.
    """
    with open(curve, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) < 2:
        return []
    drawn = {
        name: [(float(row["epoch"]), float(row[column])) for row in rows]
        for column, name in CURVES.items()
        if column in rows[0]
    }
    return [(name, line(name, "epochs", points)) for name, points in drawn.items()]
