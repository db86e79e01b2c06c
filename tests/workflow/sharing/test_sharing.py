"""Sharing as teammates do it, through a folder, and the lines for what cannot work."""

import json
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from tests.builders.workflow import (
    SECRET,
    assert_nothing_to_run,
    cloned,
    free_port,
    join,
    module,
    refused,
    share,
    with_experiment,
    with_origin,
)
from tests.conftest import Project


def test_a_folder_data_run_cache_and_experiments(project: Project) -> None:
    origin = with_origin(project)
    ranks = with_experiment(project)
    said = share(project, "../store")
    store = project.folder.parent / "store"
    assert said.splitlines()[0] == f"default remote: {store} (`private` in .dvc/config.local)"
    runs = [
        path.relative_to(project.folder)
        for path in (project.folder / ".dvc/cache/runs").rglob("*/*/*")
    ]
    assert runs
    assert re.search(
        rf"\npushed to {store}: \d\d files of data, {len(runs)} entries of the run cache\n", said
    )
    assert "\nexperiments: 1 pushed to origin, 0 there already, with 1 new files\n" in said
    assert (
        f"teammates type: git clone {origin} project && cd project && make join REMOTE={store}\n"
        in said
    )
    there = f"--remote private --remote-config url={store}"
    assert f"people with DVC alone type: dvc get {origin} data/model {there}\n" in said
    assert "warning" not in said
    assert project.git("status", "--porcelain") == ""

    clone = cloned(project, origin)
    said = join(clone, "../store")
    assert said.splitlines()[0] == f"default remote: {store} (`private` in .dvc/config.local)"
    assert "\nexperiments: 1 pulled from origin\n" in said
    assert said.endswith(
        "\neverything is up to date: `dvc repro dvc.yaml final/dvc.yaml` has nothing to run\n"
    )
    assert_nothing_to_run(clone, project)
    assert [path for path in runs if not (clone.folder / path).exists()] == []
    clone.dvc("exp", "apply", "dots")
    assert {path: (clone.folder / path).read_bytes() for path in ranks} == ranks


