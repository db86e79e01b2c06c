"""two_tower_page: a page with test scores, kinds of questions, and training curves."""

from pathlib import Path

from playlist2vec.base.files import write_text
from playlist2vec.listening.page.page import render
from playlist2vec.models.two_tower.params import VARIANTS
from stages import run


def main(test: str, curves: str, flat: str, history: str, page: str) -> str:
    """Write the page from the test's table, the curves, flat lines and counts of listens."""
    towers = {name: Path(curves) / f"{name}.csv" for name in VARIANTS}
    write_text(page, render(Path(test), towers, Path(flat), Path(history)))
    return f"scores, slices and curves: open {page} in a browser"


if __name__ == "__main__":
    run("two_tower.page", main, "TEST_TABLE", "CURVES_FOLDER", "FLAT", "HISTORY", "PAGE")
