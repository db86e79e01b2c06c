"""The figure of genres: the share of each, largest first, and the table of numbers."""

from collections.abc import Mapping

from playlist2vec.charts.document import document
from playlist2vec.charts.svg import Bar, bars, table

MOST = 60
"""Genres that have a bar of their own."""


def render(name: str, genres: Mapping[str, int]) -> str:
    """Return a page; `genres`: tracks of each, largest first."""
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
