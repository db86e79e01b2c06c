"""Grids as files."""

from pathlib import Path

import pytest
import yaml

from playlist2vec.base.errors import DataError
from tests.builders.params import PARAMS
from tests.conftest import ROOT
from workflow.experiments.grid_files import Rungs, complete, grid_names, read_grid


def written(folder: Path, content: object) -> str:
    text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
    (folder / "mine.yaml").write_text(text, "utf-8")
    return "mine"


def test_product_of_two_parameters_and_two_seeds(tmp_path: Path) -> None:
    content = {
        "settings": {"train.epochs": 2},
        "parameters": {"train.window": [2, 3], "train.negative": [5, 10]},
        "seeds": [1, 7],
    }
    found = read_grid(written(tmp_path, content), tmp_path).configurations()
    assert len(found) == 2 * 2 * 2
    assert found[0] == {"train.epochs": 2, "train.window": 2, "train.negative": 5, "train.seed": 1}
    assert len({tuple(each.items()) for each in found}) == len(found)


def test_one_at_a_time_begins_with_the_settings_as_they_are(tmp_path: Path) -> None:
    content = {
        "how": "one-at-a-time",
        "parameters": {"train.window": [2, 4], "train.negative": [5]},
    }
    found = read_grid(written(tmp_path, content), tmp_path).configurations()
    assert found == [{}, {"train.window": 2}, {"train.window": 4}, {"train.negative": 5}]


def test_rungs(tmp_path: Path) -> None:
    content = {"parameters": {"train.window": [2]}, "rungs": {"epochs": [1, 3, 9], "keep": "1/3"}}
    grid = read_grid(written(tmp_path, content), tmp_path)
    assert grid.rungs == Rungs((1, 3, 9), 3)
    assert grid.varied() == ["train.window", "train.epochs"]


WINDOW = {"train.window": [2]}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            "[1, 2]",
            (
                "mine.yaml: expected a map with about, how, settings, parameters, seeds, rungs, "
                "found list"
            ),
        ),
        ("a: [", "mine.yaml: not YAML: "),
        (
            {"how": "all", "parameters": WINDOW},
            "mine.yaml: how = all: expected product or one-at-a-time",
        ),
        ({"parametres": WINDOW}, "mine.yaml: parametres is unknown: expected one of about, how, "),
        ({}, "mine.yaml: parameters: expected at least one section.key with a list of values"),
        (
            {"parameters": {"train.window": 2}},
            "mine.yaml: parameters.train.window = 2: expected a list of values",
        ),
        (
            {"parameters": {"train.window": []}},
            "mine.yaml: parameters.train.window = []: expected a list of values",
        ),
        (
            {"parameters": WINDOW, "settings": {"train.sg": [1]}},
            "mine.yaml: settings.train.sg = [1]: expected one",
        ),
        (
            {"parameters": WINDOW, "seeds": [1, 1]},
            "mine.yaml: seeds = [1, 1]: expected a list of different",
        ),
        (
            {"parameters": {"train.seed": [1]}, "seeds": [1]},
            "mine.yaml: train.seed: expected either seeds or a ",
        ),
        (
            {"parameters": WINDOW, "rungs": [1]},
            "mine.yaml: rungs = [1]: expected epochs: whole numbers in rising",
        ),
        (
            {"parameters": WINDOW, "rungs": {"epochs": [3, 1], "keep": "1/2"}},
            "mine.yaml: rungs.epochs = [3, 1]: ",
        ),
        (
            {"parameters": WINDOW, "rungs": {"epochs": [1, 3], "keep": 0.5}},
            "mine.yaml: rungs.keep = 0.5: expected",
        ),
        (
            {"parameters": {"train.epochs": [1]}, "rungs": {"epochs": [1], "keep": "1/2"}},
            "mine.yaml: parameters.train.epochs: expected it in rungs only",
        ),
    ],
)
def test_a_wrong_grid_is_one_line(tmp_path: Path, content: object, line: str) -> None:
    with pytest.raises(DataError) as raised:
        read_grid(written(tmp_path, content), tmp_path)
    assert line in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unknown_grid_names_those_that_there_are() -> None:
    with pytest.raises(
        DataError, match=r"GRID=smok: no grids/smok.yaml: expected one of course, paper, smoke"
    ):
        read_grid("smok", Path("grids"))


@pytest.mark.parametrize("name", grid_names(ROOT / "grids"))
def test_every_configuration_of_the_grids_that_come_along_is_valid(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    grid = read_grid(name)
    for settings in grid.configurations():
        complete(PARAMS, settings, name)
    assert grid.about


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {"train.window": "abc"},
            "x.yaml: train.window = abc: expected a whole number from 1 to 10000",
        ),
        (
            {"train.windw": 3},
            "x.yaml: train.windw is unknown: expected one of trainer, blocks, sg, ",
        ),
        (
            {"tran.window": 3},
            "x.yaml: tran.window is unknown: expected a section.key of params.yaml",
        ),
        ({"dataset": "nothing"}, "x.yaml: dataset = nothing: expected one of "),
    ],
)
def test_wrong_settings_are_one_line(
    settings: dict[str, str | int], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(DataError) as raised:
        complete(PARAMS, dict(settings), "x.yaml")
    assert str(raised.value).startswith(line)


def test_numbers_that_yaml_takes_for_text_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert complete(PARAMS, {"train.sample": "1e-05"}, "x")["train"]["sample"] == 0.00001
    assert complete(PARAMS, {"train.sample": "1e-05"}, "x") == complete(
        PARAMS, {"train.sample": 0.00001}, "x"
    )
