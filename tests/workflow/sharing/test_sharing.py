"""Sharing as teammates do it: a folder, a real SSH server, a server that speaks S3, and consumers who have only DVC."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
import yaml
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from tests.conftest import ROOT, Project, needed, needed_package
from tests.workflow.test_chain import UP_TO_DATE, stages_run
from workflow.sharing.addresses import Address, as_address, shown
from workflow.sharing.settings import SECRETS, set_default

SECRET = "g3heim#s, t'x"
KEYS = (
    r"AKIA[0-9A-Z]{16}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
    r"gh[opsu]_[0-9A-Za-z]{36}",
    r"github_pat_[0-9A-Za-z_]{22}",
    r"AccountKey=[0-9A-Za-z+/]{20}",
    r"xox[abp]-[0-9]{8}",
)


def share(project: Project, *arguments: str, check: bool = True, **environment: str) -> str:
    return project.run(sys.executable, "-m", "workflow.sharing.share", *arguments, check=check, **environment).stdout


def join(project: Project, *arguments: str, check: bool = True, **environment: str) -> str:
    return project.run(sys.executable, "-m", "workflow.sharing.join", *arguments, check=check, **environment).stdout


def refused(command: subprocess.CompletedProcess[str]) -> str:
    """The only line that a command printed that failed as it should."""
    assert command.returncode == 1
    assert "Traceback" not in command.stdout
    lines = command.stdout.splitlines()
    assert len(lines) == 1, command.stdout
    return lines[0]


def module(project: Project, name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return project.run(sys.executable, "-m", f"workflow.sharing.{name}", *arguments, check=False, **environment)


def with_origin(project: Project) -> Path:
    """Give the project a bare Git repository as its origin, as a Git server keeps one."""
    origin = project.folder.parent / "origin.git"
    project.git("init", "--quiet", "--bare", str(origin))
    project.git("remote", "add", "origin", str(origin))
    project.git("push", "--quiet", "origin", "HEAD")
    return origin


def cloned(project: Project, source: Path, name: str = "clone") -> Project:
    project.git("clone", "--quiet", str(source), str(project.folder.parent / name))
    return Project(project.folder.parent / name)


def with_experiment(project: Project) -> dict[str, bytes]:
    """Run an experiment named `dots`, and go back; returns its ranks."""
    project.dvc("exp", "run", "--name", "dots", "-S", "evaluate.similarity=dot")
    ranks = (project.folder / "data/ranks/validation.npz").read_bytes()
    project.git("checkout", "--quiet", ".")
    project.dvc("checkout")
    return {"data/ranks/validation.npz": ranks}


def assert_nothing_to_run(clone: Project, original: Project) -> None:
    again = clone.dvc("repro", "dvc.yaml", "final/dvc.yaml").stdout
    assert stages_run(again) == []
    assert again.endswith(f"{UP_TO_DATE}\n")
    assert clone.git("status", "--porcelain") == ""
    assert clone.outputs() == original.outputs()


def test_a_folder_data_run_cache_and_experiments(project: Project) -> None:
    origin = with_origin(project)
    ranks = with_experiment(project)
    said = share(project, "../store")
    store = project.folder.parent / "store"
    assert said.splitlines()[0] == f"default remote: {store} (`private` in .dvc/config.local)"
    runs = [path.relative_to(project.folder) for path in (project.folder / ".dvc/cache/runs").rglob("*/*/*")]
    assert runs
    assert re.search(rf"\npushed to {store}: \d\d files of data, {len(runs)} entries of the run cache\n", said)
    assert "\nexperiments: 1 pushed to origin, 0 there already, with 1 new files\n" in said
    assert f"teammates type: git clone {origin} project && cd project && make join REMOTE={store}\n" in said
    assert "warning" not in said
    assert project.git("status", "--porcelain") == ""

    clone = cloned(project, origin)
    said = join(clone, "../store")
    assert said.splitlines()[0] == f"default remote: {store} (`private` in .dvc/config.local)"
    assert "\nexperiments: 1 pulled from origin\n" in said
    assert said.endswith("\neverything is up to date: `dvc repro dvc.yaml final/dvc.yaml` has nothing to run\n")
    assert_nothing_to_run(clone, project)
    assert [path for path in runs if not (clone.folder / path).exists()] == []
    clone.dvc("exp", "apply", "dots")
    assert {path: (clone.folder / path).read_bytes() for path in ranks} == ranks


def test_sharing_again_pushes_nothing_and_needs_no_address(project: Project) -> None:
    said = share(project, "../store")
    assert "experiments: none\n" in said
    assert f"teammates type: git clone {project.folder} project && cd project && make join REMOTE=" in said
    again = share(project)
    assert f"pushed to {project.folder.parent / 'store'}: 0 files of data, " in again
    other = share(project, "../other")
    assert f"until now it was {project.folder.parent / 'store'} (`private`)\n" in other


def test_what_keeps_teammates_from_it_is_said(project: Project) -> None:
    with_origin(project)
    project.change("evaluate", similarity="dot")
    said = share(project, "../store")
    assert "share: warning: teammates get what is committed; params.yaml is not: commit, then share again\n" in said
    assert "share: warning: `dvc repro` would run check, evaluate, baselines and " in said
    project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    said = share(project)
    assert "share: warning: teammates get what is committed; dvc.lock, final/dvc.lock, metrics/" in said
    assert "would run" not in said
    project.git("commit", "--all", "--quiet", "--message", "dot")
    assert "share: warning: origin lacks 1 of your commits: git push origin HEAD\n" in share(project)


def test_what_cannot_work_is_one_line_and_changes_no_settings(project: Project, tmp_path: Path) -> None:
    share(project, "../store")
    settings = [project.folder / ".dvc/config", project.folder / ".dvc/config.local"]
    before = [path.read_bytes() for path in settings]
    (tmp_path / "file").write_text("", encoding="utf-8")
    for arguments, line in (
        (
            [f"{tmp_path}/file/store"],
            f"share: {tmp_path}/file/store: Not a directory: '{tmp_path}/file/store': expected a folder that you "
            "may read and write; the settings are as they were",
        ),
        (["me@host:data"], "share: REMOTE=me@host:data: expected ssh://me@host/data, with the whole path"),
        (
            ["ftp://host/data"],
            "share: REMOTE=ftp://...: expected a folder, or one of azure, gdrive, gs, hdfs, http, https, oss, s3, "
            "ssh, webdav, webdavs, webhdfs ://",
        ),
        (
            ["hdfs://host/data"],
            "share: hdfs://host/data: hdfs:// needs packages that are not installed: expected `pip install "
            "'dvc[hdfs]'`; the settings are as they were",
        ),
        (
            ["s3://id:secret@bucket/data"],
            "share: REMOTE=s3://...@bucket: expected s3://bucket, and then `dvc remote modify --local storage "
            "access_key_id ...` and `secret_access_key` likewise, or a `profile`",
        ),
        (
            ["../store", "--endpoint", "http://127.0.0.1"],
            "share: ENDPOINT=http://127.0.0.1: a folder has none: expected it with s3:// or gs:// only",
        ),
    ):
        assert refused(module(project, "share", *arguments)) == line
        assert [path.read_bytes() for path in settings] == before
    port = free_port()
    failed = module(project, "share", f"https://me:{quote(SECRET)}@127.0.0.1:{port}/data")
    assert (failed.returncode, failed.stdout.splitlines()[-1]) == (
        1,
        f"share: https://127.0.0.1:{port}/data: nothing answers there, the connection was refused: expected a server "
        "at this host and port; the settings are as they were",
    )
    assert [path.read_bytes() for path in settings] == before


def test_a_missing_extra_says_what_to_install(project: Project, tmp_path: Path) -> None:
    # As if dvc-ssh were not there: a module of its name that cannot be imported comes first.
    (tmp_path / "first").mkdir()
    (tmp_path / "first/dvc_ssh.py").write_text("raise ModuleNotFoundError('sshfs')\n", encoding="utf-8")
    failed = module(project, "share", "ssh://host/data", PYTHONPATH=str(tmp_path / "first"))
    assert refused(failed) == (
        "share: ssh://host/data: ssh:// needs packages that are not installed: expected `pip install --constraint "
        "constraints.txt --editable '.[ssh]'` or `make setup EXTRAS=ssh`; the settings are as they were"
    )


def test_no_address_at_all_is_one_line(project: Project, tmp_path: Path) -> None:
    line = (
        "REMOTE is missing: expected a folder or an address: REMOTE=../store, REMOTE=ssh://user@host/path, "
        "REMOTE=s3://bucket/path"
    )
    assert refused(module(project, "share")) == f"share: {line}"
    assert refused(module(project, "join")) == f"join: {line}"
    (tmp_path / "empty").mkdir()
    elsewhere = module(Project(tmp_path / "empty"), "share", "../store", PYTHONPATH=str(project.folder))
    assert refused(elsewhere) == "share: .dvc/config: not here: expected the project's top folder"


def test_a_git_remote_that_cannot_be_read_is_one_line_after_the_data(project: Project, tmp_path: Path) -> None:
    project.git("remote", "add", "origin", str(tmp_path / "nothing.git"))
    failed = module(project, "share", "../store")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1].startswith("share: git ls-remote origin refs/exps/*: fatal: '")
    assert failed.stdout.endswith(": expected a Git remote that can be read; data and run cache are done\n")
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
        f"join: {store}: 1 of 14 outputs missing (data/model): expected your teammate to `make share` again, from the "
        "commit that you have"
    )
    assert f"pushed to {store}: 1 files of data, " in share(project)
    join(clone, "../store")
    assert_nothing_to_run(clone, project)


def test_data_that_are_nowhere_cannot_be_shared(project: Project) -> None:
    clone = cloned(project, project.folder)
    (clone.folder.parent / "store").mkdir()
    for name, line in (
        ("share", "share: data/check/passed, data/raw, data/canonical and 11 more: neither here nor there: expected "),
        ("join", f"join: {clone.folder.parent / 'store'}: 14 of 14 outputs missing (data/check/passed, data/raw, "),
    ):
        failed = module(clone, name, "../store")
        assert failed.returncode == 1
        assert failed.stdout.splitlines()[-1].startswith(line)
    line = refused(module(clone, "join", "../stor"))
    assert line == (
        f"join: {clone.folder.parent / 'stor'}: nothing is stored there: expected the address that `make share` was "
        "given; the settings are as they were"
    )


def test_joining_overwrites_nothing(project: Project) -> None:
    share(project, "../store")
    clone = cloned(project, project.folder)
    (clone.folder / "data/model").mkdir()
    mine = clone.folder / "data/model/input.npy"
    mine.write_text("my own", encoding="utf-8")
    failed = module(clone, "join", "../store")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1].startswith("join: Can't remove the following unsaved files without confirm")
    assert failed.stdout.endswith(": expected none: `dvc checkout --force` gives them up\n")
    assert mine.read_text("utf-8") == "my own"


def test_a_commit_that_was_never_run_is_named(project: Project) -> None:
    project.change("evaluate", similarity="dot")
    project.git("commit", "--all", "--quiet", "--message", "not run")
    share(project, "../store")
    failed = module(cloned(project, project.folder), "join", "../store")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1] == (
        "join: `dvc repro` would run check, evaluate, baselines and 2 more: `dvc status` says why: expected another "
        "commit"
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


# Addresses and settings


def test_addresses() -> None:
    assert as_address("../a/../b") == Address(str(Path.cwd().parent / "b"), private=True)
    assert as_address("~/b") == Address(str(Path.home() / "b"), private=True)
    assert as_address("ssh://me@host:2222/a/") == Address("ssh://me@host:2222/a")
    assert as_address("s3://bucket/a", "http://host:9000") == Address(
        "s3://bucket/a", {"endpointurl": "http://host:9000"}
    )
    assert as_address("gs://bucket") == Address("gs://bucket")
    assert as_address("azure://box/a?sig=x") == Address("azure://box/a?sig=x", private=True)
    for text, endpoint, line in (
        ("ssh://host:data/x", "", "REMOTE=ssh://...: expected ssh://host:port/path or ssh://bucket/path, special "),
        ("s3:///x", "", "REMOTE=s3://...: expected s3://host:port/path or s3://bucket/path, special "),
        (
            "azure://me:geheim@box",
            "",
            "REMOTE=azure://...@box: expected azure://box, and then `dvc remote modify --local ",
        ),
        ("ssh://host/x", "http://h", "ENDPOINT=http://h: ssh:// has none: expected it with s3:// or gs:// only"),
        (
            "s3://b",
            "http://me:geheim@h",
            "ENDPOINT: expected http(s)://host:port, without a user, password or question ",
        ),
        ("~nobody-of-this-name/x", "", "REMOTE=~nobody-of-this-name/x: "),
    ):
        with pytest.raises(DataError) as caught:
            as_address(text, endpoint)
        assert str(caught.value).startswith(line)
        assert "geheim" not in str(caught.value)


@given(password=st.text(min_size=1), scheme=st.sampled_from(["ssh", "https", "webdavs"]))
def test_a_password_is_in_no_address(password: str, scheme: str) -> None:
    text = f"{scheme}://me:{quote(password, safe='')}@host:1/a"
    address = as_address(text)
    assert address.secrets["password"] == password
    assert address.url == (f"{scheme}://me@host:1/a" if scheme == "ssh" else f"{scheme}://host:1/a")
    assert shown(text) == f"{scheme}://me@host:1/a"


def test_no_secret_is_in_a_file_that_git_would_commit(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    for url in (
        f"ssh://me:{quote(SECRET)}@host/a",
        f"https://me:{quote(SECRET)}@host/a",
        f"azure://box/a?sig={quote(SECRET)}",
    ):
        set_default(as_address(url), commit=True)
        local = (project.folder / ".dvc/config.local").read_text("utf-8")
        assert SECRET in local or quote(SECRET) in local
        assert project.dvc("remote", "list").stdout.split()[1].partition("?")[0].endswith(("host/a", "box/a"))
        project.git("add", "--all")
        assert "config.local" not in project.git("ls-files")
        for needle in (SECRET, quote(SECRET)):
            found = project.run("git", "grep", "--cached", "--fixed-strings", "--", needle, check=False)
            assert (found.returncode, found.stdout) == (1, "")


def test_settings_of_the_same_server_stay_and_others_are_dropped_by_name(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    local = project.folder / ".dvc/config.local"
    committed = project.folder / ".dvc/config"
    assert set_default(as_address("ssh://me:word@host/a"), commit=True) == [
        "default remote: ssh://me@host/a (`storage` in .dvc/config)"
    ]
    project.dvc("remote", "modify", "storage", "port", "2222")
    assert set_default(as_address("ssh://host/b"), commit=True)[1:] == ["until now it was ssh://me@host/a (`storage`)"]
    assert "password = word" in local.read_text("utf-8")
    assert "port = 2222" in committed.read_text("utf-8")
    notes = set_default(as_address("s3://bucket/a", "http://host:9000"), commit=True)
    assert notes[1:] == [
        "until now it was ssh://host/b (`storage`)",
        "dropped what belonged to that address: password, port",
    ]
    project.dvc("remote", "modify", "--local", "storage", "access_key_id", "mine")
    assert len(set_default(as_address("s3://other/a"), commit=True)) == 2
    assert "access_key_id = mine" in local.read_text("utf-8")
    assert "endpointurl = http://host:9000" in committed.read_text("utf-8")
    assert set_default(as_address("s3://other/a", "http://elsewhere"), commit=True)[-1].endswith(": access_key_id")
    # A folder is of this machine alone: what is committed stays.
    before = committed.read_text("utf-8")
    assert set_default(as_address("../store"), commit=True)[1] == "until now it was s3://other/a (`storage`)"
    assert committed.read_text("utf-8") == before
    assert project.dvc("config", "core.remote").stdout == "private\n"
    assert set_default(as_address("s3://other/a"), commit=True)[0].endswith("(`storage` in .dvc/config)")
    assert project.dvc("config", "core.remote").stdout == "storage\n"
    # Who joins with an address of his own leaves the committed one alone as well.
    assert set_default(as_address("ssh://host/b"), commit=False)[0] == (
        "default remote: ssh://host/b (`private` in .dvc/config.local)"
    )
    assert committed.read_text("utf-8") == before


def test_credentials_do_not_spoil_older_commits(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    set_default(as_address("ssh://me:word@host/a"), commit=True)
    project.git("commit", "--all", "--quiet", "--message", "share")
    compared = json.loads(project.dvc("metrics", "diff", "--all", "--json", "HEAD~1", "HEAD").stdout)
    assert compared["metrics/validation.json"]["pairs"] == {"old": 40, "new": 40, "diff": 0}


def test_a_new_committed_address_replaces_the_former_one_here(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_by_me, set_by_a_teammate = ("ssh://me:word@host/a", "../store")
    monkeypatch.chdir(project.folder)
    set_default(as_address(set_by_me), commit=True)
    store = project.folder.parent / "store"
    share(project, set_by_a_teammate)
    project.run("git", "config", "--file", ".dvc/config", "remote.storage.url", "x", check=False)
    (project.folder / ".dvc/config").write_text(
        f"[core]\n    analytics = false\n    remote = storage\n['remote \"storage\"']\n    url = {store}\n",
        encoding="utf-8",
    )
    project.dvc("config", "--local", "core.remote", "storage")
    said = join(project)
    assert said.splitlines()[:3] == [
        f"default remote: {store} (`storage` in .dvc/config)",
        "until now it was ssh://me@host/a (`storage`)",
        "dropped what belonged to that address: password",
    ]


def test_credentials_that_are_committed_stop_the_sharing(project: Project) -> None:
    project.dvc("remote", "add", "--default", "storage", "ssh://host/a")
    project.dvc("remote", "modify", "storage", "password", SECRET)
    assert refused(module(project, "share", "../store")) == (
        "share: .dvc/config: remote storage: password: Git keeps this file: expected credentials in .dvc/config.local "
        "only: `dvc remote modify --local NAME OPTION VALUE`; and change what was committed"
    )
    project.git("checkout", "--quiet", ".dvc/config")
    project.dvc("remote", "add", "--default", "storage", "ssh://me:word@host/a")
    assert "share: .dvc/config: remote storage: url: Git keeps this file" in module(project, "share").stdout


def test_every_secret_option_of_dvc_is_known() -> None:
    from dvc.config_schema import REMOTE_SCHEMAS

    options = {str(option) for schema in REMOTE_SCHEMAS.values() for option in schema}
    suspicious = {option for option in options if re.search("pass|secret|token|key|cred|connection_str|header", option)}
    paths_and_switches = {
        "ask_passphrase",
        "ask_password",
        "bearer_token_command",
        "credentialpath",
        "exclude_environment_credential",
        "exclude_managed_identity_credential",
        "exclude_shared_token_cache_credential",
        "exclude_visual_studio_code_credential",
        "gdrive_user_credentials_file",
        "key_path",
        "keyfile",
        "sse_kms_key_id",
    }
    assert suspicious - paths_and_switches == SECRETS


def test_nothing_secret_is_committed_in_this_project() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert ROOT / ".dvc/config" in files
    assert ROOT / ".dvc/config.local" not in files
    config = (ROOT / ".dvc/config").read_text("utf-8")
    assert not {line.partition("=")[0].strip() for line in config.splitlines()} & SECRETS
    assert not re.search(r"://[^/\s]*:[^/\s]*@", config)
    for path in files:
        text = path.read_text("utf-8", errors="replace")
        found = [pattern for pattern in KEYS if re.search(pattern, text)]
        assert not found or path == Path(__file__), f"{path}: {found}"


# Consumers, who have DVC and none of this project's code


@pytest.fixture
def consumer(tmp_path: Path) -> Project:
    (tmp_path / "consumer").mkdir()
    return Project(tmp_path / "consumer")


OPEN = """
import sys
import dvc.api
arguments = dict(repo=sys.argv[1], rev=sys.argv[2] or None)
if len(sys.argv) > 3:
    arguments |= dict(remote="private", remote_config={"url": sys.argv[3]})
