"""The order of the plays of a table: by numbers, by dates, or by text with numeric parts."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from playlist2vec.base.errors import DataError
from playlist2vec.reading.dates import Dates, looks_like_date, read_dates
from playlist2vec.reading.notes import Notes
from playlist2vec.sources.local.params import LocalParams

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
NUMBERS_INSIDE = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)")
SORTS_AS_TEXT = re.compile(r"\d{4}([-/.])\d\d\1\d\d([T ]\d\d:\d\d(:\d\d)?)?")
"""Dates that sort in order of time as texts, if all cells have the same form."""
ANY_DIGIT = str.maketrans("123456789", "000000000")
LOOKED_AT = 200
"""The first cells of a column, from which dates are detected."""
UNDATED = "rows without a date in the column {}: left out"
OrderKey = tuple[int, Decimal, list[str | Decimal]]
InOrder = Callable[[list[int]], list[int]]


def dates_of(cells: Sequence[str], params: LocalParams, notes: Notes) -> list[int | None] | None:
    """Return the dates in the column to order by, in microseconds since 1970 in UTC.

    A cell without a date is None. Returns None for a column that is to be sorted by numbers or as
    text. Cells without a date among dates are counted in `notes`, which also tells the format of
    the dates. Raises DataError for ambiguous dates, and for a column without dates if `local.pause`
    or `local.time_column` needs dates.
    """
    place = f"{notes.path}: column {params.ordering}"
    needed = bool(params.pause or params.time_column)
    if not needed and not _holds_dates(cells):
        if not NUMBER.fullmatch(cells[0]) and not SORTS_AS_TEXT.fullmatch(cells[0]):
            notes.say(
                f"{params.ordering} is sorted as text, with digits compared as numbers: "
                f"{cells[0][:40]!r}"
            )
        return None
    dates = read_dates(cells, place, params.dates, "local.dates")
    undated = [cell for cell, stamp in zip(cells, dates.stamps, strict=True) if stamp is None]
    if 2 * len(undated) > len(cells):
        if needed:
            why = (
                f"pause = {params.pause}"
                if params.order_column
                else f"time_column = {params.time_column}"
            )
            raise DataError(f"{place}: {undated[0]!r} is no date: expected dates, as local.{why}")
        return None
    for cell in undated:
        notes.count(UNDATED.format(params.ordering), repr(cell[:40]))
    _note_format(dates, params, notes)
    return dates.stamps


def _holds_dates(cells: Sequence[str]) -> bool:
    """Return True if most of the first cells are dates that do not sort by time as texts."""
    first = [cell for cell in cells[:LOOKED_AT] if cell]
    if 2 * sum(map(looks_like_date, first)) <= len(first):
        return False
    shapes = {cell.translate(ANY_DIGIT) for cell in cells}
    return len(shapes) > 1 or not SORTS_AS_TEXT.fullmatch(shapes.pop())


def _note_format(dates: Dates, params: LocalParams, notes: Notes) -> None:
    if dates.form:
        notes.say(f"the dates in {params.ordering} are read as {dates.form}")
    if all(dates.zones):
        notes.say(f"some dates in {params.ordering} say no time zone, and are taken for UTC")


def in_order(cells: list[str], stamps: list[int | None] | None, descending: bool) -> InOrder:
    """Return the function that sorts plays; equal plays keep their order in both directions.

    Plays without a date among dates are dropped. `cells`, `stamps`: of all plays.
    """
    if stamps is not None:
        known = {play: stamp for play, stamp in enumerate(stamps) if stamp is not None}
        return lambda plays: sorted(
            filter(known.__contains__, plays), key=known.__getitem__, reverse=descending
        )
    return lambda plays: _as_text(plays, cells, descending)


def _as_text(plays: list[int], cells: list[str], descending: bool) -> list[int]:
    if _are_alike([cells[play] for play in plays]):
        return sorted(plays, key=cells.__getitem__, reverse=descending)
    return sorted(plays, key=lambda play: order_key(cells[play]), reverse=descending)


def _are_alike(cells: list[str]) -> bool:
    """Return True if cells differ in digits alone, as ISO dates do.

    Sorting as texts is then correct, and faster.
    """
    shape = cells[0].translate(ANY_DIGIT)
    signed = NUMBER.fullmatch(shape) is not None and shape.strip("0") != ""
    return not signed and all(cell.translate(ANY_DIGIT) == shape for cell in cells)


def order_key(cell: str) -> OrderKey:
    """Return the sort key of a cell.

    Numbers come first, by value; then other cells as text in which digits count as numbers. So -5 <
    2 < 10.5, KGLK9 < KGLK10, and ISO dates and times sort in order of time.
    """
    if NUMBER.fullmatch(cell):
        return 0, Decimal(cell), []
    parts: list[str | Decimal] = list(NUMBERS_INSIDE.split(cell))
    parts[1::2] = [Decimal(part) for part in parts[1::2]]
    return 1, Decimal(0), parts
