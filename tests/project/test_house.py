"""The limits of the house, and the script that counts them."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from benchmarks.house import broken_limits, table
from benchmarks.imports import import_cycles
from tests.conftest import ROOT

MODULE = '''"""Which songs there are, and what each is."""

# A comment.
LIMIT = (
    1
)


def songs(count):
    """Return `what` it says.

    What comes after the first paragraph is not read.
    """

    def inner():
        return 2

    return count + inner()


class Song:
    def title(self): return "a"
'''


LIMITS = (
    "no folder with more than 14 modules",
    "a median of at most 5 modules a folder",
    "no file over 300 lines",
    "at most 5 functions over 40 lines",
    "no import cycle",
)


@cache
def broken() -> dict[str, list[str]]:
    return broken_limits(ROOT)


@pytest.mark.parametrize("limit", LIMITS)
def test_the_limits_of_the_house_are_kept(limit: str) -> None:
    assert broken()[limit] == []


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_what_is_counted(tmp_path: Path) -> None:
    empty = '"""A sentence, one of them."""\n'
    wide = f"x = '{'a' * 100}'\n"
    files = {
        "__init__.py": empty,
        "a.py": MODULE,
        "b.py": wide,
        "deep/c.py": empty,
        "deep/d.py": "y = 1\n",
    }
    write(tmp_path, {f"playlist2vec/{name}": text for name, text in files.items()})
    lines = [re.split(r" {2,}", line) for line in table(tmp_path, ("playlist2vec",)).splitlines()]
    assert dict(lines) == {
        # Three of LIMIT, two of `songs`, two of `inner`, two of Song; `b.py` and `d.py`.
        "code lines": "11",
        "modules": "3",
        "folders": "2",
        "modules of the largest folder": "2 (playlist2vec)",
        "modules of a folder, median": "1.5",
        "files over 300 lines": "0",
        "functions": "3",
        "lines of a function, median": "2",
        "lines of a function, 90 % have at most": "6",
        "lines of the longest function": "6",
        "functions over 40 lines": "0",
        "lines over 100 characters": f"{1 / 26:.1%}",
        "public functions with a docstring": "33%",
        "docstrings": "4",
        "docstrings that open with a question word": "25.0%",
        # Which, what, each; it; one, them twice; of 8 + 4 + 10 words, code being one.
        "pointing words in 100 of docstrings": f"{100 * 8 / 22:.1f}",
        "import cycles in playlist2vec": "0",
    }


def test_what_breaks_a_limit_is_named(tmp_path: Path) -> None:
    line, body = "x = 1\n", "\n".join(["    pass"] * 40)
    long = [f"def f{number}():\n{body}\n" for number in range(6)]
    modules = {f"tests/many/test_{number}.py": line for number in range(15)}
    write(tmp_path, modules | {"tests/many/__init__.py": line, "tests/long.py": line * 301})
    write(tmp_path, {f"stages/s{number}.py": text for number, text in enumerate(long)})
    write(tmp_path, {"playlist2vec/a/b.py": line * 301, "playlist2vec/a/c.py": line * 300})
    inside = "def f():\n    from workflow import b\n"
    write(tmp_path, {"workflow/a.py": inside, "workflow/b.py": "import workflow.a\n"})
    found = broken_limits(tmp_path)
    assert found == {
        LIMITS[0]: ["tests/many has 15"],
        LIMITS[1]: [],
        LIMITS[2]: ["playlist2vec/a/b.py has 301"],
        LIMITS[3]: [f"stages/s{number}.py:1 f{number} has 41" for number in range(6)],
        LIMITS[4]: ["workflow.a and workflow.b"],
    }
    (tmp_path / "stages/s0.py").write_text(line, encoding="utf-8")
    assert broken_limits(tmp_path)[LIMITS[3]] == []


def test_a_median_that_is_too_high(tmp_path: Path) -> None:
    write(tmp_path, {f"stages/s{number}.py": "x = 1\n" for number in range(6)})
    assert broken_limits(tmp_path)[LIMITS[1]] == ["it is 6"]


def test_cycles_of_any_length_are_found_and_chains_are_none() -> None:
    ring = {"a": {"b"}, "b": {"c"}, "c": {"a"}}
    tail = {"d": {"a", "e"}, "e": {"f"}, "f": set()}
    assert import_cycles(ring | tail | {"g": {"h"}, "h": {"g"}}) == [["a", "b", "c"], ["g", "h"]]
    assert import_cycles({"a": {"b"}, "b": set()}) == []
    assert import_cycles({"a": set()}) == []


def test_the_command_prints_the_table_and_fails_where_a_limit_is_broken() -> None:
    command = [sys.executable, "-m", "benchmarks.house"]
    counted, limits = (
        subprocess.run([*command, each], cwd=ROOT, capture_output=True, text=True, check=False)
        for each in ("stages", "--limits")
    )
    assert re.search(r"^modules of the largest folder +\d+ \(stages\)$", counted.stdout, re.M)
    assert counted.returncode == 0
    lines = [f"{limit}: {place}" for limit, places in broken().items() for place in places]
    assert (limits.returncode, limits.stderr.splitlines()) == (1 if lines else 0, lines)
