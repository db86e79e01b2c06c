"""The pages of the documentation: each is in the contents, and links lead somewhere."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import ROOT, needed_package

CONTENTS = "docs/index.md"
MOST_WORDS = 1000
FENCED = re.compile(
    r"^(`{3,}).*?^\1`*$|````[^\n]+?````|``[^`\n]+``|`[^`\n]*`", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\]\(([^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)")
HEADING = re.compile(r"^#{1,4} (.+)$", re.MULTILINE)


def pages(root: Path = ROOT) -> list[str]:
    """README.md, docs/, the README of each pipeline and the card of each data set."""
    found = [
        path
        for form in ("docs/*.md", "pipelines/*/README.md", "data/sources/*/README.md")
        for path in root.glob(form)
    ]
    return ["README.md", *sorted(path.relative_to(root).as_posix() for path in found)]


def links(text: str) -> list[str]:
    """Where the links of a page lead, but for those in code and those to other sites."""
    targets = LINK.findall(FENCED.sub("", text))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as code hosts and the site make them."""
    plain = re.sub(r"^(`{3,}).*?^\1`*$", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = (
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in HEADING.findall(plain)
    )
    return {
        re.sub(r"[^\w\- ]", "", unescape(heading).strip().lower()).replace(" ", "-")
        for heading in headings
    }


def dead(page: str, text: str, root: Path = ROOT) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for target in links(text):
        place, _, anchor = target.partition("#")
        path = (root / page).parent / unquote(place) if place else root / page
        there = (
            text
            if not place
            else path.read_text("utf-8")
            if path.suffix == ".md" and path.is_file()
            else ""
        )
        if (place and not path.exists()) or (anchor and anchor not in anchors(there)):
            found.append(target)
    return found


def test_every_page_is_once_in_the_contents() -> None:
    text = (ROOT / CONTENTS).read_text("utf-8")
    listed = [
        (ROOT / "docs" / target).resolve().relative_to(ROOT.resolve()).as_posix()
        for target in links(text)
    ]
    assert sorted(listed) == sorted(page for page in pages() if page != CONTENTS)


@pytest.mark.parametrize("page", pages())
def test_links_lead_to_files_and_headings(page: str) -> None:
    assert dead(page, (ROOT / page).read_text("utf-8")) == []


def test_a_dead_link_is_found() -> None:
    text = "# One\n[a](no.md) [b](audio.md#no) [c](#one) [d](#two) `[e](no.md)` [f](https://example.org)\n"
    assert dead("docs/x.md", text) == ["no.md", "audio.md#no", "#two"]


def test_the_readme_is_short_and_has_its_tasks_in_order() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.split()) <= MOST_WORDS
    tasks = [
        "quick-start",
        "my-own-playlists",
        "look-at-the-page",
        "ask-for-songs",
        "compare-runs",
        "grids",
        "share",
    ]
    headings = [
        heading.lower().replace(" ", "-")
        for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)
    ]
    assert headings[: len(tasks)] == tasks


@pytest.mark.thorough
@pytest.mark.extra
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    for package in ("sphinx", "myst_parser", "furo"):
        needed_package(package)
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-c",
        "docs",
        "-b",
        "html",
        ".",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "docs/index.html" in (tmp_path / "index.html").read_text("utf-8")
    built = {
        path.relative_to(tmp_path).with_suffix(".md").as_posix()
        for path in tmp_path.rglob("*.html")
    }
    assert set(pages()) <= built
    for page in tmp_path.rglob("*.html"):
        text = page.read_text("utf-8")
        loaded = re.findall(
            r"<(?:script|img|source|iframe)[^>]*\bsrc=\"([^\"]*)|<link[^>]*\bhref=\"([^\"]*)", text
        )
        assert [
            place for pair in loaded for place in pair if re.match(r"(https?:)?//", place)
        ] == [], page.name
