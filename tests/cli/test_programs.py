"""`playlist2vec serve` and `export` as people type them, where they end at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Project, needed_package


def run(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "playlist2vec", *words]
    return subprocess.run(
        command,
        cwd=project.folder,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_exports_of_a_run(finished: Project, tmp_path: Path) -> None:
    done = run(finished, "export", "projector", "--output", str(tmp_path / "projector"))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(
        "numbers each: vectors.tsv, metadata.tsv, projector.json, projector_config.pbtxt\n"
    )
    songs = len((tmp_path / "projector/vectors.tsv").read_text("utf-8").splitlines())
    done = run(
        finished, "export", "tsv", "--output", str(tmp_path / "songs.tsv"), "--from", "data/model"
    )
    assert done.returncode == 0
    assert len((tmp_path / "songs.tsv").read_text("utf-8").splitlines()) == songs + 1


@pytest.mark.extra
def test_the_export_for_the_atlas_says_whether_there_is_a_map(
    finished: Project, tmp_path: Path
) -> None:
    needed_package("pyarrow")
    output = str(tmp_path / "songs.parquet")
    assert (
        "of them with a place on the map"
        in run(finished, "export", "atlas", "--output", output).stderr
    )
    alone = run(finished, "export", "atlas", "--output", output, "--from", "data/model")
    assert alone.stderr.endswith("; no map: no data/model/data/report/report.html\n")


def test_what_export_does_not_accept_is_one_line(finished: Project, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run(finished, "export", "projector", "--output", str(tmp_path / "file"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    done = run(finished, "export", "tsv", "--output", str(tmp_path / "x"), "--from", str(tmp_path))
    assert done.stderr.startswith(f"export: {tmp_path}: no model: expected")


def test_without_the_extra_one_line_says_how_to_get_it(finished: Project) -> None:
    code = (
        "import sys; from importlib.machinery import PathFinder as Finder; "
        "find = Finder.find_spec\n"
        "def without(name, *rest): return None if name == 'fastapi' else find(name, *rest)\n"
        "Finder.find_spec = without\n"
        "from playlist2vec.cli.command_line import main; main(['serve'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=finished.folder,
        env=finished.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        done.stderr
        == "serve: fastapi is not installed: expected what `make setup EXTRAS=serve` installs\n"
    )


@pytest.mark.extra
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "65536"], "--port 65536: expected a number from 0"),
        (["--port", "-1"], "--port -1: expected a number from 0"),
        (["--processes", "0"], "--processes 0: expected a number from 1 to 64"),
        (["--port", "0", "--host", "no.such.host.invalid"], "--host no.such.host.invalid: "),
        (["--port", "0", "--host", "203.0.113.7"], "--host 203.0.113.7 --port 0: "),
        (["--port", "0", "grids"], "grids: no model: expected"),
        (
            ["--port", "0", "a=.", "a=data/model"],
            "two models are called a: expected another name, NAME=data/model",
        ),
    ],
)
def test_what_serve_does_not_accept_is_one_line(
    finished: Project, words: list[str], said: str
) -> None:
    for package in ("fastapi", "python_multipart", "uvicorn"):
        needed_package(package)
    done = run(finished, "serve", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"serve: {said}"), done.stderr
    assert len(done.stderr.splitlines()) == 1
