"""Functions of a Dask worker for a grid: maintain clones of the repository, run experiments there.

The client sends the functions by value, so a worker needs the project's packages only, not the
project.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

LOCK, FREE = "playlist2vec_clones_lock", "playlist2vec_clones"
LOOK_EVERY = 0.5
"""Seconds between two checks if the experiment is still wanted."""


def run_experiment(
    address: str, commit: str, identity: dict[str, str], order: dict[str, Any]
) -> tuple[str, str, str]:
    """Run an experiment in a clone of the Git repository at `address`, at `commit`, and push it.

    `identity`: user.name and user.email for Git. `order`: the argument of workflow.cluster.run.
    Returns "finished" and the revision, or "failed" and the reason; and the whole output.
    """
    from distributed import get_worker

    worker = get_worker()
    with vars(worker).setdefault(LOCK, threading.Lock()):
        free = vars(worker).setdefault(FREE, [])
        folder = (
            free.pop() if free else Path(worker.local_directory) / f"clone-{threading.get_ident()}"
        )
    try:
        if error := check_out(folder, address, commit, identity):
            return "failed", f"worker {worker.address}: {error}", error
        return run(worker, folder, order)
    finally:
        with vars(worker)[LOCK]:
            vars(worker)[FREE].append(folder)


def check_out(folder: Path, address: str, commit: str, identity: dict[str, str]) -> str:
    """Bring the folder to the commit, cloning first if needed; return Git's complaint, if any.

    A folder that is not a clone of `address` is replaced by a clone.
    """
    origin = (
        git(folder, "remote", "get-url", "origin").stdout.strip()
        if (folder / ".git").is_dir()
        else ""
    )
    if origin != address:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        steps: list[tuple[str, ...]] = [("clone", "--quiet", address, ".")]
    else:
        steps = [("fetch", "--quiet", "origin")]
    steps += [("config", name, value) for name, value in identity.items()]
    for step in (*steps, ("checkout", "--quiet", "--force", "--detach", commit)):
        done = git(folder, *step)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["no reason given"]
            reason = next((line for line in said if line.startswith("fatal: ")), said[-1])
            if step[0] == "clone":
                shutil.rmtree(folder, ignore_errors=True)
            return f"git {step[0]}: {reason}"
    return ""


def git(folder: Path, *arguments: str) -> Any:
    """Run Git in the folder, without ever asking for a password."""
    quiet = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=quiet,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def run(worker: Any, folder: Path, order: dict[str, Any]) -> tuple[str, str, str]:
    """Run workflow.cluster.run in the clone, with the clone's code; end an unwanted run."""
    log, answer = folder.with_suffix(".log"), folder.with_suffix(".json")
    answer.unlink(missing_ok=True)
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("DVC_STAGE", "PYTHONPATH")
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "workflow.cluster.run", json.dumps(order), str(answer)],
            cwd=folder,
            env=inherited
            | {
                "PYTHONPATH": os.pathsep.join(
                    filter(None, [str(folder), os.environ.get("PYTHONPATH")])
                )
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        key = worker.get_current_task()
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY)
            task = worker.state.tasks.get(key)
            if process.poll() is None and (task is None or task.state == "cancelled"):
                with contextlib.suppress(ProcessLookupError):
                    # The process then ends its children.
                    process.send_signal(signal.SIGTERM)
                process.wait()
    printed = log.read_text("utf-8", errors="replace")
    if process.returncode < 0:
        raise ChildProcessError(
            f"{worker.address}: its process ended by signal {-process.returncode}"
        )
    if not answer.is_file():
        return "failed", "", printed
    outcome = json.loads(answer.read_text("utf-8"))
    return outcome["kind"], outcome["text"], printed
