"""`make best` beside the present configuration, with the real DVC queue."""

import json

import pytest

from tests.conftest import Project
from tests.workflow.experiments.test_grid import give_grid, run, table, untouched


@pytest.mark.thorough
def test_the_best_is_taken_over_only_if_it_is_better_on_the_same_pairs(project: Project) -> None:
    """Vectors that stay near their random start are worse than trained ones."""
    give_grid(project, parameters={"train.alpha": [0.0001]}, settings={"train.min_alpha": 0.0})
    project.git("add", "grids/mine.yaml")
    project.change("train", epochs=20, vector_size=16)
    project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "trained well, with a grid of worse trainings")
    present = json.loads((project.folder / "metrics/validation.json").read_text("utf-8"))
    run(project, "workflow.experiments.grid", "mine", "--jobs", "1")
    (row,) = table(project)
    assert float(row["hit@10"]) < present["hit@10"]
    untouched(project)
    kept = run(project, "workflow.experiments.best", check=False)
    assert kept.returncode == 1
    said = kept.stdout.splitlines()[-1]
    scores = (
        f"hit@10 {float(row['hit@10']):.4f} against {present['hit@10']:.4f} on the same 40 "
        "validation pairs: "
    )
    difference = f"{float(row['hit@10']) - present['hit@10']:+.4f} ["
    assert said.startswith(
        f"nothing is taken over: not better than params.yaml, {scores}{difference}"
    )
    assert said.endswith(" zero; FORCE=1 takes it over anyway")
    untouched(project)

    # The same table from the other side: there it is better, and it is taken over without being
    # told to.
    project.change("train", alpha=0.0001, min_alpha=0.0)
    project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    project.git("commit", "--quiet", "--all", "--message", "trained badly")
    give_grid(project, parameters={"train.alpha": [0.05]}, settings={"train.min_alpha": 0.0001})
    run(project, "workflow.experiments.grid", "mine", "--jobs", "1")
    taken = run(project, "workflow.experiments.best")
    assert (
        f": better than params.yaml, hit@10 {present['hit@10']:.4f} against "
        f"{float(row['hit@10']):.4f} "
    ) in taken.stdout
    assert project.params()["train"]["alpha"] == 0.05
    assert json.loads((project.folder / "metrics/validation.json").read_text("utf-8")) == present
    copied = (project.folder / "metrics/grid.csv").read_bytes()
    assert copied == (project.folder / "grids/mine.csv").read_bytes()

    again = run(project, "workflow.experiments.best", check=False)
    assert again.returncode == 1
    assert again.stdout.splitlines()[-1].startswith(
        "nothing is taken over: params.yaml has these parameters already; "
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [
        (
            "evaluate.repeats",
            "hit",
            "evaluate.repeats = hit counts hits differently from params.yaml",
        ),
        ("split.seed", 2, "were asked about different pairs (40 and 40; "),
    ],
)
def test_what_cannot_be_compared_is_not_taken_over(
    project: Project, parameter: str, value: object, reason: str
) -> None:
    give_grid(project, parameters={parameter: [value]})
    project.git("add", "grids/mine.yaml")
    project.git("commit", "--quiet", "--message", "a grid")
    run(project, "workflow.experiments.grid", "mine", "--jobs", "1")
    kept = run(project, "workflow.experiments.best", check=False)
    assert kept.returncode == 1
    assert kept.stdout.splitlines()[-1].startswith("nothing is taken over: ")
    assert reason in kept.stdout.splitlines()[-1]
    untouched(project)
