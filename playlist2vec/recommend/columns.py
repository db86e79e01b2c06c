"""Tables of aligned columns, at full width for files or cut to the width of a terminal."""

from collections.abc import Collection, Iterable, Sequence

from playlist2vec.base.visible import visible

GAP = "  "
NARROWEST = 12
"""Minimum width of a text column that is cut, in cells."""


def as_columns(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Collection[str] = (),
    width: int | None = None,
    spare: Sequence[str] = (),
) -> str:
    """Return rows under a header as aligned columns.

    Control characters appear as codes, and wide characters count as two cells. `numbers`: headers
    of columns that are aligned right and never cut. `width`: maximum cells of a line; the widest
    text columns are cut to fit; None = no limit. `spare`: headers of columns to leave out, in this
    order, while text columns would be narrower than NARROWEST. A spare column is left out whole and
    never cut, so that a visible id is always complete.
    """
    cells = [[visible(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(cell_width, column)) for column in zip(*cells, strict=True)]
    kept, never_cut = list(range(len(header))), {*numbers, *spare}
    for name in spare:
        if width is None or _fits(
            [widths[place] for place in kept], _texts(header, kept, never_cut), width
        ):
            break
        kept = [place for place in kept if header[place] != name]
    shown = [widths[place] for place in kept]
    if width is not None:
        shown = _cut(shown, _texts(header, kept, never_cut), width)
    right = [header[place] in numbers for place in kept]
    lines = ([row[place] for place in kept] for row in cells)
    return "".join(GAP.join(map(fitted, line, shown, right)).rstrip() + "\n" for line in lines)


def cell_width(text: str) -> int:
    """Return the terminal cells of a text: two for a wide character, none for a combining mark."""
    from rich.cells import cell_len

    return cell_len(text)


def fitted(text: str, width: int, right: bool = False) -> str:
    """Return a text of exactly `width` cells, cut with an ellipsis or padded with blanks.

    The padding goes after the text, or before it if `right`.
    """
    from rich.cells import set_cell_size

    missing = width - cell_width(text)
    if missing < 0:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * missing + text if right else text + " " * missing


def clipped(text: str, width: int | None) -> str:
    """Return a text cut to at most `width` cells; None = no limit."""
    return text if width is None or cell_width(text) <= width else fitted(text, width)


def _texts(header: Sequence[str], kept: Sequence[int], never_cut: Collection[str]) -> list[int]:
    """Return the positions, among the kept columns, of the columns that may be cut."""
    return [place for place, column in enumerate(kept) if header[column] not in never_cut]


def _fits(widths: Sequence[int], texts: Sequence[int], width: int) -> bool:
    """Return True if the columns fit after cutting text columns to NARROWEST cells."""
    least = [
        min(cells, NARROWEST) if place in texts else cells for place, cells in enumerate(widths)
    ]
    return sum(least) + len(GAP) * (len(least) - 1) <= width


def _cut(widths: Sequence[int], texts: Sequence[int], width: int) -> list[int]:
    """Return the widths, text columns limited to the largest common width that fits, at least 1."""
    cut = list(widths)
    fixed = sum(cells for place, cells in enumerate(widths) if place not in texts)
    left = width - fixed - len(GAP) * (len(widths) - 1)
    for number, place in enumerate(sorted(texts, key=lambda place: widths[place])):
        cut[place] = max(1, min(widths[place], left // (len(texts) - number)))
        left -= cut[place]
    return cut
