"""The table as text."""

from textwrap import fill

from benchmarks.measuring import Measured
from benchmarks.rows.row import Row

HEADER = ("#", "what", "against", "ours", "MB", "theirs", "MB", "ratio", "goal", "reached")
WIDTH = 118


def as_text(rows: list[Row]) -> str:
    """Return the rows as a Markdown table, and the remarks below."""
    cells = [HEADER, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    startups = [
        f"row {row.number} {_startup(row.ours)} and {_startup(row.theirs)}"
        for row in rows
        if row.ours.startup
    ]
    remarks = (
        [f"start-up in s, ours and theirs, not counted: {'; '.join(startups)}."] if startups else []
    )
    remarks += [remark for row in rows for remark in row.remarks]
    return "\n".join(
        [*lines, "", *(fill(remark, WIDTH, subsequent_indent="  ") for remark in remarks)]
    )


def _cells(row: Row) -> tuple[str, ...]:
    theirs = row.theirs
    return (
        row.number,
        row.what,
        row.against,
        f"{row.ours.cpu:.2f}",
        f"{row.ours.peak:.0f}",
        f"{theirs.cpu:.2f}" if theirs else "-",
        f"{theirs.peak:.0f}" if theirs else "-",
        row.ratio,
        ", ".join(goal for goal, _ in row.goals),
        _reached(row),
    )


def _reached(row: Row) -> str:
    """Return yes, or no with the missed goals; nothing for a row without a goal."""
    missed = [goal for goal, reached in row.goals if not reached]
    return f"no: {', '.join(missed)}" if missed else "yes" if row.goals else ""


def _startup(measured: Measured | None) -> str:
    return f"{measured.startup:.2f}" if measured else "-"
