"""Experiments of a Git remote, looked at before this repository and DVC take them over."""

import re
from typing import NamedTuple

import yaml

from playlist2vec.base.errors import DataError
from workflow.git import git, git_address
from workflow.sharing.failures import one_line
from workflow.sharing.listings import take_listings
from workflow.sharing.storage import Storage, named

REF = re.compile(r"refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/([^/]+)")
PIPELINE = re.compile(
    r"(.*/)?(dvc\.yaml|\.dvcignore|\.gitmodules|\.gitattributes|[^/]*\.dvc|\.dvc/.*)"
)
"""Files that say where DVC reads and writes; an experiment that has others than a commit of the
history is left out.
"""
LOCKED = re.compile(r"(.*/)?(dvc\.lock|params\.yaml|metrics/.*)")
"""What an experiment changes as a rule."""
LARGEST = 1 << 22
"""Bytes of a YAML file of an experiment."""


class Experiment(NamedTuple):
    """An experiment as a Git remote has it."""

    ref: str
    commit: str

    @property
    def name(self) -> str:
        """Its name, printable."""
        name = self.ref.rpartition("/")[2]
        return name if name.isprintable() else ascii(name)[1:-1]


class Pulled(NamedTuple):
    """What became of experiments: those that are here now, and how many of their objects were not
    shared.

    `diverged`: names that others have here. `refused`: why the others were left out, by name.
    """

    taken: list[Experiment]
    lost: int
    diverged: list[str]
    refused: dict[str, str]

    def problems(self) -> str:
        """The end of a line that says what is not here."""
        line = f"; {self.lost} of their objects were not shared" if self.lost else ""
        line += (
            f"; not {named(self.diverged)}: others of that name are here" if self.diverged else ""
        )
        return line + "".join(f"; not {name}: {reason}" for name, reason in self.refused.items())


def pull_experiments(storage: Storage, git_remote: str) -> str:
    """Pull the experiments of a Git remote, with their data; returns a line that says what became
    of them.

    What an experiment says is not run here. One whose pipeline no commit of the history has, or
    whose files would lie outside their folders, is left out; those with other code are named.
    """
    if not git_address(git_remote):
        return "no experiments: there is no such Git remote"
    there = experiments_of(git_remote)
    if not there:
        return f"no experiments: {git_remote} has none"
    pulled = take(storage, git_remote, there)
    line = f"experiments: {len(pulled.taken)} pulled from {git_remote}{pulled.problems()}"
    if coded := [each.name for each in pulled.taken if _changed(each, LOCKED)]:
        line += f"; {named(coded)} with other code, which `dvc exp apply` takes over: read `git diff` before"
    return line


def take(storage: Storage, git_remote: str, there: list[Experiment]) -> Pulled:
    """Take over those of some experiments at a Git remote that nothing speaks against, with their
    data.
    """
    _bring(git_remote, there)
    reasons = {each: _why_not(storage, each) for each in there}
    accepted = [each for each in there if not reasons[each]]
    taken = [each for each in accepted if _take(each)]
    return Pulled(
        taken,
        _pull_data(storage, taken),
        [each.name for each in accepted if each not in taken],
        {each.name: reason for each, reason in reasons.items() if reason},
    )


def experiments_of(git_remote: str) -> list[Experiment]:
    """The experiments at a Git remote. Raises DataError if it cannot be read."""
    try:
        lines = git("ls-remote", git_remote, "refs/exps/*").splitlines()
    except DataError as error:
        raise DataError(
            f"{error}: expected a Git remote that can be read; data and run cache are done"
        ) from None
    found = [Experiment(ref, commit) for commit, _, ref in (line.partition("\t") for line in lines)]
    return [each for each in found if REF.fullmatch(each.ref)]


def _bring(git_remote: str, experiments: list[Experiment]) -> None:
    """Fetch their commits, without a name, so that nothing shows them or applies them yet."""
    commits = sorted({each.commit for each in experiments})
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    for start in range(0, len(commits), 500):
        git(
            "-c",
            "fetch.fsckObjects=true",
            "fetch",
            *options,
            git_remote,
            *commits[start : start + 500],
        )


def _why_not(storage: Storage, experiment: Experiment) -> str:
    """Why an experiment is left out; empty if it is not."""
    from dvc.exceptions import DvcException

    if not _is_known(experiment.ref):
        return "it began at a commit that is not here"
    pipeline = [path for path in _changed(experiment) if PIPELINE.fullmatch(path)]
    if pipeline:
        return f"it changes {ascii(pipeline[0])[1:-1]}, which only a commit of a branch may"
    for path in _changed(experiment):
        if path.endswith((".yaml", ".lock")) and not _is_plain_yaml(experiment, path):
            return f"{ascii(path)[1:-1]} is no plain YAML"
    try:
        for _ in storage.repo.brancher(revs=[experiment.commit], workspace=False):
            take_listings(storage)
    except (DataError, DvcException) as error:
        return one_line(error)
    return ""


def _is_known(ref: str) -> bool:
    """Whether an experiment began at a commit of this repository's branches or tags."""
    return bool(
        _try("merge-base", "--is-ancestor", _baseline(ref), "HEAD")
        or _branches_with(_baseline(ref))
    )


def _baseline(ref: str) -> str:
    _, _, first, rest, _ = ref.split("/")
    return first + rest


def _branches_with(commit: str) -> str:
    try:
        return git(
            "for-each-ref",
            "--contains",
            commit,
            "--count=1",
            "refs/heads",
            "refs/remotes",
            "refs/tags",
        )
    except DataError:
        return ""


def _try(*arguments: str) -> bool:
    try:
        git(*arguments)
    except DataError:
        return False
    return True


def _changed(experiment: Experiment, usual: re.Pattern[str] | None = None) -> list[str]:
    """The paths of what an experiment has that its first commit has not, without `usual` ones."""
    lines = git(
        "diff", "--name-only", "--no-renames", "-z", _baseline(experiment.ref), experiment.commit
    )
    return [path for path in lines.split("\0") if path and not (usual and usual.fullmatch(path))]


def _is_plain_yaml(experiment: Experiment, path: str) -> bool:
    """Whether a file is YAML of some MB at most without references, which can make it as large as
    they like.
    """
    name = f"{experiment.commit}:{path}"
    if not _try("cat-file", "-e", name):
        return True
    if int(git("cat-file", "-s", name)) > LARGEST:
        return False
    try:
        events = yaml.parse(git("cat-file", "blob", name), yaml.CSafeLoader)
        return not any(getattr(event, "anchor", None) for event in events)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False


def _take(experiment: Experiment) -> bool:
    """Give an experiment its name here; false where another one has it."""
    if _try("rev-parse", "--verify", "--quiet", experiment.ref):
        here = git("rev-parse", experiment.ref).strip()
        if here != experiment.commit and not _try(
            "merge-base", "--is-ancestor", here, experiment.commit
        ):
            return False
    git("update-ref", experiment.ref, experiment.commit)
    return True


def _pull_data(storage: Storage, experiments: list[Experiment]) -> int:
    """Pull the data of experiments; returns how many objects were not there."""
    from dvc.exceptions import DownloadError

    if not experiments:
        return 0
    storage.heard.missing = 0
    try:
        storage.repo.fetch(revs=[each.commit for each in experiments], workspace=False)
    except DownloadError:
        storage.heard.missing += len(storage.heard.failures)
    storage.heard.failures.clear()
    return storage.heard.missing
