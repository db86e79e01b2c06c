"""The committed pages show what the last commit prints."""

from pathlib import Path

import pytest

from benchmarks.printed.__main__ import pages
from benchmarks.printed.checkout import Checkout

SHOWN = {"docs/how-it-works.md", "docs/python.md", "docs/suggestions.md", "docs/experiments.md"}


def test_pages_with_blocks_are_known() -> None:
    assert pages()[0] == "README.md"
    assert set(pages()) > SHOWN


@pytest.mark.thorough
def test_the_committed_pages_show_what_is_printed(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "playlist2vec")
    for page in pages():
        text = (checkout.folder / page).read_text("utf-8")
        assert checkout.renewed(page, text) == text, (
            f"{page}: expected `python -m benchmarks.printed --write`"
        )
