"""pipelines/two_tower against the code: deps, params and outs, and what the other pipelines do not
notice.
"""

from pathlib import Path

import pytest
import yaml

from playlist2vec.base.rules import check_sections
from playlist2vec.listening.scoring.tables import CUTOFFS
from playlist2vec.models.two_tower.params import OF_VARIANT, VARIANTS
from stages.two_tower import check, retrieve
from tests.conftest import ROOT
from tests.project.import_graph import files_reached
from tests.project.pipelines import TWO_TOWER
from tests.project.test_audio_pipeline import importing
from tests.project.test_pipeline import paths

PARAMS, STAGES = TWO_TOWER.params, TWO_TOWER.stages
module_of, file_of = TWO_TOWER.module_of, TWO_TOWER.file_of


def test_each_variant_has_a_stage_a_section_and_a_curve() -> None:
    assert sorted(TWO_TOWER.whole["two_tower_train"]["foreach"]) == sorted(VARIANTS)
    sections = yaml.safe_load((ROOT / PARAMS).read_text("utf-8"))["two_tower"]["towers"]
    assert sorted(sections) == sorted(VARIANTS) == sorted(OF_VARIANT)
    for name in ("two_tower_retrieve", "two_tower_test"):
        assert {f"data/two_tower/towers/{each}" for each in VARIANTS} <= paths(STAGES[name], "deps")


def test_plots_name_curves_and_lines_that_there_are() -> None:
    plots = yaml.safe_load((ROOT / "pipelines/two_tower/dvc.yaml").read_text("utf-8"))["plots"]
    columns = {f"{name}_{cutoff}" for name in retrieve.FLAT for cutoff in CUTOFFS}
    for plot in plots:
        ((name, content),) = plot.items()
        for file, wanted in content["y"].items():
            stem = Path(file).stem
            assert stem in (*VARIANTS, "flat"), name
            there = (
                columns if stem == "flat" else {"loss", *(f"top_{cutoff}" for cutoff in CUTOFFS)}
            )
            assert set([wanted] if isinstance(wanted, str) else wanted) <= there, name


def test_only_the_final_stage_sees_the_listens_of_the_test() -> None:
    held_out = {"data/two_tower/test", "data/two_tower"}
    assert [name for name, stage in STAGES.items() if held_out & paths(stage, "deps")] == [
        "two_tower_test"
    ]


def test_the_committed_parameters_are_valid_and_explained_where_they_come_first() -> None:
    check_sections(ROOT / PARAMS, "two_tower", check.SECTIONS)
    lines = (ROOT / PARAMS).read_text("utf-8").splitlines()
    explained = set[str]()
    for number, line in enumerate(lines):
        key = line.strip().partition(":")[0]
        if key and not key.startswith(("#", "- ")) and key not in {*explained, *VARIANTS[1:]}:
            assert lines[number - 1].lstrip().startswith("#") or key in ("two_tower", "recent"), (
                line
            )
            explained.add(key)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    gap: 30",
            "    gap: 0",
            "two_tower.history.gap = 0: expected a whole number from 1 to 1000000",
        ),
        (
            "    recent:\n      # recent = ",
            "    recents:\n      # recent = ",
            "two_tower.towers.recent = None: expected a section of parameters",
        ),
        (
            "    model: lambdarank",
            "    model: forest",
            "two_tower.order.model = forest: expected lambdarank or logistic",
        ),
        (
            "      - 128\n      # recent only",
            "      - 0\n      # recent only",
            "expected a list, each a whole number",
        ),
        (
            "  data: listens",
            "  data: canonic",
            "two_tower.data = canonic: expected listens or canonical",
        ),
        (
            "      dropout: 0.5",
            "      drop_out: 0.5",
            "two_tower.towers.recent.drop_out is unknown: expected one of",
        ),
    ],
)
def test_a_wrong_parameter_is_a_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in TWO_TOWER.refusal(tmp_path, old, new)


def test_only_training_reaches_torch_and_only_the_fit_needs_lightgbm() -> None:
    with_torch, with_trees = importing("torch"), importing("lightgbm")
    assert with_trees == {"playlist2vec/listening/ordering/fitting.py"}
    assert [name for name in STAGES if files_reached(module_of(name), ROOT) & with_torch] == [
        "two_tower_train"
    ]
    assert [name for name in STAGES if files_reached(module_of(name), ROOT) & with_trees] == [
        "two_tower_order"
    ]


def test_suggestions_need_neither() -> None:
    reached = files_reached("playlist2vec.listening.serving.suggesting", ROOT)
    reached |= files_reached("playlist2vec.listening.serving.files", ROOT)
    assert "playlist2vec/models/two_tower/model.py" in reached
    assert not reached & (importing("torch") | importing("lightgbm"))
