"""What a killed DVC leaves behind is put right, and nothing else is touched."""

import sys
from pathlib import Path

import pytest

from tests.conftest import Project


@pytest.mark.parametrize(
    "left", ["", "schema: '2.0'\nstages:\n  check:\n    cmd: x\n    outs:\n    - pa"]
)
def test_a_lock_cut_off_is_put_back(project: Project, left: str) -> None:
    lock = project.folder / "dvc.lock"
    whole = lock.read_text("utf-8")
    lock.write_text(left, "utf-8")
    (project.folder / "final/dvc.lock").write_text("", "utf-8")
    (project.folder / ".dvc/tmp/rwlock").write_text("", "utf-8")
    (project.folder / "data/model/.input.npy.999999999.unfinished").write_text("half", "utf-8")
    assert project.dvc("repro", check=False).returncode != 0
    said = project.run(sys.executable, "-m", "workflow.repair").stdout.splitlines()
    assert said[:2] == [
        f"{name}: left half-written by a DVC that was killed: put back as last committed; finished "
        "stages come from the run cache"
        for name in ("dvc.lock", str(Path("final/dvc.lock")))
    ]
    assert len(said) == 4
    assert lock.read_text("utf-8") == whole
    assert project.git("status", "--porcelain") == ""
    assert "Running stage" not in project.dvc("repro", "dvc.yaml", "final/dvc.yaml").stdout
    assert project.run(sys.executable, "-m", "workflow.repair").stdout == ""


def test_one_that_was_never_committed_is_removed(project: Project) -> None:
    project.git("rm", "--quiet", "--cached", "dvc.lock")
    project.git("commit", "--quiet", "--message", "no lock")
    (project.folder / "dvc.lock").write_text("", "utf-8")
    assert (
        "dvc.lock: left half-written by a DVC that was killed: removed;"
        in project.run(sys.executable, "-m", "workflow.repair").stdout
    )
    assert not (project.folder / "dvc.lock").exists()
