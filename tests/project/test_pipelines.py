"""What holds for every pipeline below pipelines/: its deps, commands and outs against the code."""

import ast
import shlex

import pytest
import yaml

from playlist2vec.base.rules import check_sections
from tests.conftest import ROOT
from tests.project.import_graph import files_reached, rooms_reached
from tests.project.pipelines import ALL, AUDIO, EVERY_STAGE, SOUNDCLOUD, Pipeline
from tests.project.test_pipeline import paths

OF_ITEMS = {"OF_VARIANT[variant]": "two_tower.towers.${item}"}
"""Sections that the code finds by an item of foreach, as the code and as dvc.yaml name them."""


def test_every_pipeline_is_tried() -> None:
    assert sorted(pipeline.name for pipeline in ALL) == sorted(
        path.name for path in (ROOT / "pipelines").iterdir()
    )


@pytest.mark.parametrize(("pipeline", "name"), EVERY_STAGE)
def test_rooms_in_deps_are_what_the_stage_imports(pipeline: Pipeline, name: str) -> None:
    code = {
        path
        for path in paths(pipeline.stages[name], "deps")
        if path.split("/")[0] in ("playlist2vec", "stages")
    }
    reached = rooms_reached(pipeline.module_of(name), ROOT) - {f"stages/{pipeline.name}"}
    assert code == reached | {pipeline.file_of(name)}


@pytest.mark.parametrize(("pipeline", "name"), EVERY_STAGE)
def test_stages_import_no_stage(pipeline: Pipeline, name: str) -> None:
    reached = {
        path for path in files_reached(pipeline.module_of(name), ROOT) if path.startswith("stages/")
    }
    assert reached == {
        "stages/__init__.py",
        f"stages/{pipeline.name}/__init__.py",
        pipeline.file_of(name),
    }


@pytest.mark.parametrize(("pipeline", "name"), EVERY_STAGE)
def test_commands_are_fixed_and_what_they_name_is_declared(pipeline: Pipeline, name: str) -> None:
    stage = pipeline.stages[name]
    words = shlex.split(stage["cmd"])
    assert words[:3] == ["python", "-m", pipeline.module_of(name)]
    # The one thing that is filled in comes from the list in dvc.yaml itself.
    item = {"${item}"} if "foreach" in pipeline.whole[name] else set()
    assert "$" not in (stage["cmd"].replace("${item}", "") if item else stage["cmd"])
    known = paths(stage, "deps", "outs") | {pipeline.params} | item
    for path in words[3:]:
        inside = any(each == path or each.startswith(f"{path}/") for each in known)
        assert inside or path.startswith(f"data/{pipeline.name}/scratch/"), path


@pytest.mark.parametrize(("pipeline", "name"), EVERY_STAGE)
def test_data_is_cached_metrics_are_not_and_every_stage_waits_for_the_check(
    pipeline: Pipeline, name: str
) -> None:
    stage = pipeline.stages[name]
    for entry in stage["outs"]:
        path = entry if isinstance(entry, str) else next(iter(entry))
        assert path.startswith(
            f"{'data' if isinstance(entry, str) else 'metrics'}/{pipeline.name}/"
        )
        assert isinstance(entry, str) or entry == {path: {"cache": False}}
    check = f"data/{pipeline.name}/check/passed"
    assert name == f"{pipeline.name}_check" or check in paths(stage, "deps")


def test_no_section_has_the_name_of_a_section_in_another_file() -> None:
    files = ["params.yaml", *(pipeline.params for pipeline in ALL)]
    names = [name for file in files for name in yaml.safe_load((ROOT / file).read_text("utf-8"))]
    assert len(set(names)) == len(names) >= 3


@pytest.mark.parametrize(("pipeline", "name"), EVERY_STAGE)
def test_parameters_that_a_stage_reads_are_its_params(pipeline: Pipeline, name: str) -> None:
    tree = ast.parse((ROOT / pipeline.file_of(name)).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    read = {ast.unparse(call.args[1]) for call in calls if ast.unparse(call.func) == "read_section"}
    sections = {each.__name__: each for each in pipeline.check.SECTIONS}
    ((file, declared),) = pipeline.stages[name].get("params", [{pipeline.params: []}])[0].items()
    assert (file, declared) == (pipeline.params, sorted(declared))
    expected = set[str]()
    for each in read:
        expected |= {OF_ITEMS[each]} if each in OF_ITEMS else pipeline.names_of(sections[each])
    assert set(declared) == ({pipeline.section} if name == f"{pipeline.name}_check" else expected)


@pytest.mark.parametrize("pipeline", [AUDIO, SOUNDCLOUD], ids=lambda pipeline: pipeline.name)
def test_the_committed_parameters_are_valid_and_all_commented(pipeline: Pipeline) -> None:
    check_sections(ROOT / pipeline.params, pipeline.section, pipeline.check.SECTIONS)
    lines = (ROOT / pipeline.params).read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith("#"):
            assert lines[number - 1].lstrip().startswith("#"), line