@pytest.mark.thorough
def test_below_the_top_of_a_larger_repository(finished: Project, tmp_path: Path) -> None:
    (tmp_path / "large").mkdir()
    project = finished.copy_to(tmp_path / "large/my lists")
    shutil.rmtree(project.folder / ".git")
    project.git("-C", "..", "init", "--quiet")
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "first")
    store = tmp_path / "store"
    said = share(project, str(store))
    assert "warning" not in said
    assert "dvc get" not in said
    typed = f"git clone {tmp_path}/large large && cd 'large/my lists' && make join REMOTE={store}"
    assert said.endswith(f"teammates type: {typed}\n")
    project.git("clone", "--quiet", str(tmp_path / "large"), str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone/my lists")
    assert join(clone, str(store)).endswith("has nothing to run\n")
    assert_nothing_to_run(clone, project)
    project.change("evaluate", similarity="dot")
    (project.folder.parent / "beside").write_text("not the project's", "utf-8")
    assert "teammates get what is committed; params.yaml is not: commit" in share(
        project, str(store)
    )


def test_sharing_again_pushes_nothing_and_needs_no_address(project: Project) -> None:
    said = share(project, "../store")
    assert "experiments: none\n" in said
    assert (
        f"teammates type: git clone {project.folder} project && cd project && make join REMOTE="
        in said
    )
    again = share(project)
    assert f"pushed to {project.folder.parent / 'store'}: 0 files of data, " in again
    other = share(project, "../other")
    assert f"until now it was {project.folder.parent / 'store'} (`private`)\n" in other


@pytest.mark.thorough
def test_what_keeps_teammates_from_it_is_said(project: Project) -> None:
    with_origin(project)
    project.change("evaluate", similarity="dot")
    said = share(project, "../store")
    assert (
        "share: warning: teammates get what is committed; params.yaml is not: commit, then share "
        "again\n"
    ) in said
    assert "share: warning: `dvc repro` would run check, evaluate, baselines and " in said
    project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    said = share(project)
    assert (
        "share: warning: teammates get what is committed; dvc.lock, final/dvc.lock, metrics/"
        in said
    )
    assert "would run" not in said
    project.git("commit", "--all", "--quiet", "--message", "dot")
    assert "share: warning: origin lacks 1 of your commits: git push origin HEAD\n" in share(
        project
    )


def test_what_cannot_work_is_one_line_and_changes_no_settings(
    project: Project, tmp_path: Path
) -> None:
    share(project, "../store")
    settings = [project.folder / ".dvc/config", project.folder / ".dvc/config.local"]
    before = [path.read_bytes() for path in settings]
    (tmp_path / "file").write_text("", encoding="utf-8")
    for arguments, line in (
        (
            [f"{tmp_path}/file/store"],
            f"share: {tmp_path}/file/store: Not a directory: '{tmp_path}/file/store': expected a "
            "folder that you may read and write; the settings are as they were",
        ),
        (
            ["me@host:data"],
            "share: REMOTE=me@host:data: expected ssh://me@host/data, with the whole path",
        ),
        (
            ["ftp://host/data"],
            "share: REMOTE=ftp://...: expected a folder, or one of azure, gdrive, gs, hdfs, "
            "http, https, oss, s3, ssh, webdav, webdavs, webhdfs ://",
        ),
        (
            ["hdfs://host/data"],
            "share: hdfs://host/data: hdfs:// needs packages that are not installed: expected "
            "`pip install 'dvc[hdfs]'`; the settings are as they were",
        ),
        (
            ["s3://id:secret@bucket/data"],
            "share: REMOTE=s3://...@bucket: expected s3://bucket, and then `dvc remote modify "
            "--local storage access_key_id ...` and `secret_access_key` likewise, or a `profile`",
        ),
        (
            ["../store", "--endpoint", "http://127.0.0.1"],
            (
                "share: ENDPOINT=http://127.0.0.1: a folder has no endpoint: expected it with "
                "s3:// "
                "or gs:// only"
            ),
        ),
    ):
        assert refused(module(project, "share", *arguments)) == line
        assert [path.read_bytes() for path in settings] == before
    port = free_port()
    failed = module(project, "share", f"https://me:{quote(SECRET)}@127.0.0.1:{port}/data")
    assert (failed.returncode, failed.stdout.splitlines()[-1]) == (
        1,
        f"share: https://127.0.0.1:{port}/data: nothing answers there, the connection was "
        "refused: expected a server at this host and port; the settings are as they were",
    )
    assert [path.read_bytes() for path in settings] == before


def test_a_missing_extra_says_what_to_install(project: Project, tmp_path: Path) -> None:
    # As if dvc-ssh were not there: a module of its name that cannot be imported comes first.
    (tmp_path / "first").mkdir()
    (tmp_path / "first/dvc_ssh.py").write_text(
        "raise ModuleNotFoundError('sshfs')\n", encoding="utf-8"
    )
    failed = module(project, "share", "ssh://host/data", PYTHONPATH=str(tmp_path / "first"))
    assert refused(failed) == (
        "share: ssh://host/data: ssh:// needs packages that are not installed: expected `pip "
        "install --constraint constraints.txt --editable '.[ssh]'` or `make setup EXTRAS=ssh`; "
        "the settings are as they were"
    )


def test_no_address_at_all_is_one_line(project: Project, tmp_path: Path) -> None:
    line = (
        "REMOTE is missing: expected a folder or an address: REMOTE=../store, "
        "REMOTE=ssh://user@host/path, REMOTE=s3://bucket/path"
    )
    assert refused(module(project, "share")) == f"share: {line}"
    assert refused(module(project, "join")) == f"join: {line}"
    (tmp_path / "empty").mkdir()
    elsewhere = module(
        Project(tmp_path / "empty"), "share", "../store", PYTHONPATH=str(project.folder)
    )
    assert refused(elsewhere) == "share: .dvc/config: not here: expected the project's top folder"


def test_a_git_remote_that_cannot_be_read_is_one_line_after_the_data(
    project: Project, tmp_path: Path
) -> None:
    project.git("remote", "add", "origin", str(tmp_path / "nothing.git"))
    failed = module(project, "share", "../store")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1].startswith(
        "share: git ls-remote origin refs/exps/*: fatal: '"
    )
    assert failed.stdout.endswith(
        ": expected a Git remote that can be read; data and run cache are done\n"
    )
    assert "Traceback" not in failed.stdout


