"""Grids, searches and the best result with the real DVC queue, also when something is killed."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from tests.builders.workflow import UP_TO_DATE
from tests.conftest import Project
from workflow.experiments.queue import Queue

SLOW = 400
"""Epochs of a training of some seconds on the small sample."""


def give_grid(project: Project, **content: object) -> None:
    (project.folder / "grids/mine.yaml").write_text(
        yaml.safe_dump({"about": "a test", **content}), "utf-8"
    )


def run(project: Project, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return project.run(sys.executable, "-m", *arguments, check=check)


def table(project: Project, name: str = "mine") -> list[dict[str, str]]:
    with (project.folder / f"grids/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def statuses(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in project.dvc("queue", "status").stdout.splitlines():
        words = line.split()
        if len(words) >= 4 and words[1].startswith("run-"):
            found.setdefault(words[1], []).append(words[-1])
    return found


def family(project: Project) -> list[psutil.Process]:
    """Every process that works in the project's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words, folder = process.cmdline(), process.cwd()
        except psutil.Error:
            continue
        if Path(folder).is_relative_to(project.folder) or any(
            str(project.folder) in word for word in words
        ):
            found.append(process)
    return found


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=10)


def wait_for(
    condition: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 900
) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, f"it ended too early, with {process.returncode}"
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def untouched(project: Project) -> None:
    assert project.git("status", "--porcelain") == ""
    assert UP_TO_DATE in project.dvc("status").stdout


@pytest.fixture
def small(finished: Project, tmp_path: Path) -> Iterator[Project]:
    """A project of its own, run and committed, whose `train` now notes down each time that it comes
    to its end.

    What comes before `train` is in DVC's run cache, so that no test waits for it again.
    """
    project = finished.copy_to(tmp_path / "project")
    train = project.folder / "stages/train.py"
    note = """
    import os
    from pathlib import Path as Place

    with Place(os.environ["ENDED"]).open("a") as file:
        file.write(" ".join(Place("params.yaml").read_text().split()) + "\\n")
"""
    train.write_text(train.read_text("utf-8") + note, "utf-8")
    project.environment["ENDED"] = str(tmp_path / "ended")
    (tmp_path / "ended").write_text("", "utf-8")
    project.git("commit", "--all", "--quiet", "--message", "note the end of train")
    yield project
    kill(family(project))


def ended(project: Project) -> list[str]:
    return Path(project.environment["ENDED"]).read_text("utf-8").splitlines()


def refs(project: Project) -> list[str]:
    return [
        line
        for line in project.git("for-each-ref", "--format=%(refname)", "refs/exps").split()
        if "/run-" in line
    ]


