"""Names of experiments, and which stages they share."""

import shutil
from pathlib import Path

import pytest

from tests.builders.params import PARAMS
from tests.conftest import ROOT, Project
from workflow.experiments.grid_files import Settings, complete
from workflow.experiments.records import (
    as_overrides,
    experiment_name,
    scores_at,
    shared_stages,
    stages_of,
)


@pytest.mark.parametrize(
    ("varied", "run_anew"),
    [
        (["train.window", "train.seed"], {"train", "evaluate", "blend", "slices"}),
        (["evaluate.similarity"], {"evaluate", "baselines", "blend", "slices"}),
        (["split.seed"], {"split", "train", "evaluate", "baselines", "blend", "slices"}),
        (["dataset"], set(stages_of(ROOT / "dvc.yaml")) - {"check"}),
        (["local.file"], set(stages_of(ROOT / "dvc.yaml")) - {"check"}),
        (["spotify_mpd.slices"], set(stages_of(ROOT / "dvc.yaml")) - {"check"}),
        (["listenbrainz.dumps"], set(stages_of(ROOT / "dvc.yaml")) - {"check"}),
        (["soundcloud.crawl"], set(stages_of(ROOT / "dvc.yaml")) - {"check"}),
        ([], set()),
    ],
)
def test_what_is_run_once(
    varied: list[str], run_anew: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert set(shared_stages(varied)) == set(stages_of()) - run_anew


def test_the_name_follows_parameters_and_code_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tree in ("stages", "playlist2vec", "data/sources", "workflow"):
        shutil.copytree(ROOT / tree, tmp_path / tree)
    shutil.copy(ROOT / "dvc.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    parameters = complete(PARAMS, {}, "x")
    name = experiment_name(parameters)
    assert name.startswith("run-")
    assert name == experiment_name(
        complete(PARAMS, {"train.window": PARAMS["train"]["window"]}, "x")
    )
    assert name != experiment_name(complete(PARAMS, {"train.window": 99}, "x"))
    # The file of another data set has no part in it.
    assert name == experiment_name(
        complete(PARAMS, {"local.file": "data/sources/local/other.csv"}, "x")
    )
    (tmp_path / "workflow/experiments/grid.py").write_text("", "utf-8")
    assert name == experiment_name(parameters)
    (tmp_path / "playlist2vec/cli/command_line.py").write_text("", "utf-8")
    assert name == experiment_name(parameters)
    training = tmp_path / "playlist2vec/models/word2vec/training.py"
    text = training.read_text("utf-8")
    training.write_text(text.replace("e", "E", 1), "utf-8")  # as long as before
    assert name != experiment_name(parameters)


def test_the_users_own_file_is_part_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    mine = tmp_path / "mine.txt"
    mine.write_text("a b c\n", "utf-8")
    parameters = complete(PARAMS, {"dataset": "local", "local.file": str(mine)}, "x")
    name = experiment_name(parameters)
    mine.write_text("a b d\n", "utf-8")
    assert name != experiment_name(parameters)


def test_of_dumps_the_names_and_sizes_are_part_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "full.tar").write_bytes(b"full")
    parameters = complete(
        PARAMS, {"dataset": "listenbrainz", "listenbrainz.dumps": str(tmp_path)}, "x"
    )
    name = experiment_name(parameters)
    (tmp_path / "1-incremental.tar").write_bytes(b"more")
    assert name != experiment_name(parameters)


def test_values_as_dvc_takes_them() -> None:
    settings: Settings = {
        "a.b": 3,
        "a.c": 0.5,
        "a.d": True,
        "a.e": "window",
        "a.f": "x y.csv",
        "a.g": "",
    }
    assert as_overrides(settings) == [
        "a.b=3",
        "a.c=0.5",
        "a.d=true",
        "a.e='window'",
        "a.f='x y.csv'",
        "a.g=''",
    ]


def test_scores_of_a_revision(finished: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished.folder)
    scores = scores_at("HEAD")
    assert list(scores)[:2] == ["hit@1", "hit@5"]
    assert 0 <= scores["hit@10"].low <= scores["hit@10"].value <= scores["hit@10"].high <= 1
