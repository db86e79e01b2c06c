"""`python -m workflow.sharing.join [ADDRESS]`: take over what a teammate shared, so that nothing is left to run.

`make join REMOTE=ADDRESS` in a fresh clone sets DVC's default remote, for this machine alone, and pulls from it;
without REMOTE it is the one in .dvc/config.
"""

import argparse
import sys

from playlist2vec.base.errors import DataError
from workflow.git import experiments_at, git_address
from workflow.sharing.addresses import shown
from workflow.sharing.failures import one_line
from workflow.sharing.storage import Storage, incomplete, named, using


def join(text: str, endpoint: str, git_remote: str) -> None:
    """Pull data, run cache and experiments from the address `text`, or from the default remote where it is empty."""
    with using(text, endpoint, commit=False) as storage:
        print(f"pulled {pull(storage)} files from {shown(storage.url)}")
        print(pull_experiments(storage, git_remote))
        stale = storage.repo.status()
    if stale:
        raise DataError(f"`dvc repro` would run {named(list(stale))}: `dvc status` says why: expected another commit")
    print("everything is up to date: `dvc repro dvc.yaml final/dvc.yaml` has nothing to run")


def pull(storage: Storage) -> int:
    """Pull what the workspace needs, and the run cache; returns how many files came.

    Raises DataError when the remote lacks some of them, or when what was changed here would be overwritten.
    """
    from dvc.exceptions import CheckoutError, DownloadError, DvcException

    repo = storage.repo
    try:
        files = int(repo.fetch(run_cache=True))
        repo.checkout()
    except (CheckoutError, DownloadError):
        missing = incomplete(repo)
        if not missing or any(not isinstance(each, FileNotFoundError) for each in storage.heard.failures):
            raise
        outputs = sum(out.use_cache for out in repo.index.outs)
        raise DataError(
            f"{shown(storage.url)}: {len(missing)} of {outputs} outputs missing ({named(missing)}): expected your "
            "teammate to `make share` again, from the commit that you have"
        ) from None
    except DvcException as error:
        if "unsaved files" in str(error):
            raise DataError(f"{one_line(error)}: expected none: `dvc checkout --force` gives them up") from error
        raise
    return files


def pull_experiments(storage: Storage, git_remote: str) -> str:
    """Pull all experiments of a Git remote, with their data; returns a line that says what became of them."""
    from dvc.exceptions import DownloadError
    from dvc.scm import SCMError

    if not git_address(git_remote):
        return f"no experiments: there is no Git remote {git_remote}"
    there = experiments_at(git_remote)
    if not there:
        return f"no experiments: {git_remote} has none"
    try:
        storage.repo.experiments.pull(git_remote, all_commits=True, pull_cache=True)
    except SCMError as error:
        raise DataError(f"{git_remote}: {one_line(error)}: expected a Git remote that you may read") from error
    except DownloadError:
        storage.heard.missing += len(storage.heard.failures)
        storage.heard.failures.clear()
    # They are beside what was asked for, so they spoil nothing.
    lost = f"; {storage.heard.missing} of their objects were not shared" if storage.heard.missing else ""
    return f"experiments: {len(there)} pulled from {git_remote}{lost}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workflow.sharing.join",
        description="Take over data, run cache and experiments that a teammate shared.",
        epilog="example: make join REMOTE=ssh://me@example.org/srv/songs; see docs/sharing.md",
    )
    parser.add_argument("address", nargs="?", default="", help="what `make share` was given; else the default remote")
    parser.add_argument("--endpoint", default="", help="the server, where s3:// or gs:// is not Amazon's or Google's")
    parser.add_argument("--git-remote", default="origin", help="the Git remote that has the experiments")
    arguments = parser.parse_args()
    try:
        join(arguments.address, arguments.endpoint, arguments.git_remote)
    except DataError as error:
        sys.exit(f"join: {error}")


if __name__ == "__main__":
    main()
