"""The figure of genres: shares, largest first, and a table of counts."""

from collections.abc import Mapping

from playlist2vec.charts.rendering import rendered
from playlist2vec.charts.svg import Bar, bars

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
    return rendered(
        "free_music/card/templates/genres.html",
        title=f"Genres of {name}",
        total=total,
        chart=chart,
        rows=[(genre, f"{count:,}") for genre, count in genres.items()],
    )