def test_a_grid_then_nothing_then_the_best(small: Project) -> None:
    give_grid(
        small, parameters={"train.window": [1, 3]}, settings={"train.epochs": 3}, seeds=[1, 2]
    )
    small.git("add", "grids/mine.yaml")
    small.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    small.git("add", "--all")
    small.git("commit", "--quiet", "--message", "run, with a grid")
    Path(small.environment["ENDED"]).write_text("", "utf-8")
    first = run(small, "workflow.experiments.grid", "mine", "--jobs", "2")
    assert "4 configurations: 0 known, 4 queued now" in first.stdout
    assert "window=3" in first.stdout
    rows = table(small)
    assert [(row["train.window"], row["train.seed"]) for row in rows] == [
        ("1", "1"),
        ("1", "2"),
        ("3", "1"),
        ("3", "2"),
    ]
    assert all(
        float(row["hit@10_low"]) <= float(row["hit@10"]) <= float(row["hit@10_high"])
        for row in rows
    )
    first_best = max(rows, key=lambda row: float(row["hit@10"]))
    for row in rows:
        behind = float(row["hit@10"]) - float(first_best["hit@10"])
        told = row["hit@10 to best"]
        assert not told if row is first_best else float(told) == pytest.approx(behind, abs=2e-6)
    assert len(ended(small)) == 4
    assert sorted(statuses(small).values()) == [["Success"]] * 4
    untouched(small)

    content = (small.folder / "grids/mine.csv").read_bytes()
    again = run(small, "workflow.experiments.grid", "mine")
    assert "4 configurations: 4 known, 0 queued now" in again.stdout
    assert len(ended(small)) == 4
    assert (small.folder / "grids/mine.csv").read_bytes() == content

    # What is not committed stays as it is, though `dvc exp apply` would put it aside.
    (small.folder / "final/dvc.yaml").open("a", encoding="utf-8").write("# mine\n")
    best = run(small, "workflow.experiments.best", "--force", "1")
    by_window = {
        window: sum(float(row["hit@10"]) for row in rows if row["train.window"] == window)
        for window in "13"
    }
    chosen = max("13", key=lambda window: by_window[window])
    assert small.params()["train"]["window"] == int(chosen)
    assert small.params()["train"]["seed"] == 1
    assert "mean of 2 seeds" in best.stdout
    assert len(ended(small)) == 4
    assert (small.folder / "final/dvc.yaml").read_text("utf-8").endswith("# mine\n")
    assert (small.folder / "metrics/grid.csv").read_bytes() == content
    readme = (small.folder / "README.md").read_text("utf-8")
    assert f"`train.window: {chosen}`" in (small.folder / "docs/model-card.md").read_text("utf-8")
    assert (
        "| Word2Vec | "
        f"{float(next(row['hit@10'] for row in rows if row['train.window'] == chosen)):.3f} ["
    ) in readme
    scores = (small.folder / "metrics/validation.json").read_bytes()
    status = small.dvc("repro", "dvc.yaml", "final/dvc.yaml").stdout
    assert "Running stage" not in status

    # Where the experiments are not, the parameters are run, and the results are the same.
    other = small.copy_to(small.folder.parent / "other")
    other.environment["ENDED"] = small.environment["ENDED"]
    other.git("checkout", "--quiet", "params.yaml")
    other.git("commit", "--quiet", "--all", "--message", "elsewhere")
    taken = run(
        other, "workflow.experiments.best", "--table", "metrics/grid.csv", "--force", "1"
    ).stdout
    assert "its parameters are run" in taken
    assert other.params()["train"]["window"] == int(chosen)
    assert "Running stage" not in other.dvc("repro", "dvc.yaml", "final/dvc.yaml").stdout
    assert (other.folder / "metrics/validation.json").read_bytes() == scores


def test_a_run_that_fails_is_named_with_its_reason_and_tried_again(small: Project) -> None:
    give_grid(small, how="one-at-a-time", parameters={"split.validation": [100_000]})
    failed = run(small, "workflow.experiments.grid", "mine", check=False)
    assert failed.returncode == 1
    assert "failed: split: split.validation = 100000: expected at most " in failed.stdout
    assert "Traceback" not in failed.stdout
    assert len(table(small)) == 1
    again = run(small, "workflow.experiments.grid", "mine", check=False)
    assert "2 configurations: 1 known, 1 queued now" in again.stdout


def test_a_wrong_value_stops_before_anything_runs(small: Project) -> None:
    give_grid(small, parameters={"train.window": [2, "wide"]})
    failed = run(small, "workflow.experiments.grid", "mine", check=False)
    assert failed.returncode == 1
    expected = "grids/mine.yaml: train.window = wide: expected a whole number from 1 to 10000"
    assert failed.stdout.strip() == expected
    assert statuses(small) == {}


@pytest.mark.thorough
@pytest.mark.parametrize("killed", ["everything", "the workers", "the grid"])
def test_after_a_kill_the_same_command_goes_on_and_each_runs_to_its_end_once(
    small: Project, killed: str
) -> None:
    give_grid(small, parameters={"train.window": [1, 2, 3]}, settings={"train.epochs": SLOW})
    command = [sys.executable, "-m", "workflow.experiments.grid", "mine", "--jobs", "2"]
    log = (small.folder.parent / "log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        command, cwd=small.folder, env=small.environment, stdout=log, stderr=log, text=True
    )
    log.close()

    def in_the_middle() -> bool:
        training = list((small.folder / ".dvc/tmp/exps").glob("tmp*/metrics/training/metrics.json"))
        # Between two runs' ends: what was trained has been kept, and something else is being
        # trained.
        return 0 < len(refs(small)) == len(ended(small)) and bool(training)

    wait_for(in_the_middle, process)
    everyone = family(small)
    workers = [each for each in everyone if "queue-worker" in each.cmdline()]
    assert workers
    kill(
        {"everything": everyone, "the workers": workers, "the grid": [psutil.Process(process.pid)]}[
            killed
        ]
    )
    if killed != "the workers":
        process.wait(timeout=100)
        run(small, "workflow.experiments.grid", "mine", "--jobs", "2")
    else:
        process.wait(timeout=900)
        assert process.returncode == 0, (small.folder.parent / "log").read_text()
    assert len(table(small)) == 3
    assert len(refs(small)) == 3
    assert len(ended(small)) == len(set(ended(small))) == 3
    assert [states for states in statuses(small).values() if states != ["Success"]] == []


