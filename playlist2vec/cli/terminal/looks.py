"""Appearance of text in the output: width and colours."""

import os
import shutil
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

NARROWEST = 40
"""Minimum width of a terminal for tables, in columns."""


class Style(StrEnum):
    """Styles of text, as numbers of ANSI SGR sequences."""

    STRONG = "1"
    FAINT = "2"
    BAD = "31"
    GOOD = "32"
    DOUBTFUL = "33"


@dataclass(frozen=True)
class Looks:
    """Appearance of text.

    `width`: cells of a line, None = no limit. `coloured`: True to show styles.
    """

    width: int | None = None
    coloured: bool = False

    def styled(self, text: str, style: Style) -> str:
        """Return text in a style, or unchanged if there are no colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if text and self.coloured else text

    def table(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        numbers: Collection[str] = (),
        spare: Sequence[str] = (),
    ) -> str:
        """Return a table by `as_columns` in this width, with a header in bold."""
        from playlist2vec.recommend.columns import as_columns

        made = as_columns(header, rows, numbers=numbers, width=self.width, spare=spare)
        first, end, rest = made.partition("\n")
        return self.styled(first, Style.STRONG) + end + rest


PLAIN = Looks()
"""Appearance in a file or a pipe: whole names, no colours."""


def looks_of(stream: TextIO | None = None) -> Looks:
    """Return the looks of a stream, standard output by default: those of a terminal, or PLAIN.

    No colours if NO_COLOR is set or TERM is dumb.
    """
    if not (stream or sys.stdout).isatty():
        return PLAIN
    coloured = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Looks(max(NARROWEST, shutil.get_terminal_size().columns), coloured)
