"""Run a grid on a Dask cluster: workers clone the repository, run experiments and push them."""

import time
from contextlib import ExitStack
from pathlib import Path
from shlex import quote
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import visible
from playlist2vec.engine.cluster import FORSAKEN, Shipped, connect, result_of, threads
from playlist2vec.engine.worker_process import versions
from workflow.cluster import worker
from workflow.cluster.run import LIBRARIES
from workflow.experiments.grid_files import Grid
from workflow.experiments.reasons import reason_in
from workflow.experiments.records import as_overrides, finished_experiments, shared_stages
from workflow.experiments.running import Configuration, Screen, StoppedError, run_shared
from workflow.git import git, git_address, identity
from workflow.sharing.addresses import PRIVATE, shown
from workflow.sharing.experiments import experiments_of, take
from workflow.sharing.storage import Storage, named, using

LOGS = ".dvc/tmp/cluster"
LOOK_EVERY = 0.5
NAMED = "CLUSTER"
MADE = ("metrics/", "dvc.lock", "final/dvc.lock", ".dvc/config")
"""Paths written by runs, and the setting of the remote: workers need neither from this machine."""


def run_on_cluster(
    address: str, git_remote: str, grid: Grid, configurations: list[Configuration]
) -> tuple[dict[str, str], dict[str, str]]:
    """Run every configuration to the end on the cluster, except finished ones.

    Returns the revisions of the finished experiments, all pulled to this machine, and the reasons
    of the failed ones, by name. Raises DataError if a worker could not get the current state,
    StoppedError after Ctrl-C.
    """
    head = pushed_head(git_remote)
    client = connect(address, NAMED)
    try:
        run_shared(grid.varied())
        with using("", "", commit=False) as storage:
            share_stages(storage, shared_stages(grid.varied()))
            wanted = {each.name: each for each in configurations}
            here = set(finished_experiments(head))
            take_over(storage, git_remote, head, [name for name in wanted if name not in here])
            remote = storage.url if storage.name == PRIVATE else ""
            return _run_all(client, storage, git_remote, head, wanted, remote)
    finally:
        client.close(timeout=2)


def pushed_head(git_remote: str) -> str:
    """Return the commit of the workspace.

    Raises DataError unless the workspace equals the commit and the Git remote has the commit.
    """
    if not git_address(git_remote):
        raise DataError(
            f"there is no Git remote {git_remote}: expected one that the workers reach: "
            f"`git remote add {quote(git_remote)} URL`, or GIT_REMOTE=NAME"
        )
    if below := git("rev-parse", "--show-prefix").strip():
        raise DataError(
            f"CLUSTER: the project is in {below} of a larger repository: expected a repository of "
            "its own"
        )
    lines = git("status", "--porcelain", "--untracked-files=no").splitlines()
    changed = [line[3:] for line in lines if not line[3:].startswith(MADE)]
    if changed:
        raise DataError(
            f"{named(changed)}: not committed: expected `git commit` and `git push`, workers run a "
            "commit"
        )
    if git("rev-list", "--count", "HEAD", "--not", f"--remotes={git_remote}").strip() != "0":
        typed = f"git push {quote(git_remote)} HEAD"
        raise DataError(f"{git_remote} lacks this commit: expected `{typed}`, workers clone it")
    return git("rev-parse", "HEAD").strip()


def share_stages(storage: Storage, stages: list[str]) -> None:
    """Push the outputs common to all configurations, and the run cache that identifies them."""
    files = storage.repo.push(targets=stages, run_cache=True)
    print(f"pushed for the workers: {files} files", flush=True)


def take_over(storage: Storage, git_remote: str, head: str, names: list[str]) -> None:
    """Pull those of the named experiments on `head` that the Git remote has, with data."""
    refs = {f"refs/exps/{head[:2]}/{head[2:]}/{name}" for name in names}
    there = [each for each in experiments_of(git_remote) if each.ref in refs] if names else []
    if there and (problems := take(storage, git_remote, there).problems()):
        print(
            visible(f"experiments of the workers, from {shown(storage.url)}{problems}"), flush=True
        )


def _run_all(
    client: Any,
    storage: Storage,
    git_remote: str,
    head: str,
    wanted: dict[str, Configuration],
    remote: str,
) -> tuple[dict[str, str], dict[str, str]]:
    known = {name for name in wanted if name in finished_experiments(head)}
    missing = {name: each for name, each in wanted.items() if name not in known}
    print(
        (
            f"{len(wanted)} configurations: {len(known)} known, {len(missing)} for "
            f"{threads(client)} workers"
        ),
        flush=True,
    )
    waiting = _submitted(client, git_remote, head, missing, remote)
    with ExitStack() as stack:
        screen = Screen(stack, wanted, known)
        failed = _followed(client, storage, git_remote, head, waiting, screen)
    finished = {
        name: revision for name, revision in finished_experiments(head).items() if name in wanted
    }
    lost = [name for name in missing if name not in finished and name not in failed]
    return finished, failed | dict.fromkeys(lost, "it is not at the Git remote")


def _submitted(
    client: Any, git_remote: str, head: str, missing: dict[str, Configuration], remote: str
) -> dict[str, Any]:
    """Submit the experiments to the cluster; return all futures by name of experiment."""
    own = {name: value for name, value in identity().items() if value}
    address = _absolute(git_address(git_remote))
    function = Shipped(worker.run_experiment, worker)
    expected = versions(LIBRARIES)
    orders = {
        name: {
            "name": name,
            "overrides": as_overrides(each.settings),
            "remote": remote,
            "versions": expected,
        }
        for name, each in missing.items()
    }
    return {
        name: client.submit(
            function,
            address,
            head,
            own,
            order,
            key=f"playlist2vec-{name}-{time.time_ns()}",
            pure=False,
            retries=2,
        )
        for name, order in orders.items()
    }


def _followed(
    client: Any,
    storage: Storage,
    git_remote: str,
    head: str,
    waiting: dict[str, Any],
    screen: Screen,
) -> dict[str, str]:
    """Wait for the experiments and take over finished ones; return the reasons of failed ones."""
    failed: dict[str, str] = {}
    alone = time.monotonic()
    try:
        while waiting:
            ended = [name for name, future in waiting.items() if future.done()]
            for name in ended:
                if reason := _reason(client, waiting.pop(name), name):
                    failed[name] = reason
            take_over(storage, git_remote, head, [name for name in ended if name not in failed])
            screen.show({}, finished_experiments(head), failed)
            if ended or (client.status == "running" and threads(client)):
                alone = time.monotonic()
            elif time.monotonic() - alone > FORSAKEN:
                raise DataError(
                    f"{NAMED}: no worker was connected for {FORSAKEN:.0f} seconds: expected "
                    "workers that stay; the same command goes on from here"
                )
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        client.cancel(list(waiting.values()), force=True)
        raise StoppedError(
            f"stopped: {len(waiting)} experiments were not finished; the same command goes on from "
            "here"
        ) from None
    return failed


def _absolute(address: str) -> str:
    """Return the address of a Git remote; the address of a folder is made absolute."""
    return str(Path(address).resolve()) if Path(address).is_dir() else address


def _reason(client: Any, future: Any, name: str) -> str:
    """Return the reason of a failed experiment, empty for success; log the experiment's output."""
    try:
        kind, text, printed = result_of(client, future, name)
    except DataError as error:
        if client.status != "running":
            raise
        return str(error)
    write_text(Path(LOGS) / f"{name}.log", printed)
    return "" if kind == "finished" else text or reason_in(printed)
