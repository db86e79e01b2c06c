"""`playlist2vec runs`: the experiments of a project, best first, in a table of 100 columns."""

import json
import sys
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.cli.checkout.experiments import Run, best_first, others_asked
from playlist2vec.cli.checkout.runs import as_text
from playlist2vec.cli.terminal.looks import PLAIN, Looks
from playlist2vec.recommend.columns import cell_width
from tests.cli.terminal.pseudo import on_a_terminal
from tests.conftest import Project

PROGRAM = (sys.executable, "-m", "playlist2vec", "runs")


def run(name: str, hit: float | None, **parameters: object) -> Run:
    scores = {} if hit is None else {"pairs": 40, "hit@10": hit, "ndcg@10": hit / 2, "mrr": 0.1}
    rivals = {"baseline": {"name": "markov", "hit@10": 0.25, "ndcg@10": 0.125}}
    return Run(name, "success", "2026-05-04T03:02", parameters, scores, rivals, parameters)


def test_experiments_stand_best_first_with_what_differs(project: Project) -> None:
    project.dvc("exp", "run", "--name", "narrow", "-S", "train.window=1")
    project.git("checkout", ".")
    project.dvc("checkout")
    said = json.loads(project.run(*PROGRAM, "--json", "--by", "ndcg@10").stdout)
    runs = {each["name"]: each for each in said["runs"]}
    assert set(runs) == {"workspace", "narrow", project.git("branch", "--show-current").strip()}
    assert runs["narrow"]["settings"] == {"train.window": 1}
    assert runs["workspace"]["settings"] == {}
    scores = json.loads((project.folder / "metrics/validation.json").read_text("utf-8"))
    assert runs["workspace"]["scores"] == scores
    best = json.loads((project.folder / "metrics/baselines.json").read_text("utf-8"))[
        "best_baseline"
    ]
    assert runs["workspace"]["baseline"] == best
    order = [each["scores"]["ndcg@10"] for each in said["runs"]]
    assert order == sorted(order, reverse=True)
    code, lines = on_a_terminal(
        PROGRAM, project.folder, project.environment | {"NO_COLOR": "1"}, 100
    )
    assert code == 0
    assert max(map(cell_width, lines)) <= 100
    assert lines[0].split() == ["run", "when", "settings", "hit@10", "ndcg@10", "baseline", "blend"]
    (narrow,) = (line for line in lines if line.startswith("narrow"))
    assert "train.window=1" in narrow


@pytest.mark.parametrize("width", [40, 80, 100])
def test_the_table_fits_whatever_differs(width: int) -> None:
    many = {f"train.parameter_{number}": "x" * number for number in range(20)}
    runs = [
        run("a-very-long-name-of-an-experiment-indeed", 0.5, **many),
        run("b", 0.25),
        run("c", None),
    ]
    text = as_text(best_first(runs, "hit@10"), "hit@10", Looks(width))
    table = text.splitlines()[:4]
    assert max(map(cell_width, table)) <= width
    assert all(name in text for name in ("0.5000", "0.2500", "(markov)"))
    assert many["train.parameter_19"] in as_text(runs, "hit@10", PLAIN)


def test_best_first_and_those_without_a_score_last() -> None:
    runs = [run("none", None), run("low", 0.1), run("high", 0.3)]
    assert [each.name for each in best_first(runs, "hit@10")] == ["high", "low", "none"]
    with pytest.raises(
        DataError, match=r"--by hit@7: no run has this score: expected one of hit@10, mrr, ndcg@10$"
    ):
        best_first(runs, "hit@7")
    with pytest.raises(DataError, match="expected a finished run, `make repro`"):
        best_first(runs[:1], "hit@10")


def test_runs_on_other_pairs_are_named() -> None:
    runs = [
        run("a", 0.1, **{"split.seed": 1}),
        run("b", 0.2, **{"split.seed": 2}),
        run("c", 0.3, **{"split.seed": 1}),
    ]
    assert others_asked(runs) == ["b"]
    assert "asked about other pairs than a, so not to be compared with it: b" in as_text(
        runs, "hit@10", PLAIN
    )


def test_without_a_checkout_it_is_one_line(tmp_path: Path, finished: Project) -> None:
    done = finished.run(*PROGRAM, "--from", str(tmp_path), check=False)
    assert done.returncode == 1
    assert done.stdout.startswith(f"runs: {tmp_path}: you are not inside of a DVC repository")
    assert len(done.stdout.splitlines()) == 1
