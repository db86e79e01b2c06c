"""Tables in CSV and TSV files: rows of text below a header."""

import csv
from collections.abc import Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.formats.text import lines_of


class Table:
    """A CSV or TSV file in UTF-8, also as .gz; a single iteration reads the rows.

    A file with .tsv in the name is TSV. `columns`: the names in the header, without outer blanks.
    Blank lines are skipped. Raises DataError for a file without a header, and for a row with more
    or fewer fields than the header or with odd quotes.
    """

    def __init__(self, path: str | Path, *, strict: bool = True) -> None:
        """Read the header. `strict`: reject a quote in a field unless doubled in a quoted field."""
        delimiter = "\t" if ".tsv" in [suffix.lower() for suffix in Path(path).suffixes] else ","
        self.path = path
        self._reader = csv.reader(lines_of(path), delimiter=delimiter, strict=strict)
        self.columns = [name.strip() for name in next(self._rows(), [])]
        if not self.columns:
            raise DataError(f"{path}: it is empty: expected a header with the names of the columns")

    def __iter__(self) -> Iterator[list[str]]:
        width = len(self.columns)
        for row in self._rows():
            if len(row) != width:
                raise DataError(
                    f"{self.place} has {len(row)} fields: expected {width}, as in the header"
                )
            yield row

    @property
    def place(self) -> str:
        """The file, and the line on which the row read last ends."""
        return f"{self.path}: line {self._reader.line_num}"

    def column(self, name: str) -> int:
        """Return the index of a column.

        Raises DataError, naming all columns, unless exactly one column has the name.
        """
        if self.columns.count(name) != 1:
            there = ", ".join(self.columns)
            found = (
                "no column" if name not in self.columns else f"{self.columns.count(name)} columns"
            )
            raise DataError(f"{self.path}: {found} {name}: expected one among {there}")
        return self.columns.index(name)

    def _rows(self) -> Iterator[list[str]]:
        try:
            yield from (row for row in self._reader if row)
        except csv.Error as error:
            raise DataError(
                f"{self.place} is not a row of a table ({error}): expected fields in proper quotes"
            ) from None
