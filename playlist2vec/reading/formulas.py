"""Cells that a spreadsheet would take for formulas, written with an apostrophe in front."""

FORMULA = ("=", "+", "-", "@")
"""Characters with which a formula of a spreadsheet begins."""


def with_apostrophe(cell: str) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def without_apostrophe(cell: str) -> str:
    """Return the cell without the apostrophe of `with_apostrophe`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell
