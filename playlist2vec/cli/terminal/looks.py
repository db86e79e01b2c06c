"""What text may look like where it is written: how wide, and whether it has colours."""

import os
import shutil
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

NARROWEST = 40
"""Columns of a terminal that tables are made for at least."""


class Style(StrEnum):
    """How text is set off: the numbers of ANSI's SGR sequences."""

    STRONG = "1"
    FAINT = "2"
    BAD = "31"
    GOOD = "32"
    DOUBTFUL = "33"


@dataclass(frozen=True)
class Looks:
    """How text is shown at one place. `width`: cells of a line, None = any number. `coloured`:
    whether styles are.
    """

    width: int | None = None
    coloured: bool = False

    def styled(self, text: str, style: Style) -> str:
        """Return text in a style where there are colours, and as it is elsewhere."""
        return f"\x1b[{style}m{text}\x1b[0m" if text and self.coloured else text

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        numbers: Collection[str] = (),
        spare: Sequence[str] = (),
    ) -> str:
        """Return a table as `as_columns` makes it, of this width, its header in colour."""
        from playlist2vec.recommend.columns import as_columns

        made = as_columns(header, rows, numbers=numbers, width=self.width, spare=spare)
        first, end, rest = made.partition("\n")
        return self.styled(first, Style.STRONG) + end + rest


PLAIN = Looks()
"""What a file or a pipe gets: whole names, no colours."""


def looks_of(stream: TextIO | None = None) -> Looks:
    """Return the looks of a stream, standard output by default: of a terminal, or PLAIN.

    Without colours where NO_COLOR is set or TERM is dumb.
    """
    if not (stream or sys.stdout).isatty():
        return PLAIN
    coloured = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Looks(max(NARROWEST, shutil.get_terminal_size().columns), coloured)
