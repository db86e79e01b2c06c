"""DVC's settings: what is committed, what stays on this machine, and no secret in Git."""

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.builders.workflow import (
    SECRET,
    join,
    module,
    refused,
    share,
)
from tests.conftest import ROOT, Project
from workflow.sharing.addresses import as_address
from workflow.sharing.settings import SECRETS, set_default

KEYS = (
    r"AKIA[0-9A-Z]{16}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
    r"gh[opsu]_[0-9A-Za-z]{36}",
    r"github_pat_[0-9A-Za-z_]{22}",
    r"AccountKey=[0-9A-Za-z+/]{20}",
    r"xox[abp]-[0-9]{8}",
)


def test_no_secret_is_in_a_file_that_git_would_commit(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    for url in (
        f"ssh://me:{quote(SECRET)}@host/a",
        f"https://me:{quote(SECRET)}@host/a",
        f"azure://box/a?sig={quote(SECRET)}",
    ):
        set_default(as_address(url), commit=True)
        local = (project.folder / ".dvc/config.local").read_text("utf-8")
        assert SECRET in local or quote(SECRET) in local
        assert (
            project.dvc("remote", "list")
            .stdout.split()[1]
            .partition("?")[0]
            .endswith(("host/a", "box/a"))
        )
        project.git("add", "--all")
        assert "config.local" not in project.git("ls-files")
        for needle in (SECRET, quote(SECRET)):
            found = project.run(
                "git", "grep", "--cached", "--fixed-strings", "--", needle, check=False
            )
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
    assert set_default(as_address("ssh://host/b"), commit=True)[1:] == [
        "until now it was ssh://me@host/a (`storage`)"
    ]
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
    assert set_default(as_address("s3://other/a", "http://elsewhere"), commit=True)[-1].endswith(
        ": access_key_id"
    )
    # A folder is of this machine alone: what is committed stays.
    before = committed.read_text("utf-8")
    assert (
        set_default(as_address("../store"), commit=True)[1]
        == "until now it was s3://other/a (`storage`)"
    )
    assert committed.read_text("utf-8") == before
    assert project.dvc("config", "core.remote").stdout == "private\n"
    assert set_default(as_address("s3://other/a"), commit=True)[0].endswith(
        "(`storage` in .dvc/config)"
    )
    assert project.dvc("config", "core.remote").stdout == "storage\n"
    # Who joins with an address of his own leaves the committed one alone as well.
    assert set_default(as_address("ssh://host/b"), commit=False)[0] == (
        "default remote: ssh://host/b (`private` in .dvc/config.local)"
    )
    assert committed.read_text("utf-8") == before


def test_credentials_do_not_spoil_older_commits(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    set_default(as_address("ssh://me:word@host/a"), commit=True)
    project.git("commit", "--all", "--quiet", "--message", "share")
    compared = json.loads(
        project.dvc("metrics", "diff", "--all", "--json", "HEAD~1", "HEAD").stdout
    )
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
        (
            "[core]\n"
            "    analytics = false\n"
            "    remote = storage\n"
            "['remote \"storage\"']\n"
            f"    url = {store}\n"
        ),
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
        "share: .dvc/config: remote storage: password: Git keeps this file: expected credentials "
        "in .dvc/config.local only: `dvc remote modify --local NAME OPTION VALUE`; and change "
        "what was committed"
    )
    project.git("checkout", "--quiet", ".dvc/config")
    project.dvc("remote", "add", "--default", "storage", "ssh://me:word@host/a")
    assert (
        "share: .dvc/config: remote storage: url: Git keeps this file"
        in module(project, "share").stdout
    )


def test_every_secret_option_of_dvc_is_known() -> None:
    from dvc.config_schema import REMOTE_SCHEMAS

    options = {str(option) for schema in REMOTE_SCHEMAS.values() for option in schema}
    suspicious = {
        option
        for option in options
        if re.search("pass|secret|token|key|cred|connection_str|header", option)
    }
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
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
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
