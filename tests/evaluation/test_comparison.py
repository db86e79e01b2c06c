import sys

import numpy as np
import pytest

from playlist2vec.evaluation.comparison import as_text, compare_ranks
from tests.conftest import ROOT, Project

COMPARE = (sys.executable, "-m", "playlist2vec.evaluation.comparison")


def test_differences_and_wins_by_hand() -> None:
    found = compare_ranks(np.array([1.0, 11, np.inf, 5]), np.array([1.0, 2, 3, 6]))
    a, b, difference = found.scores["hit@10"]
    assert (a.estimate, b.estimate, difference.estimate) == (2 / 4, 4 / 4, 2 / 4)
    ndcg = found.scores["ndcg@10"][2].estimate
    assert ndcg == pytest.approx((1 / np.log2(3) + 1 / np.log2(4) + 1 / np.log2(7) - 1 / np.log2(6)) / 4)
    assert found.wins == (1, 2, 1)


def test_a_clear_difference_is_found_and_none_is_not() -> None:
    rng = np.random.default_rng(1)
    ranks = rng.integers(1, 30, 500).astype(float)
    text = as_text(compare_ranks(ranks, np.maximum(ranks - 3, 1)), "old", "new", markdown=False)
    assert text.count("  differs") == 2
    same = as_text(compare_ranks(ranks, rng.permutation(ranks)), "old", "new", markdown=True)
    assert same.count("| no difference shown |") == 2
    assert same.splitlines()[1] == "| --- | --- | --- | --- | --- |"


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
    assert "example: python -m playlist2vec.evaluation.comparison" in Project(ROOT).run(*COMPARE, "--help").stdout
