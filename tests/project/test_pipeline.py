"""dvc.yaml against the code: deps, params and outs are what the stages import, read and write."""

import ast
import importlib
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.commands import filled_in
from benchmarks.imports import room_of
from playlist2vec.base.rules import SectionClass
from playlist2vec.models.counting.params import BaselinesParams
from playlist2vec.params import OWN, SECTIONS
from playlist2vec.ranking.params import Query
from tests.builders.params import PARAMS
from tests.conftest import ROOT, Project
from tests.project.import_graph import files_reached, rooms_reached

PASSED = "data/check/passed"
STAGES: dict[str, dict[str, Any]] = {
    name: stage
    for file in ("dvc.yaml", "final/dvc.yaml")
    for name, stage in yaml.safe_load((ROOT / file).read_text("utf-8"))["stages"].items()
}
GRID_STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"]
opened: list[str] | None = None


def note_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and opened is not None and isinstance(arguments[0], str):
        opened.append(arguments[0])


sys.addaudithook(note_opened)


def paths(stage: dict[str, Any], *kinds: str) -> set[str]:
    entries = [entry for kind in kinds for entry in stage.get(kind, [])]
    return {next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries}


def is_code(path: str) -> bool:
    return path.split("/")[0] in ("playlist2vec", "stages")


def declared_params(name: str) -> set[str]:
    """Return the entries of a stage's `params`: sections, `section.key`, or all sections for a
    whole file.
    """
    entries: set[str] = set()
    for entry in STAGES[name].get("params", []):
        entries |= set(PARAMS) if entry == {"params.yaml": None} else {entry}
    return entries


def declared_sections(name: str) -> set[str]:
    return {entry.partition(".")[0] for entry in declared_params(name)}


def only(params: dict[str, Any], entries: set[str]) -> dict[str, Any]:
    """Return those parameters that `entries` name: whole sections, or `section.key`."""
    kept: dict[str, Any] = {}
    for entry in entries:
        section, _, key = entry.partition(".")
        if key:
            kept.setdefault(section, {})[key] = params[section][key]
        else:
            kept[section] = params[section]
    return kept


def run_stage(name: str, params: dict[str, Any]) -> str:
    """Run a stage in this process as its `cmd` says; the working directory is the project."""
    words = shlex.split(filled_in(STAGES[name]["cmd"], params))
    assert words[:3] == ["python", "-m", f"stages.{name}"]
    summary: str = importlib.import_module(f"stages.{name}").main(*words[3:])
    return summary


def test_no_value_of_params_yaml_reaches_a_shell_but_the_name_of_the_data_set() -> None:
    for name, stage in STAGES.items():
        assert set(re.findall(r"\$\{[^}]*\}", stage["cmd"])) <= {"${dataset}"}, name


@pytest.mark.parametrize("name", STAGES)
def test_rooms_in_deps_are_what_the_stage_imports(name: str) -> None:
    # `check` reads the sections of every room, and is done in under a second.
    whole = {"playlist2vec", "stages/__init__.py", "stages/check.py"}
    expected = whole if name == "check" else rooms_reached(f"stages.{name}", ROOT)
    assert {path for path in paths(STAGES[name], "deps") if is_code(path)} == expected


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_a_change_to_a_sections_class_makes_no_other_stage_stale(
    section: type[SectionClass],
) -> None:
    file = section.__module__.replace(".", "/") + ".py"
    room = room_of(file, ROOT)
    stale = {name for name in STAGES if room in paths(STAGES[name], "deps")}
    reading = {name for name in STAGES if section.SECTION in declared_sections(name)} - {"check"}
    # `test` writes all parameters down, and `report` asks as it says there. `train` asks for its
    # curve with a Query. `source` and `ingest` share the room of the sources, as whose kind they
    # are is known only when they run.
    allowed = {"test"} | ({"train", "report"} if section is Query else set())
    if section is BaselinesParams:
        # `blend` counts with the settings that `baselines` chose, and these change with it;
        # `report` does as well.
        allowed |= {"blend", "report"}
    if room == "playlist2vec/evaluation":
        # `report` compares rankers as evaluation does.
        allowed |= {"report"}
    if room == "playlist2vec/sources":
        allowed |= {"source", "ingest"}
    assert reading <= stale | {"test"}
    assert stale <= reading | allowed


def test_init_files_hold_a_sentence_so_that_leaving_them_out_of_deps_is_safe() -> None:
    top = ROOT / "playlist2vec/__init__.py"  # looks the version up, which no stage asks for
    for path in set((ROOT / "playlist2vec").rglob("__init__.py")) - {top}:
        body = ast.parse(path.read_text("utf-8")).body
        assert [type(node) for node in body] == [ast.Expr], path


def test_dvc_files_are_short_enough_to_be_read() -> None:
    lines = {
        file: len((ROOT / file).read_text("utf-8").splitlines())
        for file in ("dvc.yaml", "final/dvc.yaml")
    }
    assert lines["dvc.yaml"] <= 300
    assert lines["final/dvc.yaml"] <= 90


