"""The page on rooms says what dvc.yaml says."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.stale import PAGE, deps_of_stages, in_page, shown, stale_after, table, verify
from tests.conftest import ROOT

DEPS = {
    "check": {"playlist2vec", "stages/__init__.py", "stages/check.py"},
    "one": {"playlist2vec/a", "playlist2vec/b/c", "stages/__init__.py", "stages/one.py"},
    "two": {"playlist2vec/b", "data/x", "stages/__init__.py", "stages/two.py"},
}


def test_the_table_on_the_page_is_what_the_deps_say() -> None:
    assert in_page((ROOT / PAGE).read_text("utf-8")) == table(ROOT)


def test_every_stage_is_in_the_table() -> None:
    lines = table(ROOT).splitlines()
    assert len(lines) > 20
    for name in set(deps_of_stages(ROOT)) - {"check"}:
        assert any(line.split("|")[4].find(f"`{name}`") >= 0 for line in lines)


@pytest.mark.parametrize(
    ("edited", "stale"),
    [
        ("playlist2vec/a", ["one"]),
        ("playlist2vec/a/deep.py", ["one"]),
        ("playlist2vec/ab", []),
        ("playlist2vec/b", ["two"]),
        ("playlist2vec/b/c", ["one", "two"]),
        ("playlist2vec/d", []),
        ("stages/__init__.py", ["one", "two"]),
        ("stages/two.py", ["two"]),
        ("stages/check.py", []),
    ],
)
def test_an_edit_makes_those_stale_that_name_the_room_or_a_folder_above(
    edited: str, stale: list[str]
) -> None:
    assert stale_after(edited, DEPS) == stale


def test_stages_in_a_cell() -> None:
    assert shown(["one"], DEPS) == "`one`"
    assert shown(["one", "two"], DEPS) == "all"
    assert shown([], DEPS) == "none"


def test_what_dvc_says_otherwise_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*command: str) -> None:
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    files = {
        "dvc.yaml": "stages:\n  check:\n    cmd: 'true'\n    deps: [playlist2vec]\n",
        "final/dvc.yaml": (
            "stages:\n  test:\n    cmd: 'true'\n    wdir: ..\n    deps: [stages/test.py]\n"
        ),
        "playlist2vec/base/a.py": "",
        "stages/__init__.py": "",
        "stages/check.py": "",
        "stages/test.py": "",
        "workflow/a.py": "",
        "benchmarks/a.py": "",
        "tests/a.py": "",
        "pyproject.toml": (
            "[[tool.importlinter.contracts]]\ncontainers = ['playlist2vec']\nlayers = ['base']\n"
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    dvc = (sys.executable, "-m", "dvc")
    run("git", "init", "--quiet")
    run(*dvc, "init", "--quiet")
    run(*dvc, "repro", "dvc.yaml", "final/dvc.yaml")
    run("git", "add", "--all")
    run(
        "git",
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example.org",
        "commit",
        "--quiet",
        "--message",
        "run",
    )
    monkeypatch.setattr("benchmarks.stale.note", lambda _: None)
    assert verify(tmp_path) == [
        "stages/__init__.py: []: expected ['check']",
        "stages/check.py: []: expected ['check']",
    ]
