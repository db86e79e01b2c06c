"""`playlist2vec compare` and `playlist2vec suggest-params`, on a finished project."""

import sys

import pytest

from playlist2vec.base.rules import read_section
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.ranking.params import Query
from tests.cli.terminal.pseudo import on_a_terminal
from tests.conftest import ROOT, Project

COMPARE = (sys.executable, "-m", "playlist2vec", "compare")
SUGGEST = (sys.executable, "-m", "playlist2vec", "suggest-params")


def test_two_revisions_are_compared_and_different_pairs_refused(project: Project) -> None:
    project.dvc("exp", "run", "--name", "narrow", "-S", "train.window=1")
    project.git("checkout", ".")
    project.dvc("checkout")
    done = project.run(*COMPARE, "HEAD", "narrow")
    assert done.stdout.splitlines()[0].split() == [
        "A:",
        "HEAD",
        "B:",
        "narrow",
        "B",
        "-",
        "A",
        "(paired,",
        "95",
        "%)",
    ]
    assert done.stdout.splitlines()[-1].startswith("40 pairs: A ranks the target higher in ")
    assert "no difference shown" in project.run(*COMPARE, "HEAD", "workspace").stdout
    project.dvc("exp", "run", "--name", "other", "-S", "split.validation=30")
    refused = project.run(*COMPARE, "HEAD", "other", check=False)
    assert refused.returncode == 1
    assert refused.stdout == (
        "compare: HEAD and other were asked about different pairs (40 and 30; their keys differ): "
        "expected the same dataset, filter and split\n"
    )
    unknown = project.run(*COMPARE, "HEAD", "nobody", check=False)
    assert unknown.returncode == 1
    assert unknown.stdout.startswith("compare: nobody: no data/ranks/validation.npz (")
    assert len(unknown.stdout.splitlines()) == 1


def test_the_help_has_an_example() -> None:
    assert "example: playlist2vec compare" in Project(ROOT).run(*COMPARE, "--help").stdout


def settings_of(project: Project) -> list[str]:
    """What is printed to be run; everything else goes to stderr, which stands before it."""
    *notes, settings = project.run(*SUGGEST).stdout.splitlines()
    assert all(note.startswith("suggest-params: ") for note in notes)
    assert "median length" in notes[0]
    assert notes[-1].startswith("suggest-params: `dvc repro train` will take about ")
    return settings.split()


def test_what_is_printed_can_be_run_and_is_then_the_answer_again(project: Project) -> None:
    settings = settings_of(project)
    project.dvc("exp", "run", *settings)
    params = project.folder / "params.yaml"
    assert read_section(params, TrainParams).alpha == 0.05
    assert read_section(params, Query).similarity.startswith("log_odds")
    assert read_section(params, SplitParams).validation == 0.2
    assert settings_of(project) == settings


def test_settings_are_written_in_place_without_an_identity_in_git(project: Project) -> None:
    params = project.folder / "params.yaml"
    before = params.read_text("utf-8").splitlines()
    nobody = {
        "HOME": str(project.folder),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    printed = project.run(*SUGGEST, check=True, **nobody).stdout
    assert (
        "suggest-params: `dvc exp run` needs Git's user.name and user.email, and they are not set"
        in printed
    )
    project.run(*SUGGEST, "--write", check=True, **nobody)
    after = params.read_text("utf-8").splitlines()
    assert len(after) == len(before)
    changed = {
        new.split(":")[0].strip() for old, new in zip(before, after, strict=True) if old != new
    }
    assert changed
    assert changed <= {
        setting.split("=")[0].split(".")[1] for setting in printed.split() if "=" in setting
    }
    project.run(sys.executable, "-m", "dvc", "repro", "-q", "train", check=True, **nobody)
    assert "suggest-params: 0 of " in project.run(*SUGGEST, "--write", check=True, **nobody).stdout
    assert params.read_text("utf-8").splitlines() == after


@pytest.mark.parametrize("minutes", ["-1", "nan", "1e9"])
def test_a_wrong_budget_stops(project: Project, minutes: str) -> None:
    failed = project.run(*SUGGEST, f"--minutes={minutes}", check=False)
    assert failed.returncode == 1
    assert f"--minutes {float(minutes):g}: expected a number from 0 to 10000" in failed.stdout


def test_without_a_split_it_says_what_to_do(project: Project) -> None:
    failed = project.run(*SUGGEST, "--data", "nowhere", check=False)
    assert failed.returncode == 1
    assert failed.stdout.endswith(": expected a finished `dvc repro split`\n")
    assert len(failed.stdout.splitlines()) == 1


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_a_comparison_fits_the_terminal(finished: Project, columns: int) -> None:
    words = (*COMPARE, "HEAD", "workspace")
    code, lines = on_a_terminal(
        words, finished.folder, finished.environment | {"NO_COLOR": "1"}, columns
    )
    assert code == 0
    assert max(map(len, lines)) <= columns or (columns == 200 and len(lines) == 5)
    assert sum("no difference shown" in line for line in lines) == 2
