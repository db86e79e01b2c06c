"""`python -m workflow.sharing.share [ADDRESS]`: push data, run cache and experiments for teammates.

`make share REMOTE=ADDRESS` sets DVC's default remote, pushes to it, and prints the command for
teammates.
"""

import argparse
import sys
from pathlib import Path
from re import fullmatch
from shlex import quote
from typing import Any

from playlist2vec.base.addresses import without_secrets
from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from workflow.git import experiments_at, git, git_address
from workflow.sharing.addresses import PRIVATE, SHARED, shown
from workflow.sharing.failures import one_line
from workflow.sharing.settings import FILES
from workflow.sharing.storage import Storage, incomplete, named, using

MODEL = "data/model"


def share(text: str, endpoint: str, git_remote: str) -> None:
    """Share the results at the address `text`, or at the default remote if `text` is empty."""
    with using(text, endpoint, commit=True) as storage:
        files, entries = push(storage)
        print(
            f"pushed to {shown(storage.url)}: {files} files of data, {entries} entries of the run "
            "cache"
        )
        print(push_experiments(storage, git_remote))
        for warning in warnings(storage, git_remote):
            print(f"share: warning: {warning}", file=sys.stderr)
        if storage.name == SHARED or not _repository()[1]:
            # DVC accepts a remote on its command line only for the top folder of a repository.
            print(f"people with DVC alone type: {for_consumers(storage, git_remote)}")
        print(f"teammates type: {for_teammates(storage, git_remote)}")


def for_teammates(storage: Storage, git_remote: str) -> str:
    """Return the command for teammates, quoted for a shell and `make`."""
    top, place = _repository()
    name = f"./{top.name}" if top.name.startswith("-") else top.name
    folder = f"{name}/{place}" if place else name
    # The Makefile uses the value unchanged, dollars included.
    remote = quote(f"REMOTE={shown(storage.url)}") if storage.name == PRIVATE else ""
    clone = f"git clone {quote(_source(git_remote))} {quote(name)} && cd {quote(folder)}"
    return f"{clone} && make join {remote}".strip()


def for_consumers(storage: Storage, git_remote: str) -> str:
    """Return the command that gets the embeddings with DVC alone, without a clone."""
    _, place = _repository()
    remote = f" --remote {PRIVATE} --remote-config {quote(f'url={shown(storage.url)}')}"
    command = f"dvc get {quote(_source(git_remote))} {quote(str(Path(place, MODEL)))}"
    return f"{command}{remote if storage.name == PRIVATE else ''}"


def _source(git_remote: str) -> str:
    # A token in the address of Git or of the store belongs to this user only.
    return without_secrets(git_address(git_remote)) or str(_repository()[0])


def _repository() -> tuple[Path, str]:
    """Return the top folder of the Git repository, and the working directory relative to the top.

    The path is empty for the top folder.
    """
    place = git("rev-parse", "--show-prefix").removesuffix("\n").removesuffix("/")
    return Path.cwd().parents[place.count("/")] if place else Path.cwd(), place


def push(storage: Storage) -> tuple[int, int]:
    """Push the data of the last commit and the workspace, then the run cache; return both counts.

    The counts are files and entries. Raises DataError if an object is neither here nor at the
    remote.
    """
    files = storage.repo.push(revs=["HEAD"])
    if storage.heard.missing:
        names = named(incomplete(storage.repo)) or "data of the last commit"
        raise DataError(
            f"{names}: neither here nor there: expected `make repro`, or `make join` if they were "
            "shared"
        )
    files += _push_files_of_folders(storage.repo)
    return files, storage.repo.push(run_cache=True)


def _push_files_of_folders(repo: Any) -> int:
    """Push files lost by the remote: DVC assumes all files of a folder if their list is there."""
    objects = {
        each for found in repo.used_objs(revs=["HEAD"], push=True).values() for each in found
    }
    done = repo.cloud.transfer(
        repo.cache.local, repo.cloud.get_remote_odb(), objects, shallow=False
    )
    return len(done.transferred)


def push_experiments(storage: Storage, git_remote: str) -> str:
    """Push all experiments, with data; return a line with the outcome."""
    from dvc.scm import SCMError

    here = experiments_at(".")
    if not git_address(git_remote):
        # A value that is not a name may be an address with a token.
        name = git_remote if fullmatch(r"[\w.-]+", git_remote) else "of this name"
        add = f"`git remote add {name if name == git_remote else 'origin'} URL`"
        return (
            f"experiments: {len(here)} stay here, there is no Git remote {name}: {add}, or "
            "GIT_REMOTE=NAME, and share again"
            if here
            else "experiments: none"
        )
    experiments_at(git_remote)
    try:
        done = (
            storage.repo.experiments.push(git_remote, all_commits=True, push_cache=True)
            if here
            else {}
        )
    except SCMError as error:
        raise DataError(
            f"{git_remote}: {one_line(error)}: expected a Git remote that takes your pushes"
        ) from error
    new, known = (done.get(status, []) for status in ("success", "up_to_date"))
    files = done.get("uploaded", 0)
    line = (
        f"experiments: {len(new)} pushed to {git_remote}, {len(known)} there already, with {files} "
        "new files"
    )
    if storage.heard.missing:
        line += f"; {storage.heard.missing} of their objects are not here any more"
    if diverged := done.get("diverged"):
        names = [each if each.isprintable() else ascii(each) for each in diverged]
        line += f"; not {named(names)}: {git_remote} has other experiments of that name"
    return line


def warnings(storage: Storage, git_remote: str) -> list[str]:
    """Return the reasons why teammates cannot get the current state."""
    found = []
    changed = git("diff", "--name-only", "--relative", "-z", "HEAD").split("\0")[:-1]
    if storage.name == SHARED and str(FILES[0]) in changed:
        found.append(
            f"teammates find the address in {FILES[0]}: commit it: git commit {FILES[0]} --message "
            "'Share'"
        )
    if others := [path for path in changed if path != str(FILES[0])]:
        found.append(
            f"teammates get what is committed; {named(others)} is not: commit, then share again"
        )
    if stale := storage.repo.status():
        found.append(
            f"`dvc repro` would run {named(list(stale))}: `make repro` and commit, then share again"
        )
    if git_address(git_remote):
        ahead = git("rev-list", "--count", "HEAD", "--not", f"--remotes={git_remote}").strip()
        if ahead != "0":
            found.append(
                f"{git_remote} lacks {ahead} of your commits: git push {quote(git_remote)} HEAD"
            )
    return found


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workflow.sharing.share",
        description="Push data, run cache and experiments to where teammates can take them from.",
        epilog="example: make share REMOTE=ssh://me@example.org/srv/songs; see docs/sharing.md",
    )
    parser.add_argument(
        "address", nargs="?", default="", help="a folder or an address; else the default remote"
    )
    parser.add_argument(
        "--endpoint",
        default="",
        help="the server, where s3:// or gs:// is not Amazon's or Google's",
    )
    parser.add_argument(
        "--git-remote", default="origin", help="the Git remote that takes the experiments"
    )
    arguments = parser.parse_args()
    try:
        share(arguments.address, arguments.endpoint, arguments.git_remote)
    except DataError as error:
        sys.exit(as_line(f"share: {error}"))


if __name__ == "__main__":
    main()
