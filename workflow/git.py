"""Git, asked by the commands of this folder: answers as text, failures as one line."""

import re
import subprocess

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import without_password


def experiments_at(git_remote: str) -> list[str]:
    """The names of the experiments in a Git repository, `.` for this one. Raises DataError if it cannot be read."""
    try:
        lines = git("ls-remote", git_remote, "refs/exps/*").splitlines()
    except DataError as error:
        raise DataError(f"{error}: expected a Git remote that can be read; data and run cache are done") from None
    refs = [line.split("\t")[1] for line in lines]
    return [ref.rpartition("/")[2] for ref in refs if re.match("refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/", ref)]


def git_address(git_remote: str) -> str:
    """The address of a Git remote; empty when there is none of this name."""
    return git("remote", "get-url", git_remote).strip() if git_remote in git("remote").split() else ""


def git(*arguments: str) -> str:
    """What Git prints. Raises DataError with its reason when it fails."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        reason = next((line for line in lines if line.startswith("fatal: ")), lines[-1])
        raise DataError(without_password(f"git {' '.join(arguments)}: {reason}"))
    return done.stdout
