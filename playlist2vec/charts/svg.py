"""SVG charts for pages: no script, colours from the page, all numbers also as text."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from playlist2vec.charts.rendering import markup


class Bar(NamedTuple):
    """A labelled value with an interval; without an interval, `low` and `high` equal the value."""

    label: str
    value: float
    low: float
    high: float
    strong: bool = False


Points = Sequence[tuple[float, float]]
"""Pairs of x and y in the order of x."""
WIDTH, ROW = 640, 30
LETTERS = 15.0
"""Approximate height of a line of text."""
LETTER = 7.5
"""Approximate width of a letter of a label."""


def bars(
    title: str, rows: Sequence[Bar], largest: float = 0.0, *, width: int = WIDTH, labels: int = 190
) -> Markup:
    """Return horizontal bars with intervals; `largest`: least value at the right edge.

    `width`: of the chart, `labels`: of the labels in the chart, or more for long labels, both in
    units of about a pixel.
    """
    labels = max(
        [labels, *(round(LETTER * (1 + row.strong / 7) * len(row.label)) + 8 for row in rows)]
    )
    most = max([largest, *(row.high for row in rows)]) or 1.0
    room = width - labels - 70
    parts = []
    for number, row in enumerate(rows):
        y = number * ROW
        low, high, end = (labels + value / most * room for value in (row.low, row.high, row.value))
        strong = ' class="strong"' if row.strong else ""
        parts.append(
            f'<g{strong}><text x="{labels - 8}" y="{y + 19}" text-anchor="end">'
            f"{escape(row.label)}</text>"
            f'<rect class="bar" x="{labels}" y="{y + 6}" width="{max(0.0, end - labels):.1f}"'
            ' height="18"/>'
            f'<path class="whisker" d="M{low:.1f} {y + 15}H{high:.1f}'
            f'M{low:.1f} {y + 10}v10M{high:.1f} {y + 10}v10"/>'
            f'<text x="{max(high, end) + 8:.1f}" y="{y + 19}">{row.value:.3f}</text></g>'
        )
    said = "; ".join(
        f"{row.label} {row.value:.3f}, from {row.low:.3f} to {row.high:.3f}" for row in rows
    )
    return _svg(title, said, width, len(rows) * ROW + 4, "".join(parts))


def line(title: str, x_label: str, points: Sequence[tuple[float, float]]) -> Markup:
    """Return a line through points in the order of x, from 0 on the y axis."""
    left, top, width, height = 50, 10, WIDTH - 70, 180
    xs, ys = [x for x, _ in points], [y for _, y in points]
    span, most = (max(xs) - min(xs)) or 1, max(ys) or 1
    places = [
        (left + (x - min(xs)) / span * width, top + height - y / most * height) for x, y in points
    ]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    parts = [f'<path class="axis" d="M{left} {top}V{top + height}H{left + width}"/>']
    parts += [
        f'<text x="{left - 6}" y="{top + height - share * height + 4:.1f}" text-anchor="end">'
        f"{share * most:.2f}</text>"
        for share in (0, 0.5, 1)
    ]
    parts += [
        f'<text x="{left}" y="{top + height + 18}">{min(xs):g}</text>',
        f'<text x="{left + width}" y="{top + height + 18}" text-anchor="end">'
        f"{max(xs):g} {escape(x_label)}</text>",
        f'<path class="line" d="{path}"/>',
    ]
    said = f"from {ys[0]:.3f} to {ys[-1]:.3f}, at most {max(ys):.3f}, over {len(points)} points"
    return _svg(title, said, WIDTH, top + height + 26, "".join(parts))


def lines(title: str, x_label: str, drawn: Mapping[str, Points], *, style: int = 0) -> Markup:
    """Return lines by name, from 0 on the y axis, with the names at the ends of the lines.

    The points are in the order of x. `style`: number of the first line's style, so that a name
    keeps a colour from chart to chart.
    """
    every = [point for points in drawn.values() for point in points]
    most, last = max((y for _, y in every), default=1) or 1, max((x for x, _ in every), default=1)
    first = min((x for x, _ in every), default=0)
    marks = {share: _mark(share * most, most) for share in (0, 0.5, 1)}
    left = max([50, *(round(LETTER * len(mark)) + 10 for mark in marks.values())])
    top, width, height = 10, WIDTH - 140 - left, 300
    parts = [f'<path class="axis" d="M{left} {top}V{top + height}H{left + width}"/>']
    parts += [
        f'<text x="{left - 6}" y="{top + height - share * height + 4:.1f}" text-anchor="end">'
        f"{mark}</text>"
        for share, mark in marks.items()
    ]
    parts += [
        f'<text x="{left}" y="{top + height + 18}">{first:g}</text>',
        f'<text x="{left + width}" y="{top + height + 18}" text-anchor="end">'
        f"{last:g} {escape(x_label)}</text>",
    ]
    ends = list[tuple[float, float, str]]()
    for number, (name, points) in enumerate(drawn.items()):
        places = [
            (left + (x - first) / ((last - first) or 1) * width, top + height - y / most * height)
            for x, y in points
        ]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path class="line line{(style + number) % 8}" d="{path}"/>')
        ends.append((places[-1][1], places[-1][0], name))
    lowest = -LETTERS
    for y, x, name in sorted(ends):
        lowest = max(y, lowest + LETTERS)
        parts.append(f'<text x="{max(x, 0) + 6:.1f}" y="{lowest + 4:.1f}">{escape(name)}</text>')
    said = "; ".join(f"{name} ends at {points[-1][1]:.3f}" for name, points in drawn.items())
    return _svg(title, said, WIDTH, top + height + 26, "".join(parts))


def _mark(value: float, most: float) -> str:
    """Return a number for an axis that ends at `most`: whole from 100 on, never a power of ten."""
    return f"{value:,.0f}" if most >= 100 else f"{value:.3f}"


def _svg(title: str, said: str, width: int, height: int, content: str) -> Markup:
    return markup(
        f'<svg viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(title)}: {escape(said)}">'
        f"<title>{escape(title)}</title>{content}</svg>"
    )
