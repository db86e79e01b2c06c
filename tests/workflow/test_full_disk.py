"""A disk that is full in the middle of the chain: one clear line, nothing lost, and the next run
goes on.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Project, make_project, needed

pytestmark = pytest.mark.thorough


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A file system of its own at `folder`, as root alone can make it."""
    mount, umount = needed("mount"), needed("umount")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={kilobytes}k", "small", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)


def files_of(project: Project, folder: str) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in (project.folder / folder).rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("room", [8, 16])
def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path, room: int) -> None:
    project = make_project(tmp_path / "project")
    project.dvc("repro", "vocabulary")
    before = files_of(project, "data/vocabulary")
    lock = (project.folder / "dvc.lock").read_bytes()
    with small_disk(project.folder / "data/split", room):
        failed = project.dvc("repro", "split", check=False)
    assert failed.returncode != 0
    said = [line for line in failed.stdout.splitlines() if "No space left on device" in line]
    assert len(said) == 1, failed.stdout
    assert said[0].startswith("split: data/split/")
    assert said[0].endswith(": cannot be written: No space left on device")
    assert "Traceback" not in failed.stdout
    assert files_of(project, "data/vocabulary") == before
    assert (project.folder / "dvc.lock").read_bytes() == lock
    assert files_of(project, "data/split") == {}
    done = project.dvc("repro", "split")
    assert "Running stage 'split'" in done.stdout


def test_a_folder_that_may_not_be_written_is_one_line(tmp_path: Path) -> None:
    """Root may write everywhere but on a file system that is mounted read-only."""
    project = make_project(tmp_path / "project")
    project.dvc("repro", "vocabulary")
    with small_disk(project.folder / "data/split", 100):
        mount = needed("mount")
        subprocess.run([mount, "-o", "remount,ro", str(project.folder / "data/split")], check=True)
        failed = project.dvc("repro", "split", check=False)
    assert failed.returncode != 0
    assert "split: data/split/" in failed.stdout
    assert "Read-only file system" in failed.stdout
    assert "Traceback" not in failed.stdout
    project.dvc("repro", "split")
