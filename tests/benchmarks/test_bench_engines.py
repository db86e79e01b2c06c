"""`python -m benchmarks.engines` at a tiny scale: the same bytes from every candidate that is
installed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, needed_package


@pytest.mark.thorough
def test_the_candidates_write_the_same_bytes_and_leave_nothing(tmp_path: Path) -> None:
    needed_package("distributed")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engines", "--entries", "200000", "--only", "local,dask"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [re.split(r" {2,}", line) for line in done.stdout.splitlines()[-4:]]
    assert [row[0] for row in rows] == ["local, 1", "local, 2", "dask, 1", "dask, 2"]
    assert [row[-1] for row in rows] == ["yes"] * 4
    assert list(tmp_path.iterdir()) == []


def test_a_candidate_that_is_unknown_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engines", "--only", "hadoop"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "--only hadoop: expected some of local,dask,ray,spark that are installed"
    )
