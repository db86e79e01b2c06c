"""Experiments that a stranger has pushed, and commands to paste, in a folder with blanks, quotes
and accents.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from playlist2vec.base.errors import DataError
from tests.builders.stores import (
    PIPELINE,
    commit,
    listing,
    lock,
    locked,
    put,
    small_project,
    write_pipeline,
)
from tests.conftest import Project
from tests.models.test_hostile_folders import good
from workflow.sharing.join import join
from workflow.sharing.share import share

ROOT = Path.cwd()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A small project in a folder with blanks, quotes and accents, with an origin."""
    project = small_project(
        tmp_path / 'mes listes "é" l\'été $HOME' / "project", good(tmp_path / "model")
    )
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    origin = project.folder.parent / "origin.git"
    project.git("init", "--quiet", "--bare", str(origin))
    project.git("remote", "add", "origin", str(origin))
    project.git("push", "--quiet", "origin", "HEAD")
    return project


def experiment(project: Project, name: str, **files: str) -> None:
    """Push what the workspace and `files` are as an experiment on the last commit, and go back."""
    baseline = project.git("rev-parse", "HEAD").strip()
    for path, content in files.items():
        (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (project.folder / path).write_text(content, encoding="utf-8")
    commit(project, "experiment")
    project.git("push", "--quiet", "origin", f"HEAD:refs/exps/{baseline[:2]}/{baseline[2:]}/{name}")
    project.git("reset", "--quiet", "--hard", baseline)


def shared_and_cloned(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(project.folder)
    share(str(project.folder.parent / "store"), "", "origin")
    clone = project.folder.parent / "clone"
    project.git("clone", "--quiet", str(project.folder.parent / "origin.git"), str(clone))
    monkeypatch.chdir(clone)
    return Project(clone)


def test_experiments_are_looked_at_before_they_are_taken(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = project.folder.parent / "store"
    clone = shared_and_cloned(project, monkeypatch)
    experiment(
        project,
        "honest",
        **{"params.yaml": (project.folder / "params.yaml").read_text("utf-8") + "more: 1\n"},
    )
    experiment(
        project,
        "with-code",
        **{"make.py": (project.folder / "make.py").read_text("utf-8") + "# more\n"},
    )
    own = listing(store, locked(project.folder))
    for name, path in (("outside", "../../source.py"), ("hooks", "../../.git/hooks/post-checkout")):
        content = json.dumps([*own, {"md5": put(store, b"theirs"), "relpath": path}]).encode()
        lock(project.folder, f"{put(store, content)}.dir")
        put(store, content, f"{put(store, content)}.dir")
        experiment(project, name)
    lock(project.folder, "../../../../source.py")
    experiment(project, "hash")
    others = PIPELINE | {"vars": [{"a": 1}]}
    write_pipeline(project.folder, others)
    experiment(project, "pipeline")
    experiment(
        project,
        "settings",
        **{".dvc/config": "[core]\n    remote = theirs\n['remote \"theirs\"']\n    url = /\n"},
    )
    experiment(
        project,
        "imported",
        **{"x.dvc": "outs:\n- path: ../x\n  md5: 00000000000000000000000000000000\n"},
    )
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    experiment(project, "bomb", **{"params.yaml": bomb})
    project.git("checkout", "--quiet", "--orphan", "elsewhere")
    commit(project, "another history")
    experiment(project, "orphan", **{"more.txt": "more"})
    capsys.readouterr()
    join(str(store), "", "origin")
    said = capsys.readouterr().out
    (line,) = [each for each in said.splitlines() if each.startswith("experiments: ")]
    assert line.startswith("experiments: 2 pulled from origin; not ")
    for name, reason in {
        "bomb": "params.yaml is not plain YAML",
        "hash": "dvc.lock: ",
        "hooks": f"{store}: data/model: its list has the path '../../.git/hooks/post-checkout'",
        "imported": "it changes x.dvc, which only a commit of a branch may",
        "orphan": "it began at a commit that is not here",
        "outside": f"{store}: data/model: its list has the path '../../source.py'",
        "pipeline": "it changes dvc.yaml, which only a commit of a branch may",
        "settings": "it changes .dvc/config, which only a commit of a branch may",
    }.items():
        assert f"; not {name}: {reason}" in line
    assert line.endswith(
        "; with-code with other code, which `dvc exp apply` takes over: read `git diff` before"
    )
    here = clone.git("for-each-ref", "--format=%(refname)", "refs/exps/*/*/*").split()
    assert sorted(ref.rpartition("/")[2] for ref in here) == ["honest", "with-code"]
    assert clone.git("status", "--porcelain") == ""
    assert (clone.folder / "source.py").read_text("utf-8").startswith("print('a program of ours')")


def test_an_experiment_here_is_not_replaced_by_another_one(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = shared_and_cloned(project, monkeypatch)
    experiment(
        project,
        "mine",
        **{"params.yaml": (project.folder / "params.yaml").read_text("utf-8") + "more: 1\n"},
    )
    join(str(project.folder.parent / "store"), "", "origin")
    (ref, before) = clone.git(
        "for-each-ref", "--format=%(refname) %(objectname)", "refs/exps/*/*/*"
    ).split()
    content = (project.folder / "params.yaml").read_text("utf-8") + "more: 2\n"
    project.git("push", "--quiet", "origin", f":{ref}")
    experiment(project, "mine", **{"params.yaml": content})
    join(str(project.folder.parent / "store"), "", "origin")
    assert (
        "experiments: 0 pulled from origin; not mine: other experiments of that name are here\n"
        in capsys.readouterr().out
    )
    assert clone.git("rev-parse", ref).strip() == before


def test_what_teammates_type_works_in_a_folder_of_any_name(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(project.folder)
    share(str(project.folder.parent / "store"), "", "origin")
    line = capsys.readouterr().out.splitlines()[-1].removeprefix("teammates type: ")
    (tmp_path / "elsewhere").mkdir()
    # A Makefile with the line of the project's own.
    real = (ROOT / "Makefile").read_text("utf-8")
    as_it_is = real[real.index("$(foreach each") : real.index("SHELL :=")]
    makefile = (
        f'{as_it_is}join:\n\t@{shlex.quote(sys.executable)} -m workflow.sharing.join "$$REMOTE"\n'
    )
    (project.folder / "Makefile").write_text(makefile, encoding="utf-8")
    commit(project, "Makefile")
    project.git("push", "--quiet", "origin", "HEAD")
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path / "elsewhere",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "everything is up to date" in done.stdout
    joined = tmp_path / "elsewhere/project"
    assert (joined / "data/model/more/note.txt").read_text("utf-8") == "a note"
    assert (joined / ".dvc/config.local").stat().st_mode & 0o777 == 0o600


def test_an_address_in_place_of_a_git_remote_is_not_shown(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "ghp_Xk29dkLsPq83hdgT5wQm1Zr7Yb4Vn6Cs0Aa"
    monkeypatch.chdir(project.folder)
    address = f"https://{token}@127.0.0.1:9/a.git"
    share(str(project.folder.parent / "store"), "", address)
    project.git("remote", "add", "theirs", address)
    with pytest.raises(DataError) as caught:
        share(str(project.folder.parent / "store"), "", "theirs")
    join(str(project.folder.parent / "store"), "", address)
    said = capsys.readouterr()
    assert token not in said.out + said.err + str(caught.value)
    assert "no experiments: there is no such Git remote" in said.out


def test_all_of_it_takes_little_memory(project: Project, tmp_path: Path) -> None:
    """A list of 60 MB and an entry of the run cache of 60 MB are refused before they are read."""
    store = tmp_path / "store"
    run = (
        "import runpy, sys\n"
        "from tests.peak import peak\n"
        "sys.argv = sys.argv[1:]\n"
        "try:\n"
        "    runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end:\n"
        "    print(end.code)\n"
        "print(peak() // (1 << 20))\n"
    )

    def memory(*words: str) -> tuple[str, int]:
        done = project.run(sys.executable, "-c", run, *words, PYTHONPATH=str(ROOT))
        *lines, most = done.stdout.splitlines()
        assert "Traceback" not in done.stdout
        return lines[-1], int(most)

    memory("workflow.sharing.share", str(store))
    (store / "runs/00").mkdir()
    (store / "runs/00/large").write_bytes(b"[" * 60_000_000)
    put(store, b"[" + b"[]," * 20_000_000 + b"0]", locked(project.folder))
    for folder in ("data/model", "data/canonical", ".dvc/cache"):
        shutil.rmtree(project.folder / folder)
    line, most = memory("workflow.sharing.join", str(store))
    assert line.startswith(
        f"join: {store}: {locked(project.folder)}: a list of more than 33,554,432 bytes"
    )
    assert most < 500
    assert yaml.safe_load((project.folder / "dvc.lock").read_text("utf-8"))
