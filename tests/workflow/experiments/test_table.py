"""Tables of grids as files, and the table for people."""

import os
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from workflow.experiments.records import Score
from workflow.experiments.running import Configuration
from workflow.experiments.table import (
    Row,
    as_text,
    best_of,
    last_table,
    read_rows,
    table_of_grid,
    table_of_search,
    write_rows,
)


def row(name: str, hit: float, **parameters: str) -> Row:
    named = {key.replace("_", ".", 1): value for key, value in parameters.items()}
    return Row(
        "mine",
        name,
        named,
        {"hit@10": Score(hit, hit - 0.125, hit + 0.125), "ndcg@10": Score(hit / 2, 0.0, 1.0)},
    )


GRID = Path("grids/mine.csv")
ROWS = [
    row("run-1", 0.25, train_window="2", train_seed="1"),
    row("run-2", 0.5, train_window="2", train_seed="2"),
    row("run-3", 0.375, train_window="3", train_seed="1"),
    row("run-4", 0.4375, train_window="3", train_seed="2"),
]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rows = [
        *ROWS,
        row("run-5", 0.125, train_window="5", evaluate_similarity='a "b", c', local_file='""'),
    ]
    write_rows(rows, tmp_path / "grid.csv")
    assert read_rows(tmp_path / "grid.csv") == rows
    before = (tmp_path / "grid.csv").read_bytes()
    write_rows(rows, tmp_path / "grid.csv")
    assert (tmp_path / "grid.csv").read_bytes() == before


def test_best_is_the_best_mean_over_seeds_and_not_the_luckiest_run() -> None:
    assert [each.experiment for each in best_of(ROWS, "hit@10", GRID)] == ["run-3", "run-4"]


def test_an_unknown_score_names_those_that_there_are() -> None:
    with pytest.raises(
        DataError, match=r"grids/mine.csv: no hit@11: expected one of hit@10, ndcg@10"
    ):
        best_of(ROWS, "hit@11", GRID)


def test_no_table_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        DataError, match="no such file: expected `make grid` or `make search` before"
    ):
        read_rows(tmp_path / "grid.csv")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        DataError,
        match=r"^grids: no table of a grid or search: expected `make grid` or `make search`",
    ):
        last_table()


def test_the_last_table_is_the_one_that_was_written_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("grids").mkdir()
    written = [table_of_search("a"), table_of_grid("z"), table_of_grid("a")]
    for second, path in enumerate(written, start=1_000_000_000):
        write_rows(ROWS, path)
        os.utime(path, (second, second))
        assert last_table() == path
    assert len(set(written)) == 3


def test_a_score_that_is_no_number_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    write_rows(ROWS, path)
    path.write_text(path.read_text("utf-8").replace("0.437500,0.3", "much,0.3"), "utf-8")
    with pytest.raises(
        DataError, match=r"grid.csv: line 5: expected a number for each score and its interval"
    ):
        read_rows(path)


def test_the_table_for_people_has_the_best_first_and_the_mean_of_seeds() -> None:
    configurations = [
        Configuration(
            each.experiment, {key: int(value) for key, value in each.parameters.items()}, {}
        )
        for each in ROWS
    ]
    lines = as_text(ROWS, configurations).splitlines()
    assert lines[2].split()[:3] == ["run-3", "window=3", f"{(0.375 + 0.4375) / 2:.4f}"]
    assert lines[3].split()[:3] == ["run-1", "window=2", f"{(0.25 + 0.5) / 2:.4f}"]
    assert lines[2].split()[-1] == "2"
    single = as_text(ROWS[:1], configurations[:1]).splitlines()
    assert single[2].split()[:4] == ["run-1", "as", "in", "params.yaml"]
    assert "0.2500 [0.125, 0.375]" in single[2]
