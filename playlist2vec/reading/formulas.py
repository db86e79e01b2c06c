"""Cells that a spreadsheet would calculate: they are written behind an apostrophe, which is taken
off again.
"""

FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


def with_apostrophe(cell: str) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def without_apostrophe(cell: str) -> str:
    """Return what `with_apostrophe` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell
