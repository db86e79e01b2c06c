"""`playlist2vec compare` and `playlist2vec suggest-params`, on a finished project."""

import sys

from playlist2vec.base.rules import read_section
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.ranking.params import Query
from tests.conftest import ROOT, Project

COMPARE = (sys.executable, "-m", "playlist2vec", "compare")
SUGGEST = (sys.executable, "-m", "playlist2vec", "suggest-params")


def test_two_revisions_are_compared_and_different_pairs_refused(project: Project) -> None:
    project.dvc("exp", "run", "--name", "narrow", "-S", "train.window=1")
    project.git("checkout", ".")
    project.dvc("checkout")
    done = project.run(*COMPARE, "HEAD", "narrow")
    assert done.stdout.splitlines()[0].split() == ["A:", "HEAD", "B:", "narrow", "B", "-", "A", "(paired,", "95", "%)"]
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


def test_what_is_printed_can_be_run(project: Project) -> None:
    done = project.run(*SUGGEST)
    description, settings = done.stdout.splitlines()
    assert "median length" in description
    project.dvc("exp", "run", *settings.split(), "-S", "train.epochs=1")
    params = project.folder / "params.yaml"
    assert read_section(params, TrainParams).alpha == 0.05
    assert read_section(params, Query).similarity == "log_odds"


def test_without_a_split_it_says_what_to_do(project: Project) -> None:
    failed = project.run(*SUGGEST, "--data", "nowhere", check=False)
    assert failed.returncode == 1
    assert failed.stdout.endswith(": expected a finished `dvc repro split`\n")
    assert len(failed.stdout.splitlines()) == 1
