"""The site of the documentation (`make docs`): README.md and the pages that docs/index.md names."""

import re
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
LISTED = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<page>[^)]+)\.md\)", re.MULTILINE)
"""A line of the contents."""

project = "playlist2vec"
author = "the playlist2vec authors"
project_copyright = ""
html_title = project
html_show_copyright = False
html_show_sphinx = False
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "docs/*.md",
    "pipelines/*/README.md",
    "data/sources/*/README.md",
]
exclude_patterns = [".*", "site", "tests", "data/[!s]*", "data/soundcloud", "data/split"]
html_theme = "furo"
html_copy_source = False
myst_heading_anchors = 4
nitpicky = True


def with_menu(app: Sphinx, page: str, text: list[str]) -> None:
    """Add the menu of the site, which plain Markdown does not need, to the contents."""
    if page != root_doc:
        return
    for heading, part in re.findall(r"^## (.+)\n((?:(?!^## ).*\n?)*)", text[0], re.MULTILINE):
        lines = [f"{title} <{place}>" for title, place in LISTED.findall(part)]
        text[0] += "\n".join(
            ["", "```{toctree}", ":hidden:", f":caption: {heading}", "", *lines, "```", ""]
        )


def with_entrance(app: Sphinx, failed: Exception | None) -> None:
    """Write index.html, which leads to the contents."""
    if failed is None and app.builder.format == "html":
        Path(app.outdir, "index.html").write_text(
            '<!doctype html><meta charset="utf-8"><title>playlist2vec</title>'
            f'<meta http-equiv="refresh" content="0; url={root_doc}.html">'
            f'<a href="{root_doc}.html">playlist2vec</a>\n',
            encoding="utf-8",
        )


def setup(app: Sphinx) -> None:
    """Register both."""
    app.connect("source-read", with_menu)
    app.connect("build-finished", with_entrance)
