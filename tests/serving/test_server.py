"""A server as people start it: it says where it listens, answers, and ends at Ctrl-C."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from tests.conftest import Project, heed_ctrl_c, needed_package

pytestmark = [pytest.mark.extra, pytest.mark.thorough]
needed_package("fastapi")
needed_package("uvicorn")


@contextmanager
def started(
    project: Project, *words: str
) -> Iterator[tuple[subprocess.Popen[str], int, list[str]]]:
    """A server, its port and the lines that it printed."""
    with subprocess.Popen(
        [sys.executable, "-m", "playlist2vec", "serve", *words],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline(), process.stdout.readline()]
            found = re.fullmatch(
                r"listening at http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends it\)\n", lines[0]
            )
            assert found, process.communicate()
            yield process, int(found[1]), lines
        finally:
            process.kill()


def asked(port: int, path: str, body: object = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = None if body is None else json.dumps(body)
    kind = {} if body is None else {"Content-Type": "application/json"}
    connection.request("GET" if body is None else "POST", path, sent, kind | headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


@pytest.mark.parametrize("processes", [1, 2])
def test_it_answers_until_ctrl_c(finished: Project, processes: int) -> None:
    with started(finished, "--port", "0", "--processes", str(processes)) as (process, port, lines):
        where = f"http://127.0.0.1:{port}/"
        assert lines[1] == f"described at {where}openapi.json, listed at {where}api\n"
        status, content = asked(port, "/api/find?q=a")
        song = json.loads(content)["tracks"][0]["track"]
        assert status == 200
        status, content = asked(port, "/api/next", {"songs": [song], "k": 5})
        command = [sys.executable, "-m", "playlist2vec", "next", song, "-k", "5", "--json"]
        said = subprocess.run(
            command,
            cwd=finished.folder,
            env=finished.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(content) == json.loads(said.stdout)
        assert b'"api":"/api"' in asked(port, "/")[1]
        assert asked(port, "/api/models", Host="evil.example")[0] == 403
        assert asked(port, "/api/models", Origin="http://evil.example")[0] == 403
        children = psutil.Process(process.pid).children()
        assert len(children) == (processes if processes > 1 else 0)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, output, errors) == (130, "", "")
        assert not psutil.wait_procs(children, timeout=30)[1]


def test_its_processes_end_with_it_however_it_ends(finished: Project) -> None:
    with started(finished, "--port", "0", "--processes", "2") as (process, _, _):
        children = psutil.Process(process.pid).children()
        process.kill()
        process.wait()
        assert not psutil.wait_procs(children, timeout=30)[1]


def test_a_port_that_is_taken_is_one_line(finished: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "playlist2vec", "serve", "--port", str(port)]
        done = subprocess.run(
            command,
            cwd=finished.folder,
            env=finished.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    expected = (
        "Address already in use: expected an address of this machine and a free port; 0 takes any"
    )
    assert done.stderr == f"serve: --host 127.0.0.1 --port {port}: {expected}\n"


def test_models_side_by_side_by_their_names(finished: Project) -> None:
    with started(finished, "new=.", "alone=data/model", "--port", "0") as (_, port, _):
        said = json.loads(asked(port, "/api/models")[1])
        assert [(each["name"], each["ranker"]) for each in said["models"]] == [
            ("new", "blend"),
            ("alone", "word2vec"),
        ]
