"""Git for the commands of workflow: output as text, failures as one line."""

import re
import subprocess

from playlist2vec.base.addresses import without_secrets
from playlist2vec.base.errors import DataError

IDENTITY = ("user.name", "user.email")
TYPED = ('git config user.name "Your Name"', "git config user.email you@example.org")
FIRST_COMMIT = "git init && git add --all && git commit --message 'First'"


def check_ready() -> None:
    """Raise DataError, with the command to type, if Git lacks a repository, a commit or a name."""
    try:
        git("rev-parse", "--show-toplevel")
    except DataError:
        raise DataError(
            f"this folder is not in a Git repository, which experiments need: type `{FIRST_COMMIT}`"
        ) from None
    missing = [typed for name, typed in zip(IDENTITY, TYPED, strict=True) if not identity()[name]]
    if missing:
        raise DataError(
            "Git does not know who you are, and an experiment is a commit: type "
            f"`{' && '.join(missing)}`, and then the same command again"
        )
    try:
        git("rev-parse", "--verify", "--quiet", "HEAD")
    except DataError:
        typed = FIRST_COMMIT.partition(" && ")[2]
        raise DataError(
            f"this repository has no commit, from which experiments begin: type `{typed}`"
        ) from None


def identity() -> dict[str, str]:
    """Return the value of every name in IDENTITY in Git's settings, empty for an unset name."""
    return {name: git("config", "--get", "--default", "", name).strip() for name in IDENTITY}


def experiments_at(git_remote: str) -> list[str]:
    """Return the names of the experiments in a Git repository; `.` is the repository here.

    Raises DataError if the repository cannot be read.
    """
    return [
        ref.rpartition("/")[2]
        for _, ref in experiment_refs(git_remote)
        if re.match("refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/", ref)
    ]


def experiment_refs(git_remote: str) -> list[tuple[str, str]]:
    """Return commit and name of every ref below refs/exps in a Git repository.

    Raises DataError if the repository cannot be read.
    """
    try:
        lines = git("ls-remote", git_remote, "refs/exps/*").splitlines()
    except DataError as error:
        raise DataError(
            f"{error}: expected a Git remote that can be read; data and run cache are done"
        ) from None
    return [(commit, ref) for commit, _, ref in (line.partition("\t") for line in lines)]


def git_address(git_remote: str) -> str:
    """Return the address of a Git remote, empty for an unknown remote."""
    return (
        git("remote", "get-url", git_remote).strip() if git_remote in git("remote").split() else ""
    )


def git(*arguments: str) -> str:
    """Return the output of a Git command. Raises DataError with the reason if Git fails."""
    done = subprocess.run(
        ["git", *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        reason = next((line for line in lines if line.startswith("fatal: ")), lines[-1])
        raise DataError(without_secrets(f"git {' '.join(arguments)}: {reason}"))
    return done.stdout
