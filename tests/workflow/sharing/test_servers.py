"""A real SSH server, and a server that speaks S3."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

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
from tests.conftest import Project, needed, needed_package


def wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


@pytest.fixture
def ssh_server(tmp_path: Path) -> Iterator[int]:
    """OpenSSH's own server on loopback, for the present user and the key tmp_path/key; yields its
    port.
    """
    sshd, keygen = needed("sshd"), needed("ssh-keygen")
    needed_package("dvc_ssh")
    for name in ("host", "key", "other"):
        subprocess.run(
            [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True
        )
    port = free_port()
    (tmp_path / "sshd_config").write_text(
        f"Port {port}\n"
        "ListenAddress 127.0.0.1\n"
        f"HostKey {tmp_path}/host\n"
        f"AuthorizedKeysFile {tmp_path}/key.pub\n"
        f"PidFile {tmp_path}/pid\n"
        "StrictModes no\n"
        "UsePAM no\n"
        "PasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\n"
        "Subsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    if os.geteuid() == 0:
        # Started by root, it insists on its folder for what it does without privileges.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = (tmp_path / "sshd.log").open("wb")
    with (
        log,
        subprocess.Popen(
            [sshd, "-D", "-e", "-f", str(tmp_path / "sshd_config")], stderr=log
        ) as process,
    ):
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
    project.environment = {
        name: value for name, value in project.environment.items() if not name.startswith(hidden)
    }
    project.environment["HOME"] = str(project.folder.parent)
    return project


@pytest.mark.thorough
def test_an_ssh_server(
    project: Project, consumer: Project, ssh_server: int, tmp_path: Path
) -> None:
    without_logins(project)
    origin = with_origin(project)
    ranks = with_experiment(project)
    user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
    url = f"ssh://{user}@127.0.0.1:{ssh_server}{tmp_path}/store"
    no_access = (
        f"{url}: no access (Permission denied for user {user} on host 127.0.0.1): expected "
        "credentials: `dvc remote modify --local storage keyfile ~/.ssh/id_ed25519`, or `user` "
        "and `password` likewise"
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
    assert (
        "share: warning: teammates find the address in .dvc/config: commit it: git commit "
        ".dvc/config "
    ) in said
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
    assert (consumer.folder / "vectors.bin").read_bytes() == (
        project.folder / "data/model/vectors.bin"
    ).read_bytes()

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
        before = [
            (project.folder / name).read_bytes() for name in (".dvc/config", ".dvc/config.local")
        ]
        said = refused(module(project, "share", wrong))
        assert line in said
        assert said.endswith("; the settings are as they were")
        assert [
            (project.folder / name).read_bytes() for name in (".dvc/config", ".dvc/config.local")
        ] == before


@pytest.mark.thorough
def test_a_server_that_speaks_s3(project: Project, consumer: Project, s3_server: str) -> None:
    without_logins(project)
    origin = with_origin(project)
    ranks = with_experiment(project)
    url = "s3://songs/shared"
    endpoint = ["--endpoint", s3_server]
    assert refused(module(project, "share", url, *endpoint)) == (
        f"share: {url}: no access (Unable to locate credentials): expected credentials: `dvc "
        "remote modify --local storage access_key_id ...` and `secret_access_key` likewise, or a "
        "`profile`"
    )
    project.dvc("remote", "modify", "--local", "storage", "access_key_id", "somebody")
    project.dvc("remote", "modify", "--local", "storage", "secret_access_key", "s3cret")
    assert "\nexperiments: 1 pushed to origin, 0 there already, with 1 new files\n" in share(
        project
    )
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
    assert (consumer.folder / "vectors.bin").read_bytes() == (
        project.folder / "data/model/vectors.bin"
    ).read_bytes()

    before = (project.folder / ".dvc/config.local").read_text("utf-8")
    assert refused(module(project, "share", "s3://nowhere/shared", *endpoint)) == (
        "share: s3://nowhere/shared: there is no such bucket: expected one that exists, with "
        "ENDPOINT=https://... if it is not Amazon's; the settings are as they were"
    )
    assert refused(module(project, "join", "s3://songs/typo", *endpoint, **account)) == (
        "join: s3://songs/typo: nothing is stored there: expected the address that `make share` "
        "was given; the settings are as they were"
    )
    # From now on the server asks for an account that exists, and there is none.
    requests.post(f"{s3_server}/moto-api/reset-auth", data="0", timeout=60).raise_for_status()
    assert refused(module(project, "share")) == (
        f"share: {url}: no access (Forbidden): expected credentials: `dvc remote modify --local "
        "storage access_key_id ...` and `secret_access_key` likewise, or a `profile`"
    )
    assert (project.folder / ".dvc/config.local").read_text("utf-8") == before
