"""The figure of genres: shares, largest first, and a table of counts."""

from collections.abc import Mapping

from playlist2vec.charts.document import document
from playlist2vec.charts.svg import Bar, bars, table

MOST = 60
"""Genres with a bar; all others share a bar."""


def render(name: str, genres: Mapping[str, int]) -> str:
    """Return an HTML page; `genres`: number of tracks by genre, largest first."""
    total = sum(genres.values())
    shown = list(genres.items())[:MOST]
    rest = total - sum(count for _, count in shown)
    shares = [
        (genre, count / total) for genre, count in [*shown, *([("others", rest)] if rest else [])]
    ]
    chart = bars(
        "Share of the tracks by genre", [Bar(genre, share, share, share) for genre, share in shares]
    )
    numbers = table(("genre", "tracks"), [(genre, f"{count:,}") for genre, count in genres.items()])
    return document(
        f"Genres of {name}",
        f"<p>{total:,} tracks in {len(genres):,} genres.</p>\n{chart}\n{numbers}",
    )
