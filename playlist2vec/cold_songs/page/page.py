"""The HTML page on cold songs: scores, training curve, and nearest songs by sound."""

import csv
import os.path
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from playlist2vec.charts.document import document
from playlist2vec.charts.svg import Bar, bars, line, table
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
    rest = f"<p>{left_out:,} more songs are not listed.</p>" if left_out else ""
    rows = "".join(
        f"<tr><td>{_heard([songs[code]], folder)}</td>"
        f"<td>{_heard([songs[each] for each in others], folder)}</td></tr>"
        for code, others in near
    )
    body = (
        "<p>Some songs were removed from all playlists; every method then had to find these songs "
        "by the rest of a playlist. The lines are 95 % intervals over playlists.</p>\n"
        f"<h2>Scores on the test songs</h2>\n{_scores(test)}\n<h2>Training</h2>\n{_curves(curve)}\n"
        "<h2>What sounds like what</h2>\n"
        "<p>Songs that no training playlist holds, and the songs of playlists that sound most like "
        "them to the model. Files are played from their folder on this machine.</p>\n"
        '<div class="wide"><table><thead><tr><th>in no training playlist</th>'
        "<th>sounds like</th></tr></thead><tbody>"
        f"{rows}</tbody></table></div>{rest}"
    )
    return document("Songs that no playlist holds", body)


def _heard(songs: Sequence[PageSong], folder: Path) -> str:
    """Return the names of songs, with an audio player for a song with a file."""
    parts = []
    for song in songs:
        label = escape(song.label)
        parts.append(f"<div>{label}</div>")
        if song.place:
            source = quote(os.path.relpath(song.place, folder))
            parts.append(
                f'<audio controls preload="none" src="{source}" aria-label="{label}"></audio>'
            )
    return "".join(parts)


def _scores(test: Path) -> str:
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
    return bars(asked, chart) + table(
        ["method", *names, f"{asked} less that of the artist's songs"], cells
    )


def _difference(row: dict[str, str]) -> str:
    if not row["difference"]:
        return ""
    difference, low, high = (
        float(row[name]) for name in ("difference", "difference_low", "difference_high")
    )
    return f"{difference:+.3f} [{low:+.3f}, {high:+.3f}]"


def _curves(curve: Path) -> str:
    """Return a line chart for every known column of the training curve."""
    with open(curve, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) < 2:
        return "<p>This model is not trained by epochs.</p>"
    parts = []
    for column, name in CURVES.items():
        if column in rows[0]:
            points = [(float(row["epoch"]), float(row[column])) for row in rows]
            parts.append(f"<div><h3>{name}</h3>{line(name, 'epochs', points)}</div>")
    return f'<div class="charts">{"".join(parts)}</div>'