def test_lost_objects_are_named_and_shared_again(project: Project) -> None:
    share(project, "../store")
    store = project.folder.parent / "store"
    # DVC itself takes the files of a folder for present where its list of them is.
    listing = hash_of(project, "train", "data/model")
    lost = json.loads(path_in(store, listing).read_text("utf-8"))[0]["md5"]
    path_in(store, lost).unlink()
    clone = cloned(project, project.folder)
    failed = module(clone, "join", "../store")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1] == (
        f"join: {store}: 1 of 15 outputs missing (data/model): expected your teammate to `make "
        "share` again, from the commit that you have"
    )
    assert f"pushed to {store}: 1 files of data, " in share(project)
    join(clone, "../store")
    assert_nothing_to_run(clone, project)


def test_data_that_are_nowhere_cannot_be_shared(project: Project) -> None:
    clone = cloned(project, project.folder)
    (clone.folder.parent / "store").mkdir()
    for name, line in (
        (
            "share",
            (
                "share: data/check/passed, data/raw, data/canonical and 12 more: neither here nor "
                "there: expected "
            ),
        ),
        (
            "join",
            (
                f"join: {clone.folder.parent / 'store'}: 15 of 15 outputs missing "
                "(data/check/passed, data/raw, "
            ),
        ),
    ):
        failed = module(clone, name, "../store")
        assert failed.returncode == 1
        assert failed.stdout.splitlines()[-1].startswith(line)
    line = refused(module(clone, "join", "../stor"))
    assert line == (
        f"join: {clone.folder.parent / 'stor'}: nothing is stored there: expected the address that "
        "`make share` was given; the settings are as they were"
    )


def test_joining_overwrites_nothing(project: Project) -> None:
    share(project, "../store")
    clone = cloned(project, project.folder)
    (clone.folder / "data/model").mkdir()
    mine = clone.folder / "data/model/input.npy"
    mine.write_text("my own", encoding="utf-8")
    failed = module(clone, "join", "../store")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1].startswith(
        "join: Can't remove the following unsaved files without confirm"
    )
    assert failed.stdout.endswith(
        ": expected no unsaved files: `dvc checkout --force` discards them\n"
    )
    assert mine.read_text("utf-8") == "my own"


def test_a_commit_that_was_never_run_is_named(project: Project) -> None:
    project.change("evaluate", similarity="dot")
    project.git("commit", "--all", "--quiet", "--message", "not run")
    share(project, "../store")
    failed = module(cloned(project, project.folder), "join", "../store")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1] == (
        "join: `dvc repro` would run check, evaluate, baselines and 3 more: `dvc status` says "
        "why: expected another commit"
    )


def test_joining_takes_the_committed_address(project: Project) -> None:
    store = project.folder.parent / "store"
    project.dvc("remote", "add", "--default", "storage", str(store))
    project.git("commit", "--all", "--quiet", "--message", "share")
    assert f"\npushed to {store}: " in share(project)
    clone = cloned(project, project.folder)
    assert join(clone).splitlines()[0] == f"default remote: {store} (`storage` in .dvc/config)"
    assert_nothing_to_run(clone, project)
    assert not (clone.folder / ".dvc/config.local").read_text("utf-8").strip()


def hash_of(project: Project, stage: str, path: str) -> str:
    lock = yaml.safe_load((project.folder / "dvc.lock").read_text("utf-8"))
    found = [out["md5"] for out in lock["stages"][stage]["outs"] if out["path"] == path]
    return str(found[0])


def path_in(store: Path, md5: str) -> Path:
    return store / "files/md5" / md5[:2] / md5[2:]
