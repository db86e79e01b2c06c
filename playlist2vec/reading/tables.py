"""Tables of users: CSV and TSV from spreadsheets, services and tools."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.text import CONTROL, lines_of

SEPARATORS = ",;\t|"
HEADER_WITHIN = 50
"""Lines at the beginning of a file in which the header is searched."""
LONGEST_ROW = 20
"""Lines of a row, above which a quote in the row is taken as never closed."""
RAGGED = "rows of another width than the header: left out"
EMPTY = "empty rows: left out"
QUOTES = "rows with a quote that is not closed: left out"
BEFORE = "lines before the header: passed over"
IsHeader = Callable[[list[str]], bool]


class Line(NamedTuple):
    """A row of a table: the number of the first line, and the cells without outer spaces."""

    number: int
    cells: list[str]


class Table:
    """A table below a header; iterating reads the rows, once.

    `columns`: the names in the header, without outer spaces. `separator`: the character between
    cells. Rows with more or fewer cells than the header, empty rows, and rows with a quote that is
    not closed are left out: `notes` counts them and names the first ones.
    """

    def __init__(
        self,
        path: str | Path,
        notes: Notes,
        is_header: IsHeader,
        expected: str,
        *,
        header: bool = True,
    ) -> None:
        """Find the header: the first row, split by any of SEPARATORS, that `is_header` accepts.

        A first line `sep=;` sets the separator. `expected`: a description of the header, for the
        error. Without `header` the row that is found is the first of the table, and the columns
        have no names. Raises DataError if none of the first HEADER_WITHIN lines is a header.
        """
        self.path, self.notes = path, notes
        lines = lines_of(path, notes)
        first = list(islice(lines, HEADER_WITHIN))
        said = _declared_separator(first)
        if said:
            del first[0]
        for index, (_, text) in enumerate(first):
            for separator in said or _likeliest(text):
                cells = cells_of(text, separator)
                if is_header(cells):
                    if index:
                        notes.count(BEFORE, number=index)
                    self.separator, self.columns = separator, cells if header else [""] * len(cells)
                    self._lines = chain(first[index + header :], lines)
                    return
        found = next((text for _, text in first if text.strip()), "")
        raise DataError(f"{path}: no header with {expected}; its first line is {found[:80]!r}")

    def __iter__(self) -> Iterator[Line]:
        width = len(self.columns)
        for line in self._rows():
            number, cells = line
            if not any(cells):
                self.notes.count(EMPTY, f"line {number}")
            elif len(cells) == width:
                yield line
            elif len(cells) > width and not any(cells[width:]):
                yield Line(number, cells[:width])
            else:
                self.notes.count(RAGGED, f"line {number}")

    def column(self, name: str) -> int:
        """Return the index of a column by name, ignoring case unless the exact name is unique.

        Raises DataError, which names the existing columns, unless exactly one column matches.
        """
        folded = [each.casefold() for each in self.columns]
        for names, wanted in ((self.columns, name.strip()), (folded, name.strip().casefold())):
            if names.count(wanted) == 1:
                return names.index(wanted)
        number = folded.count(name.strip().casefold())
        found = f"{number} columns" if number else "no column"
        raise DataError(
            f"{self.path}: {found} {name}: expected one among {', '.join(self.columns)}"
        )

    def first_of(self, names: Sequence[str]) -> int:
        """Return the index of the first of several lower-case names that the header has, or -1."""
        folded = [each.casefold() for each in self.columns]
        return next((folded.index(name) for name in names if name in folded), -1)

    def _rows(self) -> Iterator[Line]:
        """Yield all rows, also rows of a wrong width. A quoted cell may contain line ends."""
        ahead: deque[tuple[int, str]] = deque()
        separator, before, after = self.separator, f" {self.separator}", f"{self.separator} "
        while line := _next(ahead, self._lines):
            number, text = line
            if '"' not in text:
                cells = text.split(separator)
                if (
                    before in text
                    or after in text
                    or text[:1] == " "
                    or text[-1:] == " "
                    or not text.isprintable()
                ):
                    cells = [cell.strip() for cell in cells]
                yield Line(number, cells)
                continue
            taken = [line]
            while (quoted := _closed(taken, separator)) is None and len(taken) < LONGEST_ROW:
                following = _next(ahead, self._lines)
                if following is None:
                    break
                taken.append(following)
            if not quoted:
                self.notes.count(QUOTES, f"line {number}")
                ahead.extendleft(reversed(taken[1:]))
            else:
                if len(taken) > 1:
                    self.notes.count(CONTROL, f"line {number}", len(taken) - 1)
                yield Line(number, quoted)


def _next(
    ahead: deque[tuple[int, str]], lines: Iterator[tuple[int, str]]
) -> tuple[int, str] | None:
    return ahead.popleft() if ahead else next(lines, None)


def named(*names: str) -> IsHeader:
    """Return a test that is true for a row with all given names, ignoring case."""
    wanted = {name.strip().casefold() for name in names}
    return lambda cells: wanted <= {cell.casefold() for cell in cells}


def _declared_separator(first: list[tuple[int, str]]) -> str:
    """Return the separator set by a first line `sep=;`; empty without a separator line."""
    text = first[0][1].strip().strip('"') if first else ""
    return text[4] if len(text) == 5 and text.lower().startswith("sep=") else ""


def _likeliest(text: str) -> Iterable[str]:
    """Return the separators, the most frequent in the line first."""
    return sorted(
        SEPARATORS, key=lambda separator: (-text.count(separator), SEPARATORS.index(separator))
    )


def cells_of(text: str, separator: str) -> list[str]:
    """Return the cells of a line, without outer spaces."""
    return [cell.strip() for cell in next(csv.reader([text], delimiter=separator), [])]


def _closed(lines: list[tuple[int, str]], separator: str) -> list[str] | None:
    """Return the cells of a row; None while the last quote is open, [] if more lines cannot help.

    Quotes inside a cell that does not begin with a quote are ordinary characters, as in
    spreadsheets.
    """
    texts = [f"{text}\n" for _, text in lines]
    for strict in (True, False):
        try:
            row = next(csv.reader(texts, delimiter=separator, strict=strict))
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                return None
            if len(lines) > 1:
                return []
        else:
            return [cell.replace("\n", " ").strip() for cell in row]
    return None
