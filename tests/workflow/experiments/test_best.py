"""The block of results in the committed pages."""

import json
import shutil
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from tests.conftest import ROOT
from workflow.experiments.best import BEGIN, CARD, END, NAMES, README, fill_in, headlines, results
from workflow.experiments.records import Score
from workflow.experiments.table import Row


def test_the_committed_pages_say_what_the_committed_metrics_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    for page, block in ((README, headlines()), (CARD, results())):
        text = page.read_text("utf-8")
        assert text.partition(f"{BEGIN}\n")[2].partition(f"\n{END}")[0] == block


def test_the_headlines_are_rows_of_the_results_with_the_best_baseline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    rows = headlines().splitlines()
    names = [line.split(" | ")[0] for line in rows[2:]]
    assert set(rows) < set(results().splitlines())
    assert "| Word2Vec" in names[:1]
    baselines = json.loads(Path("metrics/baselines_details.json").read_text("utf-8"))
    best = max(baselines, key=lambda name: float(baselines[name]["ndcg@10"]))
    assert f"| {NAMES[best]}" in names
    assert len(names) == 5


def test_a_ranker_without_a_name_of_its_own_has_that_of_its_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "metrics", tmp_path / "metrics")
    monkeypatch.chdir(tmp_path)
    for file in (Path("metrics/baselines_details.json"), Path("metrics/test.json")):
        content = json.loads(file.read_text("utf-8"))
        baselines = content.get("baselines", content)
        baselines["backwards"] = baselines["popularity"]
        file.write_text(json.dumps(content), "utf-8")
    (line,) = (line for line in results().splitlines() if "backwards" in line)
    (popularity,) = (line for line in results().splitlines() if "popularity" in line)
    assert line == popularity.replace("popularity", "backwards")


def test_a_page_without_a_place_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = README
    page.write_text("nothing here\n", "utf-8")
    with pytest.raises(
        DataError, match=r"README.md: no place for the results: expected the lines <!-- results"
    ):
        fill_in(page, "x")
    assert page.read_text("utf-8") == "nothing here\n"


def test_only_the_block_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    README.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    fill_in(README, "new")
    assert README.read_text("utf-8") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"


def test_parameters_of_a_row_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    from workflow.experiments.best import changed_settings

    scores = {"hit@10": Score(0.5, 0.4, 0.6)}
    row = Row(
        "mine", "run-1", {"train.window": "3", "train.sample": "0.001", "dataset": "sample"}, scores
    )
    params = {"dataset": "sample", "train": {"window": 3, "sample": 0}}
    table = Path("grids/mine.csv")
    assert changed_settings(row, params, table) == {"train.sample": 0.001}
    same = Row(
        "mine", "run-1", {"train.window": "3", "train.sample": "0.0", "dataset": "sample"}, scores
    )
    assert changed_settings(same, params, table) == {}
    with pytest.raises(DataError, match=r"grids/mine.csv: train.windw is not in params.yaml"):
        changed_settings(Row("mine", "run-1", {"train.windw": "3"}, scores), params, table)
