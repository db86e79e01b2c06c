"""Values given to make reach the commands unchanged; no shell or make runs them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

NOTE = 'printf "%s\\0" "$#" "$@" >> "$NOTED"'
"""A program that notes down how many words it is given, and the words."""
HOSTILE = (
    "$(touch PWNED)",
    "$(shell touch PWNED)",
    "${shell touch PWNED}",
    "`touch PWNED`",
    ";touch PWNED",
    "a b",
    "'",
    '"',
    '" ; touch PWNED ; "',
    "' ; touch PWNED ; '",
    "\\",
    "#",
    "$$(touch PWNED)",
    "-k",
    "$(eval PWNED)é",
)
TARGETS = {
    "grid": ("GRID", "JOBS", "CLUSTER", "GIT_REMOTE"),
    "search": ("GRID", "TRIALS", "JOBS", "BY"),
    "best": ("BY", "TABLE", "FORCE"),
    "share": ("REMOTE", "ENDPOINT", "GIT_REMOTE"),
    "join": ("REMOTE", "ENDPOINT", "GIT_REMOTE"),
    "scores": ("SEEDS", "JOBS"),
    "seeds": ("SEEDS", "JOBS"),
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The Makefile in a folder where everything is installed, and python notes down what it is
    given.
    """
    folder = tmp_path / 'mes listes "é" $x `y` \''
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("ready", "ready-dask"):
        (folder / f".venv/{name}").touch()
    for name, line in (("python", NOTE), ("python3", "exit 0")):
        (programs / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    return folder


def make(
    folder: Path, *words: str, environment: dict[str, str] | None = None
) -> tuple[subprocess.CompletedProcess[str], list[list[str]]]:
    """Call make, and return what it did with what python was given, a call a line."""
    noted = folder / "noted"
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    done = subprocess.run(
        ["make", *words],
        cwd=folder,
        env=kept
        | {"NOTED": str(noted), "PATH": f"{folder}/.venv/bin:{kept['PATH']}"}
        | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    words_left = noted.read_text("utf-8").split("\0")[:-1] if noted.exists() else []
    noted.unlink(missing_ok=True)
    assert not list(folder.rglob("PWNED")), "a value was run"
    calls = []
    while words_left:
        number = int(words_left[0])
        calls.append(words_left[1 : number + 1])
        words_left = words_left[number + 1 :]
    return done, calls


def given(calls: list[list[str]], value: str) -> bool:
    """Whether a command was given the value as it is, alone or behind an option and =."""
    return any(
        word == value or (word.startswith("--") and word.partition("=")[2] == value)
        for word in calls[-1]
    )


@pytest.mark.parametrize("target", TARGETS)
def test_no_value_is_run_and_each_arrives_as_it_is(checkout: Path, target: str) -> None:
    names = TARGETS[target]
    for start in range(0, len(HOSTILE), len(names)):
        named = {
            name: f"{name}{HOSTILE[(start + place) % len(HOSTILE)]}"
            for place, name in enumerate(names)
        }
        for words, environment in (
            ([f"{name}={each}" for name, each in named.items()], {}),
            ([], named),
        ):
            done, calls = make(checkout, target, *words, environment=environment)
            assert done.returncode == 0, (named, done.stderr)
            for each in named.values():
                assert given(calls, each), (each, calls)


def test_a_value_that_looks_like_an_option_is_none(checkout: Path) -> None:
    for target, name in (("grid", "GRID"), ("share", "REMOTE"), ("join", "REMOTE")):
        _, calls = make(checkout, target, f"{name}=--help")
        assert calls[-1][-2:] == ["--", "--help"]


@pytest.mark.parametrize("value", [each for each in HOSTILE if each not in ("-k", "a b")])
def test_extras_are_names(checkout: Path, value: str) -> None:
    for words, environment in (((f"EXTRAS={value}",), {}), ((), {"EXTRAS": value})):
        done, calls = make(checkout, "setup", *words, environment=environment)
        assert done.returncode != 0
        assert done.stderr.startswith("EXTRAS: expected names of extras in pyproject.toml")
        assert calls == []


@pytest.mark.parametrize("value", HOSTILE[:6])
def test_python_is_a_program_and_nothing_more(checkout: Path, value: str) -> None:
    (checkout / ".venv/ready").unlink()
    done, calls = make(checkout, "setup", f"PYTHON={value}")
    assert done.returncode != 0
    assert calls == []


def test_the_help_has_a_line_for_each_target(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    # As typed by a person, and not below the make that runs the tests, which would have it say
    # where it is.
    alone = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    done = subprocess.run(
        ["make", "help"], cwd=tmp_path, env=alone, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    phony = next(
        line
        for line in (ROOT / "Makefile").read_text("utf-8").splitlines()
        if line.startswith(".PHONY: ")
    )
    assert sorted(line.split()[1] for line in lines) == sorted(phony.split()[1:])
    assert all(
        line.startswith("make ") and len(line.split()) > 3 and len(line) <= 100 for line in lines
    )
    assert not (tmp_path / ".venv").exists(), "nothing is set up for it"
