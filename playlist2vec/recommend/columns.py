"""Tables of aligned columns, as wide as they are in a file, or cut to the width of a terminal."""

from collections.abc import Collection, Iterable, Sequence

from playlist2vec.base.visible import visible

GAP = "  "
NARROWEST = 12
"""Cells that a cut column of text has at least."""


def as_columns(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Collection[str] = (),
    width: int | None = None,
    spare: Sequence[str] = (),
) -> str:
    """Return rows under a header in aligned columns: controls as their codes, wide signs count as
    two cells.

    `numbers`: headers of columns that stand to the right and are never cut. `width`: cells of a
    line at most; the widest columns of text are cut to it, None = nothing is cut. `spare`: headers
    of columns that leave, the first of them first, where text would have less than NARROWEST; they
    leave whole and are never cut, so that what is left of an id is an id.
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
    """Return the cells of a terminal that a text takes: two for a wide sign, none for a combining
    mark.
    """
    from rich.cells import cell_len

    return cell_len(text)


def fitted(text: str, width: int, right: bool = False) -> str:
    """Return a text of exactly `width` cells: cut, with an ellipsis, or with blanks after it, or
    before if `right`.
    """
    from rich.cells import set_cell_size

    missing = width - cell_width(text)
    if missing < 0:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * missing + text if right else text + " " * missing


def clipped(text: str, width: int | None) -> str:
    """Return a text of `width` cells at most, None = whatever it has."""
    return text if width is None or cell_width(text) <= width else fitted(text, width)


def _texts(header: Sequence[str], kept: Sequence[int], never_cut: Collection[str]) -> list[int]:
    """Return the places among the kept columns of those that may be cut."""
    return [place for place, column in enumerate(kept) if header[column] not in never_cut]


def _fits(widths: Sequence[int], texts: Sequence[int], width: int) -> bool:
    """Tell whether columns fit when those of text are cut to NARROWEST cells."""
    least = [
        min(cells, NARROWEST) if place in texts else cells for place, cells in enumerate(widths)
    ]
    return sum(least) + len(GAP) * (len(least) - 1) <= width


def _cut(widths: Sequence[int], texts: Sequence[int], width: int) -> list[int]:
    """Return the widths with those of text lowered to one height, the largest that fits, 1 at
    least.
    """
    cut = list(widths)
    fixed = sum(cells for place, cells in enumerate(widths) if place not in texts)
    left = width - fixed - len(GAP) * (len(widths) - 1)
    for number, place in enumerate(sorted(texts, key=lambda place: widths[place])):
        cut[place] = max(1, min(widths[place], left // (len(texts) - number)))
        left -= cut[place]
    return cut
