"""What holds for every pipeline below pipelines/: its deps, commands and outs against the code."""

import shlex

import pytest
import yaml

from tests.conftest import ROOT
from tests.project.import_graph import files_reached, rooms_reached
from tests.project.pipelines import ALL, EVERY_STAGE, Pipeline
from tests.project.test_pipeline import paths


def test_every_pipeline_is_tried() -> None:
    assert sorted(pipeline.name for pipeline in ALL) == sorted(path.name for path in (ROOT / "pipelines").iterdir())


@pytest.mark.parametrize(("pipeline", "name"), EVERY_STAGE)
def test_rooms_in_deps_are_what_the_stage_imports(pipeline: Pipeline, name: str) -> None:
    code = {path for path in paths(pipeline.stages[name], "deps") if path.split("/")[0] in ("playlist2vec", "stages")}
    reached = rooms_reached(pipeline.module_of(name), ROOT) - {f"stages/{pipeline.name}"}
    assert code == reached | {pipeline.file_of(name)}


@pytest.mark.parametrize(("pipeline", "name"), EVERY_STAGE)
def test_stages_import_no_stage(pipeline: Pipeline, name: str) -> None:
    reached = {path for path in files_reached(pipeline.module_of(name), ROOT) if path.startswith("stages/")}
    assert reached == {"stages/__init__.py", f"stages/{pipeline.name}/__init__.py", pipeline.file_of(name)}


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
def test_data_is_cached_metrics_are_not_and_every_stage_waits_for_the_check(pipeline: Pipeline, name: str) -> None:
    stage = pipeline.stages[name]
    for entry in stage["outs"]:
        path = entry if isinstance(entry, str) else next(iter(entry))
        assert path.startswith(f"{'data' if isinstance(entry, str) else 'metrics'}/{pipeline.name}/")
        assert isinstance(entry, str) or entry == {path: {"cache": False}}
    check = f"data/{pipeline.name}/check/passed"
    assert name == f"{pipeline.name}_check" or check in paths(stage, "deps")


def test_no_section_has_the_name_of_a_section_in_another_file() -> None:
    files = ["params.yaml", *(pipeline.params for pipeline in ALL)]
    names = [name for file in files for name in yaml.safe_load((ROOT / file).read_text("utf-8"))]
    assert len(set(names)) == len(names) >= 3
