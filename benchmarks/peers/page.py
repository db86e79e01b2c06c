"""The place of the peers' tables in docs/scores.md, which `make scores` writes but for them."""

from pathlib import Path

from playlist2vec.base.files import write_text

BEGIN, END = "<!-- peers: written by make peers -->", "<!-- end of peers -->"


def block_of(page: str) -> str:
    """Return the peers' tables of a page, markers included, or nothing where it has none."""
    start, end = page.find(BEGIN), page.find(END)
    return page[start : end + len(END)] if 0 <= start < end else ""


def with_block_of(page: Path, text: str) -> str:
    """Return a text for the page with the peers' tables that stand on the page now, if any, at its
    end.
    """
    block = block_of(page.read_text("utf-8")) if page.is_file() else ""
    return f"{text.rstrip()}\n\n{block}\n" if block else text


def put(page: Path, tables: str) -> None:
    """Write the peers' tables onto the page, in the place of those before them, or at its end."""
    text = page.read_text("utf-8")
    block, new = block_of(text), f"{BEGIN}\n{tables.strip()}\n{END}"
    write_text(page, text.replace(block, new) if block else f"{text.rstrip()}\n\n{new}\n")