@pytest.mark.parametrize("name", STAGES)
def test_stages_import_no_stage_and_the_library_imports_none(name: str) -> None:
    reached = files_reached(f"stages.{name}", ROOT)
    assert {path for path in reached if path.startswith("stages/")} == {
        "stages/__init__.py",
        f"stages/{name}.py",
    }


def test_every_stage_waits_for_the_check() -> None:
    assert [name for name in STAGES if PASSED not in paths(STAGES[name], "deps")] == ["check"]


def test_data_is_cached_and_metrics_are_not() -> None:
    for stage in STAGES.values():
        for entry in [*stage.get("outs", []), *stage.get("metrics", [])]:
            if isinstance(entry, str):
                assert entry.startswith("data/")
            else:
                ((path, flags),) = entry.items()
                assert path.startswith("metrics/")
                assert flags == {"cache": False}


def test_no_stage_that_a_grid_runs_sees_the_test_pairs() -> None:
    assert [
        name for name, stage in GRID_STAGES.items() if "data/split/test.npz" in paths(stage, "deps")
    ] == []
    assert not any({"data/split", "data"} & paths(stage, "deps") for stage in GRID_STAGES.values())


def target_of(path: str) -> str:
    """The file that is written under a temporary name."""
    return re.sub(r"(^|/)\.([^/]+)\.\d+\.unfinished$", r"\1\2", path)


@pytest.mark.parametrize("name", STAGES)
def test_files_that_a_stage_opens_are_its_deps_and_outs(
    name: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    global opened
    monkeypatch.chdir(project.folder)
    if name == "train":
        project.change("train", metadata="artist")
    if name in ("evaluate", "baselines", "test"):
        project.change("evaluate", challenge=True)
    params = project.params()
    opened = []
    try:
        run_stage(name, params)
    finally:
        noted, opened = opened, None
    # A file without a name is opened by its folder.
    files = {path for path in map(Path, noted) if not path.is_dir()}
    inside = {path.resolve() for path in files} - {project.folder / "params.yaml"}
    seen = {
        target_of(p.relative_to(project.folder).as_posix())
        for p in inside
        if p.is_relative_to(project.folder)
    }
    # DVCLive asks DVC and Git for the name of the experiment, which it does not write into its
    # curve.
    own = (".dvc", ".git") if name == "train" else ()
    seen = {
        path for path in seen if not path.endswith((".py", ".pyc")) and not path.startswith(own)
    }
    deps = paths(STAGES[name], "deps")
    data = {filled_in(path, params) for path in deps if not is_code(path)} - {PASSED}
    outs = paths(STAGES[name], "outs", "metrics")
    declared = data | outs
    allowed = declared | {path for path in deps if is_code(path)}
    strays = {
        path
        for path in seen
        if not any(path == each or path.startswith(f"{each}/") for each in allowed)
    }
    assert not strays
    # What belongs to one data set is opened only when it is the data set.
    unused = {
        each
        for each in declared
        if not any(path == each or path.startswith(f"{each}/") for path in seen)
    }
    of_one_data_set = {f"{params[name][key]}" for name, key in OWN.items()} | {
        "data/sources/soundcloud/genres.tsv"
    }
    assert unused <= of_one_data_set


@pytest.mark.parametrize("name", STAGES)
def test_parameters_that_a_stage_reads_are_its_params(
    name: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    declared = declared_params(name)
    read = set()
    whole = project.params()
    for dataset in ("sample", *OWN):
        params = whole | {"dataset": dataset}
        if name == "ingest" and dataset != "sample":
            project.write_params(params)
            run_stage("source", params)
        project.write_params(only(params, declared))
        run_stage(name, params)
        for entry in declared:
            project.write_params(only(params, declared - {entry}))
            if failure(name, params):
                read.add(entry)
    assert read == declared


def failure(name: str, params: dict[str, Any]) -> bool:
    from playlist2vec.base.errors import DataError

    try:
        run_stage(name, params)
    except DataError:
        return True
    return False


@pytest.mark.parametrize(
    "name", [each for each in GRID_STAGES if each not in ("baselines", "slices")]
)
def test_a_stage_loads_no_library_that_it_does_not_need(name: str, project: Project) -> None:
    words = shlex.split(filled_in(STAGES[name]["cmd"], project.params()))[3:]
    code = (
        "import runpy, sys; sys.argv[0] = 'stage'\n"
        f"runpy.run_module('stages.{name}', run_name='__main__')\n"
        "print([each for each in ('pandas', 'sklearn', 'matplotlib', 'dvc.repo') if each in "
        "sys.modules])"
    )
    allowed = "['dvc.repo']" if name == "train" else "[]"
    done = project.run(sys.executable, "-c", code, *words)
    assert done.stdout.splitlines()[-1] in ("[]", allowed)