print(dvc.api.read("data/model/vocabulary.tsv", **arguments).splitlines()[0])
with dvc.api.open("data/model/vectors.bin", mode="rb", **arguments) as file:
    print(file.readline().decode())
"""


def test_consumers_get_the_embeddings_from_a_git_server(project: Project, consumer: Project) -> None:
    from gensim.models import KeyedVectors

    origin = str(with_origin(project))
    store = str(project.folder.parent / "store")
    share(project, store)
    project.git("tag", "--annotate", "--message", "first", "song-embeddings@v0.1.0")
    project.git("push", "--quiet", "--tags", "origin")
    # A folder is not in .dvc/config: who can reach it names it.
    there = ["--remote", "private", "--remote-config", f"url={store}"]
    consumer.dvc("get", origin, "data/model", "--out", "a", *there)
    consumer.dvc("artifacts", "get", origin, "song-embeddings", "--out", "b", *there)
    expected = "row\ttrack\tcount\n200 8\n"
    read = consumer.run(sys.executable, "-c", OPEN, origin, "song-embeddings@v0.1.0", store).stdout
    assert read.split() == expected.split()

    # An address in .dvc/config serves without more.
    project.dvc("remote", "add", "--default", "storage", store)
    project.git("commit", "--all", "--quiet", "--message", "share")
    project.git("tag", "--annotate", "--message", "second", "song-embeddings@v0.2.0")
    project.git("push", "--quiet", "--tags", "origin", "HEAD")
    consumer.dvc("get", origin, "data/model", "--out", "c")
    consumer.dvc("artifacts", "get", origin, "song-embeddings", "--out", "d")
    assert consumer.run(sys.executable, "-c", OPEN, origin, "").stdout.split() == expected.split()
    vectors = (project.folder / "data/model/vectors.bin").read_bytes()
    for name in "abcd":
        assert (consumer.folder / name / "vectors.bin").read_bytes() == vectors
    assert KeyedVectors.load_word2vec_format(str(consumer.folder / "d/vectors.bin"), binary=True).vector_size == 8


# Servers


def wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def ssh_server(tmp_path: Path) -> Iterator[int]:
    """OpenSSH's own server on loopback, for the present user and the key tmp_path/key; yields its port."""
    sshd, keygen = needed("sshd"), needed("ssh-keygen")
    needed_package("dvc_ssh")
    for name in ("host", "key", "other"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    port = free_port()
    (tmp_path / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/key.pub\n"
        f"PidFile {tmp_path}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    if os.geteuid() == 0:
        # Started by root, it insists on its folder for what it does without privileges.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = (tmp_path / "sshd.log").open("wb")
    with log, subprocess.Popen([sshd, "-D", "-e", "-f", str(tmp_path / "sshd_config")], stderr=log) as process:
        try:
            wait_until_it_listens(port, process)
            yield port
        finally:
            process.terminate()


@pytest.fixture
def s3_server(tmp_path: Path) -> Iterator[str]:
    """Moto's server on loopback, which speaks S3, with the bucket `songs`; yields its address."""
    server = needed("moto_server")
    needed_package("dvc_s3")
    port = free_port()
    log = (tmp_path / "moto.log").open("wb")
    command = [server, "--host", "127.0.0.1", "--port", str(port)]
    with log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_until_it_listens(port, process)
            address = f"http://127.0.0.1:{port}"
            requests.put(f"{address}/songs", timeout=60).raise_for_status()
            yield address
        finally:
            process.terminate()


def without_logins(project: Project) -> Project:
    """The project as somebody has it who has no keys and no accounts."""
    hidden = ("AWS_", "SSH_")
    project.environment = {name: value for name, value in project.environment.items() if not name.startswith(hidden)}
    project.environment["HOME"] = str(project.folder.parent)
    return project


@pytest.mark.thorough
def test_an_ssh_server(project: Project, consumer: Project, ssh_server: int, tmp_path: Path) -> None:
    without_logins(project)
    origin = with_origin(project)
    ranks = with_experiment(project)
    user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
    url = f"ssh://{user}@127.0.0.1:{ssh_server}{tmp_path}/store"
    no_access = (
        f"{url}: no access (Permission denied for user {user} on host 127.0.0.1): expected credentials: `dvc remote "
        "modify --local storage keyfile ~/.ssh/id_ed25519`, or `user` and `password` likewise"
    )
    with_password = url.replace("@", f":{quote(SECRET)}@")
    assert refused(module(project, "share", with_password)) == f"share: {no_access}"
    committed = (project.folder / ".dvc/config").read_text("utf-8")
    assert f"url = {url}\n" in committed
    assert SECRET not in committed
    assert quote(SECRET) not in committed
    # As the line says. The wrong key first.
    project.dvc("remote", "modify", "--local", "storage", "keyfile", str(tmp_path / "other"))
    assert refused(module(project, "share")) == f"share: {no_access}"
    project.dvc("remote", "modify", "--local", "storage", "keyfile", str(tmp_path / "no"))
    assert (
        f"{url}: no access (No such file or directory: '{tmp_path / 'no'}'): expected "
        in module(project, "share").stdout
    )
    project.dvc("remote", "modify", "--local", "storage", "keyfile", str(tmp_path / "key"))
    said = share(project)
    assert "share: warning: teammates find the address in .dvc/config: commit it: git commit .dvc/config " in said
    assert "\nexperiments: 1 pushed to origin, 0 there already, with 1 new files\n" in said
    assert said.splitlines()[-1].startswith("share: warning: ") or "&& make join\n" in said
    project.git("commit", ".dvc/config", "--quiet", "--message", "Share")
    project.git("push", "--quiet", "origin", "HEAD")
    assert "warning" not in share(project)

    clone = without_logins(cloned(project, origin))
    assert refused(module(clone, "join")) == f"join: {no_access}"
    clone.dvc("remote", "modify", "--local", "storage", "keyfile", str(tmp_path / "key"))
    assert "\nexperiments: 1 pulled from origin\n" in join(clone)
    assert_nothing_to_run(clone, project)
    clone.dvc("exp", "apply", "dots")
    assert {path: (clone.folder / path).read_bytes() for path in ranks} == ranks

    login = ["--remote", "storage", "--remote-config", f"keyfile={tmp_path / 'key'}"]
    without_logins(consumer).dvc("get", str(origin), "data/model/vectors.bin", *login)
    assert (consumer.folder / "vectors.bin").read_bytes() == (project.folder / "data/model/vectors.bin").read_bytes()

    for wrong, line in (
        (f"ssh://{user}@127.0.0.1:{ssh_server}/dev/null/store", "/dev/null/store: "),
        (
            f"ssh://{user}@127.0.0.1:{free_port()}/store",
            "/store: nothing answers there, the connection was refused: exp",
        ),
        (
            f"ssh://{user}@no-such-host.invalid/store",
            "/store: this host is unknown: expected another spelling, or a ne",
        ),
    ):
        before = [(project.folder / name).read_bytes() for name in (".dvc/config", ".dvc/config.local")]
        said = refused(module(project, "share", wrong))
        assert line in said
        assert said.endswith("; the settings are as they were")
        assert [(project.folder / name).read_bytes() for name in (".dvc/config", ".dvc/config.local")] == before


@pytest.mark.thorough
def test_a_server_that_speaks_s3(project: Project, consumer: Project, s3_server: str) -> None:
    without_logins(project)
    origin = with_origin(project)
    ranks = with_experiment(project)
    url = "s3://songs/shared"
    endpoint = ["--endpoint", s3_server]
    assert refused(module(project, "share", url, *endpoint)) == (
        f"share: {url}: no access (Unable to locate credentials): expected credentials: `dvc remote modify --local "
        "storage access_key_id ...` and `secret_access_key` likewise, or a `profile`"
    )
    project.dvc("remote", "modify", "--local", "storage", "access_key_id", "somebody")
    project.dvc("remote", "modify", "--local", "storage", "secret_access_key", "s3cret")
    assert "\nexperiments: 1 pushed to origin, 0 there already, with 1 new files\n" in share(project)
    committed = (project.folder / ".dvc/config").read_text("utf-8")
    assert f"endpointurl = {s3_server}\n" in committed
    assert f"url = {url}\n" in committed
    assert "somebody" not in committed
    assert "s3cret" not in committed
    project.git("commit", ".dvc/config", "--quiet", "--message", "Share")
    project.git("push", "--quiet", "origin", "HEAD")

    account = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "s3cret"}
    clone = without_logins(cloned(project, origin))
    clone.environment |= account
    assert "\nexperiments: 1 pulled from origin\n" in join(clone)
    assert_nothing_to_run(clone, project)
    clone.dvc("exp", "apply", "dots")
    assert {path: (clone.folder / path).read_bytes() for path in ranks} == ranks
    without_logins(consumer).environment |= account
    consumer.dvc("get", str(origin), "data/model/vectors.bin")
    assert (consumer.folder / "vectors.bin").read_bytes() == (project.folder / "data/model/vectors.bin").read_bytes()

    before = (project.folder / ".dvc/config.local").read_text("utf-8")
    assert refused(module(project, "share", "s3://nowhere/shared", *endpoint)) == (
        "share: s3://nowhere/shared: there is no such bucket: expected one that exists, with ENDPOINT=https://... if "
        "it is not Amazon's; the settings are as they were"
    )
    assert refused(module(project, "join", "s3://songs/typo", *endpoint, **account)) == (
        "join: s3://songs/typo: nothing is stored there: expected the address that `make share` was given; the "
        "settings are as they were"
    )
    # From now on the server asks for an account that exists, and there is none.
    requests.post(f"{s3_server}/moto-api/reset-auth", data="0", timeout=60).raise_for_status()
    assert refused(module(project, "share")) == (
        f"share: {url}: no access (Forbidden): expected credentials: `dvc remote modify --local storage access_key_id "
        "...` and `secret_access_key` likewise, or a `profile`"
    )
    assert (project.folder / ".dvc/config.local").read_text("utf-8") == before
