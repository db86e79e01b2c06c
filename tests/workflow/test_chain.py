"""The workflow as people use it, with the real DVC and Git on a small sample."""

import json
import shutil
import sys
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.builders.workflow import UP_TO_DATE, stages_run
from tests.conftest import Project, make_project

CHAIN = ["check", "source", "ingest", "statistics", "filter", "vocabulary", "split"]
CHAIN += ["train", "evaluate", "baselines", "blend", "slices"]


def test_the_chain_runs_once_and_leaves_git_clean(finished: Project) -> None:
    assert finished.git("status", "--porcelain") == ""
    assert UP_TO_DATE in finished.dvc("status").stdout
    again = finished.dvc("repro", "dvc.yaml", "final/dvc.yaml").stdout
    assert stages_run(again) == []
    assert finished.git("status", "--porcelain") == ""


def test_the_scores_are_there_and_say_what_they_belong_to(finished: Project) -> None:
    compared, validation, baselines = (
        json.loads((finished.folder / f"metrics/{name}.json").read_text("utf-8"))
        for name in ("validation", "validation_details", "baselines")
    )
    assert validation["pairs"] == 40
    assert compared == {name: validation[name] for name in ("pairs", "hit@10", "ndcg@10", "mrr")}
    assert set(baselines["best_baseline"]) == {"name", "hit@10", "ndcg@10"}
    assert 0 < validation["ndcg@10"] < validation["hit@10"] <= validation["hit@50"] <= 1
    test = json.loads((finished.folder / "metrics/test.json").read_text("utf-8"))
    assert test["scores"].keys() == validation.keys()
    assert test["parameters"]["train"]["vector_size"] == 8
    assert "local" not in test["parameters"]
    assert len(test["embeddings_sha256"]) == 64


def test_the_curve_says_by_which_rule_it_asked(finished: Project) -> None:
    """Here `evaluate` asks by log_odds with the last song, so the curve ends at its score on the
    pairs of the curve.
    """
    drawn = {
        path.stem: path for path in (finished.folder / "metrics/training/plots/metrics").iterdir()
    }
    assert set(drawn) == {"hit@10_log_odds_last", "hit@10_log_odds_history"}
    for name, path in drawn.items():
        header, *lines = path.read_text("utf-8").splitlines()
        assert header == f"step\t{name}"
        assert [line.split("\t")[0] for line in lines] == ["0", "1"]
    asked = finished.params()["train"]["curve_pairs"]
    # The curve asks the first pairs, and ranks stand in the order of the pairs.
    with np.load(finished.folder / "data/ranks/validation.npz") as ranks:
        hits = ranks["ranks"][:asked] <= 10
    assert float(drawn["hit@10_log_odds_last"].read_text("utf-8").split()[-1]) == np.mean(hits)
    shown = json.loads(finished.dvc("plots", "show", "--json").stdout)
    (points,) = (
        plot for title, plot in shown["data"].items() if title.startswith("hit@10 after each epoch")
    )
    assert points


BACKWARDS = """
import os

class Backwards:
    def __init__(self, entries):
        self.entries = entries

    def __iter__(self):
        return self

    def __next__(self):
        if not self.entries:
            raise StopIteration
        return self.entries.pop(0)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def close(self):
        return None

listdir, scandir = os.listdir, os.scandir
os.listdir = lambda *where: sorted(listdir(*where), reverse=True)
os.scandir = lambda *where: Backwards(
    sorted(scandir(*where), key=lambda entry: entry.name, reverse=True)
)
"""


def test_another_folder_hash_seed_locale_and_order_of_files_the_same_bytes(
    finished: Project, tmp_path: Path
) -> None:
    (tmp_path / "custom").mkdir()
    (tmp_path / "custom/sitecustomize.py").write_text(BACKWARDS, "utf-8")
    other = make_project(tmp_path / "else where")
    order = other.run(
        *(sys.executable, "-c", "import os; print(os.listdir('.'))"),
        PYTHONPATH=str(tmp_path / "custom"),
    ).stdout
    assert order == f"{sorted(yaml.safe_load(order), reverse=True)}\n"
    done = other.run(
        *(sys.executable, "-m", "dvc", "repro", "dvc.yaml", "final/dvc.yaml"),
        PYTHONPATH=str(tmp_path / "custom"),
        OMP_NUM_THREADS="2",
        PYTHONHASHSEED="7",
        LC_ALL="C",
        LANG="C",
        PYTHONUTF8="0",
        TZ="Asia/Tokyo",
    )
    assert stages_run(done.stdout) == [*CHAIN, "final/dvc.yaml:test", "final/dvc.yaml:report"]
    expected, found = finished.outputs(), other.outputs()
    assert expected.keys() == found.keys()
    assert [path for path, content in found.items() if content != expected[path]] == []
    for lock in ("dvc.lock", "final/dvc.lock"):
        assert (other.folder / lock).read_bytes() == (finished.folder / lock).read_bytes()


