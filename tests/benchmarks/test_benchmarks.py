"""`make bench` at a tiny scale: the table is complete and its checks of equality hold."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measuring import Measured
from benchmarks.rows.row import Row
from benchmarks.rows.table import as_text
from benchmarks.scale import STEPS
from tests.conftest import ROOT


def bench(*arguments: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_row_but_the_chain_is_measured_and_nothing_is_left_behind(tmp_path: Path) -> None:
    done = bench(
        "--scale", "300", "--repeats", "1", "--only", "1,2,3,4,6,7,8,10,11,12", temporary=tmp_path
    )
    assert done.returncode == 0, done.stderr
    lines = [re.split(r" *\| *", line) for line in done.stdout.splitlines() if " | " in line]
    header, rows = lines[0], {line[0]: line for line in lines[1:]}
    assert list(rows) == ["1", "2", "2b", "3", "4", "6", "6b", "7", "8", "10", "11", "12"]
    reached, ours, peak = header.index("reached"), header.index("ours"), header.index("MB")
    for row in ("1", "3"):
        assert "equal" in rows[row][header.index("goal")]
        assert "equal" not in rows[row][reached]
    assert all(0 <= float(row[ours]) < 5 for row in rows.values())
    assert all(10 < float(row[peak]) < 400 for row in rows.values())
    assert max(map(len, done.stdout.splitlines()[1:])) < 120
    assert str(tmp_path) not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_stages_are_measured_at_growing_sizes(tmp_path: Path) -> None:
    sizes = ("--entries", "2e4", "4e4", "--songs", "300", "--set", "train.vector_size=4")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale", *sizes, "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [
        re.split(r" *\| *", line)[1:-1]
        for line in done.stdout.splitlines()
        if line.startswith("| ")
    ]
    took = {row[0]: row[1:] for row in rows[3:]}
    assert list(took) == list(STEPS)
    assert all(
        re.fullmatch(r"[\d.]+ s; [\d.]+ µs; \d+, \d+ MB", cell)
        for cells in took.values()
        for cell in cells
    )
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_row_and_a_scale_that_is_too_small_are_refused(tmp_path: Path) -> None:
    unknown, small = (
        bench("--only", "99", temporary=tmp_path),
        bench("--scale", "10", temporary=tmp_path),
    )
    assert unknown.stderr.splitlines()[-1].endswith(
        "--only 99: expected some of 1,2,3,4,5,6,7,8,9,10,11,12,13"
    )
    assert small.stderr.splitlines()[-1].endswith("--scale 10: expected 300 or more")


@pytest.mark.parametrize(
    ("goals", "text"),
    [
        ((("10x", True), ("equal", True)), "yes"),
        ((("10x", False), ("equal", True)), "no: 10x"),
        ((), ""),
    ],
)
def test_a_missed_goal_is_named(goals: tuple[tuple[str, bool], ...], text: str) -> None:
    side = Measured(cpu=12.345, startup=0.5, peak=99.6, facts={})
    table = as_text([Row("1", "this", "that", side, side, "2.0x", goals)]).splitlines()
    assert re.split(r" *\| *", table[2])[-1] == text
    assert re.split(r" *\| *", table[2])[3:5] == ["12.35", "100"]
