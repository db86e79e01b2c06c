"""`python -m workflow.cluster.run ORDER ANSWER`: run an experiment in a worker's clone and push.

ORDER is JSON (see `Order`). The file ANSWER gets {"kind": "finished", "text": revision} or {"kind":
"failed", "text": reason}. The process ends, with all its children, when the worker that started it
has gone.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import psutil

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import as_line
from playlist2vec.engine.worker_process import differing, versions
from workflow.experiments.processes import environment, kill_tree
from workflow.experiments.records import finished_experiments
from workflow.git import experiments_at, git
from workflow.sharing.failures import one_line
from workflow.sharing.storage import Storage, using

LIBRARIES = (
    "dvc",
    "gensim",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "orjson",
    "msgspec",
    "distributed",
)
"""Libraries whose version may change a result."""
ORIGIN = "origin"


@dataclass(frozen=True)
class Order:
    """An experiment to run.

    `remote`: the folder that is DVC's default remote if .dvc/config does not name it, else empty.
    `versions`: the required versions of Python and LIBRARIES.
    """

    name: str
    overrides: list[str]
    remote: str
    versions: dict[str, str]


def run(order: Order) -> str:
    """Run the experiment; push data, run cache and, last, the experiment; return the revision.

    An experiment already at the Git remote is not run again. Raises DataError if the run fails.
    """
    if wrong := differing(versions(LIBRARIES), order.versions):
        raise DataError(f"{wrong}: expected the same Python and libraries everywhere")
    if order.name not in experiments_at(ORIGIN):
        if order.name not in experiments_at("."):
            settings = [word for each in order.overrides for word in ("-S", each)]
            dvc_run(
                order, "exp", "run", "--pull", "--allow-missing", "--name", order.name, *settings
            )
        with using("", "", commit=False) as storage:
            push(storage, order.name)
    return revision(order.name)


def dvc_run(order: Order, *arguments: str) -> None:
    """Run DVC and show the output.

    Raises DataError without text if DVC fails: DVC has printed the reason.
    """
    with using(order.remote, "", commit=False):
        pass
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        stdin=subprocess.DEVNULL,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise DataError("")


def push(storage: Storage, name: str) -> None:
    """Push an experiment, the data first: a visible experiment then always has data."""
    from dvc.scm import SCMError

    storage.repo.push(
        revs=[finished_experiments(git("rev-parse", "HEAD").strip())[name]], run_cache=True
    )
    try:
        # If another worker was faster, its experiment stays.
        storage.repo.experiments.push(ORIGIN, [name])
    except SCMError as error:
        raise DataError(
            f"git push: {one_line(error)}: expected a Git remote that takes pushes from workers"
        ) from error


def revision(name: str) -> str:
    """Return the revision of an experiment at the Git remote."""
    lines = git("ls-remote", ORIGIN, f"refs/exps/*/{name}").split()
    if not lines:
        raise DataError(f"{ORIGIN} does not have {name} after it was pushed there")
    return lines[0]


def _end_with(parent: int) -> None:
    """End the current process and all descendants when the worker has gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    _end()


def _end(*_: object) -> None:
    for child in psutil.Process().children():
        kill_tree(child)
    os._exit(1)


def main(order: str, answer: str) -> None:
    """Run the experiment of `order`, and write the outcome to the file `answer`."""
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    signal.signal(signal.SIGTERM, _end)
    try:
        outcome = {"kind": "finished", "text": run(Order(**json.loads(order)))}
    except (DataError, OSError) as error:
        outcome = {"kind": "failed", "text": as_line(error)}
    write_text(Path(answer), json.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
