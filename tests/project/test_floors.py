"""Imports go down only: the contracts in pyproject.toml hold, and would be seen to break."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for room in ("playlist2vec", "stages", "workflow", "benchmarks"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_are_kept(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "imported"),
    [
        ("playlist2vec/base/files.py", "playlist2vec.corpus.tracks"),
        ("playlist2vec/songs/names.py", "playlist2vec.ranking.metrics"),
        ("playlist2vec/models/counting/params.py", "playlist2vec.models.word2vec.params"),
        ("playlist2vec/sources/local/params.py", "playlist2vec.sources.sample.params"),
        ("playlist2vec/charts/svg.py", "stages.check"),
    ],
)
def test_an_import_that_goes_up_or_sideways_breaks_one(
    house: Path, file: str, imported: str
) -> None:
    path = house / file
    before = path.read_text("utf-8")
    path.write_text(f"{before}\nimport {imported}\n", "utf-8")
    try:
        done = lint(house)
    finally:
        path.write_text(before, "utf-8")
    assert done.returncode == 1
    assert f"-> {imported}" in " ".join(done.stdout.split())
