"""`python -m workflow.sharing.join [ADDRESS]`: take over shared results, so nothing is left to run.

`make join REMOTE=ADDRESS` in a fresh clone sets DVC's default remote, for this machine only, and
pulls from it. Without REMOTE, the default remote in .dvc/config is used.
"""

import argparse
import sys

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from workflow.sharing.addresses import shown
from workflow.sharing.experiments import pull_experiments
from workflow.sharing.failures import one_line
from workflow.sharing.listings import damaged, take_listings
from workflow.sharing.run_cache import pull_run_cache
from workflow.sharing.storage import Storage, incomplete, named, using


def join(text: str, endpoint: str, git_remote: str) -> None:
    """Pull data, run cache and experiments from the address `text`, else the default remote."""
    with using(text, endpoint, commit=False) as storage:
        print(f"pulled {pull(storage)} files from {shown(storage.url)}")
        entries, strange = pull_run_cache(storage)
        passed_over = (
            f"; {strange} others do not match their names, and were skipped" if strange else ""
        )
        print(f"run cache: {entries} new entries{passed_over}")
        print(pull_experiments(storage, git_remote))
        stale = storage.repo.status()
    if stale:
        raise DataError(
            f"`dvc repro` would run {named(list(stale))}: `dvc status` says why: expected another "
            "commit"
        )
    print("everything is up to date: `dvc repro dvc.yaml final/dvc.yaml` has nothing to run")


def pull(storage: Storage) -> int:
    """Pull the data of the workspace; return the number of pulled files.

    Raises DataError if the remote lacks some of the files, has other files in their place, or lists
    files outside their folders; and if changes here would be overwritten. In all of these cases
    nothing is written into the workspace.
    """
    from dvc.exceptions import CheckoutError, DownloadError, DvcException

    repo = storage.repo
    unlisted, files = take_listings(storage)
    try:
        listed = [str(out) for out in repo.index.outs if out.use_cache and str(out) not in unlisted]
        if listed:
            files += int(repo.fetch(targets=listed))
        if spoiled := damaged(storage):
            raise DataError(
                f"{shown(storage.url)}: other content than was shared: {named(spoiled)}: expected "
                "the teammate who shared them to delete them there and to `make share` again"
            )
        if unlisted:
            raise _lacking(storage)
        repo.checkout()
    except (CheckoutError, DownloadError):
        if any(not isinstance(each, FileNotFoundError) for each in storage.heard.failures):
            raise
        if not incomplete(repo):
            raise
        raise _lacking(storage) from None
    except DvcException as error:
        if "unsaved files" in str(error):
            raise DataError(
                f"{one_line(error)}: expected no unsaved files: `dvc checkout --force` "
                "discards them"
            ) from error
        raise
    return files


def _lacking(storage: Storage) -> DataError:
    missing = incomplete(storage.repo)
    outputs = sum(out.use_cache for out in storage.repo.index.outs)
    return DataError(
        f"{shown(storage.url)}: {len(missing)} of {outputs} outputs missing ({named(missing)}): "
        "expected your teammate to `make share` again, from the commit that you have"
    )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workflow.sharing.join",
        description="Take over data, run cache and experiments that a teammate shared.",
        epilog="example: make join REMOTE=ssh://me@example.org/srv/songs; see docs/sharing.md",
    )
    parser.add_argument(
        "address",
        nargs="?",
        default="",
        help="what `make share` was given; else the default remote",
    )
    parser.add_argument(
        "--endpoint",
        default="",
        help="the server, where s3:// or gs:// is not Amazon's or Google's",
    )
    parser.add_argument(
        "--git-remote", default="origin", help="the Git remote that has the experiments"
    )
    arguments = parser.parse_args()
    try:
        join(arguments.address, arguments.endpoint, arguments.git_remote)
    except DataError as error:
        sys.exit(as_line(f"join: {error}"))


if __name__ == "__main__":
    main()