def test_changing_the_evaluation_never_trains_again(project: Project) -> None:
    project.change(
        "evaluate",
        k=[1, 20],
        similarity="euclidean",
        repeats="hit",
        suggest_known=False,
        index="kd_tree",
    )
    assert stages_run(project.dvc("repro").stdout) == [
        "check",
        "evaluate",
        "baselines",
        "blend",
        "slices",
    ]


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        (
            "train.ns_exponent=1.5",
            "params.yaml: train.ns_exponent = 1.5: expected a number from -1 to 1",
        ),
        (
            "train.window=abc",
            "params.yaml: train.window = abc: expected a whole number from 1 to 10000",
        ),
        (
            "+train.windw=3",
            "params.yaml: train.windw is unknown: expected one of trainer, blocks, sg, ",
        ),
        (
            "dataset=nothing",
            "params.yaml: dataset = nothing: expected one of 30music, deezer, ecommerce, ",
        ),
    ],
)
def test_a_wrong_value_fails_in_one_line_before_any_work(
    project: Project, setting: str, line: str
) -> None:
    failed = project.dvc("exp", "run", "-S", setting, check=False)
    assert failed.returncode != 0
    assert f"check: {line}" in failed.stdout
    assert stages_run(failed.stdout) == ["check"]
    assert "Traceback" not in failed.stdout


def test_scientific_notation_is_a_number(project: Project) -> None:
    done = project.dvc("exp", "run", "-S", "train.sample=1e-5", "-S", "train.epochs=1")
    assert "train" in stages_run(done.stdout)
    assert "train: warning: train.sample = 1e-05 left " in done.stdout


def test_a_chain_that_fails_half_way_loses_nothing(project: Project) -> None:
    before = project.outputs()
    project.change("sample", seed=2)
    project.change("split", validation=100_000)
    failed = project.dvc("repro", check=False)
    assert failed.returncode != 0
    assert "split: split.validation = 100000: expected at most " in failed.stdout
    changed = project.git("status", "--porcelain").split()[1::2]
    assert [path for path in changed if path.startswith("data/")] == []
    project.git("checkout", ".")
    project.dvc("checkout")
    assert project.outputs() == before
    assert UP_TO_DATE in project.dvc("status").stdout


def test_a_file_placed_by_hand_is_never_deleted(project: Project) -> None:
    mine = project.folder / "data/incoming/mine.txt"
    mine.write_text(
        "".join(f"{' '.join(songs)}\n" for songs in permutations("abcd", 3)), encoding="utf-8"
    )
    settings = ["-S", "dataset=local", "-S", "local.file=data/incoming/mine.txt"]
    sizes = ["-S", "split.validation=3", "-S", "split.test=3"]
    done = project.dvc("exp", "run", *settings, *sizes)
    assert stages_run(done.stdout) == CHAIN
    assert mine.exists()
    project.git("checkout", ".")
    project.dvc("repro")
    assert mine.exists()
    assert project.git("status", "--porcelain") == ""


def test_queued_experiments_run_the_code_that_they_record(project: Project) -> None:
    code = project.folder / "stages/train.py"
    text = code.read_text("utf-8")
    project.dvc("exp", "run", "--queue", "--name", "earlier", "-S", "train.window=1")
    project.dvc("exp", "run", "--queue", "-S", "train.window=2")
    code.write_text('raise SystemExit("the edited workspace ran")\n', "utf-8")
    project.dvc("queue", "start")
    project.dvc("queue", "logs", check=False)
    assert wait_for_queue(project).count("Success") == 2
    revision = project.git("for-each-ref", "--format=%(objectname)", "refs/exps/**/earlier").strip()
    assert project.git("show", f"{revision}:stages/train.py") == text
    assert json.loads(project.git("show", f"{revision}:metrics/validation.json"))["pairs"] == 40
    assert code.read_text("utf-8").startswith("raise SystemExit")


def wait_for_queue(project: Project) -> str:
    for _ in range(240):
        status = project.dvc("queue", "status").stdout
        if "Running" not in status and "Queued" not in status:
            break
        project.run("sleep", "0.5")
    assert "Success" in status, status
    assert "Failed" not in status, status
    return status


def test_a_python_without_the_packages_says_what_to_type(project: Project) -> None:
    bare = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
    failed = project.run(
        bare, "-S", "-m", "stages.check", "params.yaml", "data/sources", "x", check=False
    )
    assert failed.returncode == 1
    assert failed.stdout.strip().endswith(
        "type `make repro`, or `make setup && . .venv/bin/activate`"
    )
    assert len(failed.stdout.splitlines()) == 1


def test_a_repository_without_a_commit_is_one_line(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    shutil.rmtree(project.folder / ".git")
    project.git("init", "--quiet")
    failed = project.dvc("repro", check=False)
    assert failed.returncode != 0
    assert (
        "train: the curve needs a repository with a commit (Empty git repo): expected `git commit`"
        in failed.stdout
    )
    assert "Traceback" not in failed.stdout
