"""The runs of a grid in the page: which are shown, how they differ, and two scores against each
other.
"""

import re
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.report.runs import Runs, effects, runs_data, runs_part

HEAD = (
    "grid,experiment,dataset,split.target,filter.count,train.window,train.negative,train.epochs,"
    "hit@10,hit@10_low,hit@10_high,mrr,mrr_low,mrr_high\n"
)
ROWS = ["3,5,40,.30,.2,.4", "2,5,40,.20,.1,.3", "5,5,40,.25,.2,.3", "3,10,40,.35,.3,.4"]
ASKED = {
    "dataset": "local",
    "local": {},
    "filter": {"count": "playlists"},
    "split": {"target": "random"},
    "train": {"window": 3, "negative": 5},
}


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    path = tmp_path / "grid.csv"
    lines = [
        f"g,e{number},local,random,playlists,{row},.1,.1,.1\n" for number, row in enumerate(ROWS)
    ]
    path.write_text(HEAD + "".join(lines), "utf-8")
    return path


def test_the_effect_of_a_parameter_is_shown_with_the_others_as_usual(grid: Path) -> None:
    window, negative = effects(Runs.of(grid, ASKED))
    assert (window[0], negative[0]) == ("train.window", "train.negative")
    assert "2 0.200, from 0.100 to 0.300; 3 0.300, from 0.200 to 0.400; 5 0.250" in window[1]
    assert "5 0.300, from 0.200 to 0.400; 10 0.350" in negative[1]


def test_runs_on_other_pairs_are_not_shown(grid: Path) -> None:
    none = "No grid on the same pairs of the data set"
    assert f"{none} sample has been taken over" in runs_part(
        Runs.of(grid, {**ASKED, "dataset": "sample"})
    )
    assert none in runs_part(Runs.of(grid, {**ASKED, "split": {"target": "last"}}))
    # Nor are those of which it is not known what they were asked.
    assert none in runs_part(
        Runs.of(grid, {**ASKED, "filter": {"count": "playlists", "min_count": 2}})
    )
    grid.write_text("", "utf-8")
    assert f"{none} local has been" in runs_part(Runs.of(grid, ASKED))
    grid.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(
        DataError,
        match=r"grid.csv: expected a table as `make grid` writes it, with the columns dataset",
    ):
        Runs.of(grid, ASKED)


def test_the_table_is_by_score_and_names_this_run(grid: Path) -> None:
    text = runs_part(Runs.of(grid, ASKED))
    rows = re.findall('<tr><th scope="row">(.*?)</th>(.*?)</tr>', text)
    assert [name for name, _ in rows] == ["e3", "e0 (this run)", "e2", "e1"]
    assert re.findall("<td>(.*?)</td>", rows[0][1])[:3] == ["3", "10", "0.350 [0.300, 0.400]"]


def test_paired_differences_stand_beside_the_scores_where_the_grid_has_them(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    head = HEAD.strip() + ",hit@10 to best,hit@10 to best_low,hit@10 to best_high\n"
    rows = ["3,5,40,.30,.2,.4,.1,.1,.1,,,", "2,5,40,.20,.1,.3,.1,.1,.1,-.1,-.15,-.05"]
    path.write_text(
        head + "".join(f"g,e{n},local,random,playlists,{row}\n" for n, row in enumerate(rows)),
        "utf-8",
    )
    assert "-0.100 [-0.150, -0.050]" in runs_part(Runs.of(path, ASKED))


def test_the_chart_has_the_scores_of_each_run(grid: Path) -> None:
    data = runs_data(Runs.of(grid, ASKED))
    assert data["names"] == ["hit@10", "mrr"]
    assert [row["scores"] for row in data["rows"]] == [
        [0.3, 0.1],
        [0.2, 0.1],
        [0.25, 0.1],
        [0.35, 0.1],
    ]
    assert [row["own"] for row in data["rows"]] == [True, False, False, False]
    assert data["rows"][1]["name"] == "train.window 2, train.negative 5"