@pytest.mark.thorough
@pytest.mark.parametrize("left", ["an empty folder", "no folder"])
def test_a_worker_killed_while_it_cleans_up_has_kept_its_result(
    small: Project, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_grid(
        small, how="one-at-a-time", parameters={"train.window": [2]}, settings={"train.epochs": 1}
    )
    run(small, "workflow.experiments.grid", "mine", "--jobs", "1")
    monkeypatch.chdir(small.folder)
    with Queue() as queue:
        result, entry = next(iter(queue.queue._iter_done_tasks()))
        folder = queue._folder(entry)
        assert folder is not None
        assert not folder.exists()
        if left == "an empty folder":
            folder.mkdir()
        assert queue._end(result.id, entry)
        assert not folder.exists()
    assert (
        f"{len(refs(small))} known, 0 queued now"
        in run(small, "workflow.experiments.grid", "mine").stdout
    )


@pytest.mark.thorough
def test_ctrl_c_ends_what_runs_and_keeps_what_waits(small: Project) -> None:
    give_grid(small, parameters={"train.window": [1, 2, 3]}, settings={"train.epochs": SLOW})
    command = [sys.executable, "-m", "workflow.experiments.grid", "mine", "--jobs", "1"]
    log = small.folder.parent / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=small.folder, env=small.environment, stdout=out, stderr=out, text=True
        )
        wait_for(
            lambda: any(
                (small.folder / ".dvc/tmp/exps").glob("tmp*/metrics/training/metrics.json")
            ),
            process,
        )
        os.kill(process.pid, signal.SIGINT)
        process.wait(timeout=300)
    assert process.returncode == 130
    said = log.read_text("utf-8").splitlines()[-1]
    assert said == (
        "stopped: 1 running experiments were ended, 2 wait in DVC's queue; the same command goes "
        "on from here"
    )
    assert family(small) == []
    assert run(small, "workflow.experiments.grid", "mine", "--jobs", "2").returncode == 0
    assert len(table(small)) == 3
    assert len(ended(small)) == len(set(ended(small))) == 3


@pytest.mark.thorough
def test_a_search_is_the_same_again_and_after_an_interruption(
    small: Project, tmp_path: Path
) -> None:
    parameters = {
        "train.window": [1, 2, 3, 4],
        "train.negative": [2, 5, 10],
        "train.ns_exponent": [0, 0.5, 1],
    }
    give_grid(small, parameters=parameters, rungs={"epochs": [1, 2], "keep": "1/2"})
    other = small.copy_to(tmp_path / "other")
    other.environment["ENDED"] = small.environment["ENDED"]
    whole = run(small, "workflow.experiments.search", "mine", "--trials", "4", "--jobs", "2")
    rows = table(small, "mine.search")
    assert {row["train.epochs"] for row in rows} == {"1", "2"}
    assert (
        sum(row["train.epochs"] == "2" for row in rows)
        < sum(row["train.epochs"] == "1" for row in rows)
        <= 4
    )
    assert re.search(r"^trials? [0-9, -]*4 of 4, 1 epochs", whole.stdout, re.M)

    command = [
        sys.executable,
        "-m",
        "workflow.experiments.search",
        "mine",
        "--trials",
        "4",
        "--jobs",
        "1",
    ]
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=other.folder, env=other.environment, stdout=log, stderr=log, text=True
        )
    wait_for(lambda: len(refs(other)) == 2, process)
    kill(family(other))
    process.wait(timeout=100)
    run(other, "workflow.experiments.search", "mine", "--trials", "4", "--jobs", "2")
    written = "grids/mine.search.csv"
    assert (other.folder / written).read_bytes() == (small.folder / written).read_bytes()
    assert len(refs(other)) == len(refs(small)) == len(rows)
