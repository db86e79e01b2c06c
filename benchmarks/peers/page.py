"""The block of the peers' tables in docs/scores.md; `make scores` writes the rest."""

from pathlib import Path

from playlist2vec.base.files import write_text

BEGIN, END = "<!-- peers: written by make peers -->", "<!-- end of peers -->"


def block_of(page: str) -> str:
    """Return the peers' tables of a page, markers included, or nothing."""
    start, end = page.find(BEGIN), page.find(END)
    return page[start : end + len(END)] if 0 <= start < end else ""


def with_block_of(page: Path, text: str) -> str:
    """Return a text with the peers' tables of the present page at the end, if any."""
    block = block_of(page.read_text("utf-8")) if page.is_file() else ""
    return f"{text.rstrip()}\n\n{block}\n" if block else text


def put(page: Path, tables: str) -> None:
    """Write the peers' tables into the page, replacing earlier tables, else at the end."""
    text = page.read_text("utf-8")
    block, new = block_of(text), f"{BEGIN}\n{tables.strip()}\n{END}"
    write_text(page, text.replace(block, new) if block else f"{text.rstrip()}\n\n{new}\n")
