"""What commands write to a terminal, to a pipe and to a file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from playlist2vec.cli.terminal.looks import PLAIN, Looks, Style, looks_of
from playlist2vec.recommend.columns import cell_width
from playlist2vec.recommend.loading import load
from tests.cli.terminal.pseudo import on_a_terminal
from tests.conftest import Project

PROGRAM = (sys.executable, "-m", "playlist2vec")
LONG = "A Very Long Name of a Song That No Terminal of This Width Can Show Without Cutting It"
ANSI = re.compile(r"\x1b\[[0-9]*m")


@pytest.fixture(scope="module")
def named(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path, str]:
    """A project, a table with a long name for each song, and the id of a song."""
    ids = load(finished.folder).catalogue.ids
    table = tmp_path_factory.mktemp("names") / "names.csv"
    lines = [f"{track},Artist of {track},{LONG}" for track in ids]
    table.write_text("\n".join(["track_id,artist,title", *lines, ""]), "utf-8")
    return finished, table, ids[3]


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
@pytest.mark.parametrize(
    "words", [["similar"], ["next", "--why"], ["radio", "--silent", "--steps", "4"]]
)
def test_a_terminal_gets_lines_that_fit_it(
    named: tuple[Project, Path, str], columns: int, words: list[str]
) -> None:
    project, table, track = named
    asked = [*PROGRAM, words[0], track, *words[1:], "--names", str(table)]
    code, lines = on_a_terminal(asked, project.folder, project.environment, columns)
    plain = [ANSI.sub("", line) for line in lines]
    assert code == 0
    assert max(map(cell_width, plain)) <= columns
    assert any("…" in line for line in plain)
    piped = subprocess.run(
        asked,
        cwd=project.folder,
        env=project.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "…" not in piped
    assert "\x1b" not in piped
    assert LONG in piped


def test_colours_are_for_terminals_that_want_them(
    named: tuple[Project, Path, str], tmp_path: Path
) -> None:
    project, _, track = named
    asked = [*PROGRAM, "similar", track]
    _, coloured = on_a_terminal(asked, project.folder, project.environment, 80)
    assert coloured[0].startswith("\x1b[1m")
    _, without = on_a_terminal(asked, project.folder, project.environment | {"NO_COLOR": "1"}, 80)
    assert without == [ANSI.sub("", line) for line in coloured]
    on_a_terminal(
        [*asked, "--output", str(tmp_path / "out.txt")], project.folder, project.environment, 40
    )
    written = (tmp_path / "out.txt").read_text("utf-8")
    assert "\x1b" not in written
    assert "…" not in written


def test_a_pipe_is_plain_and_a_style_needs_colours() -> None:
    with open("/dev/null", encoding="utf-8") as nothing:
        assert looks_of(nothing) == PLAIN
    assert PLAIN.styled("x", Style.BAD) == "x"
    assert Looks(80, coloured=True).styled("x", Style.BAD) == "\x1b[31mx\x1b[0m"
    assert Looks(80, coloured=True).styled("", Style.BAD) == ""
