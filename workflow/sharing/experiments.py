"""Experiments of a Git remote, checked before Git and DVC take them over."""

import re
from typing import NamedTuple

import yaml

from playlist2vec.base.errors import DataError
from workflow.git import experiment_refs, git, git_address
from workflow.sharing.failures import one_line
from workflow.sharing.listings import take_listings
from workflow.sharing.storage import Storage, named

REF = re.compile(r"refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/([^/]+)")
PIPELINE = re.compile(
    r"(.*/)?(dvc\.yaml|\.dvcignore|\.gitmodules|\.gitattributes|[^/]*\.dvc|\.dvc/.*)"
)
"""Files that tell DVC where to read and write.

An experiment with versions of these files that no commit of the history has is left out.
"""
LOCKED = re.compile(r"(.*/)?(dvc\.lock|params\.yaml|metrics/.*)")
"""Files that experiments usually change."""
LARGEST = 1 << 22
"""Maximal bytes of an experiment's YAML file."""


class Experiment(NamedTuple):
    """An experiment at a Git remote."""

    ref: str
    commit: str

    @property
    def name(self) -> str:
        """The printable name."""
        name = self.ref.rpartition("/")[2]
        return name if name.isprintable() else ascii(name)[1:-1]


class Pulled(NamedTuple):
    """The outcome of a pull: the experiments now here, and the number of objects never shared.

    `diverged`: names already used here by other experiments. `refused`: the reason of every
    left-out experiment, by name.
    """

    taken: list[Experiment]
    lost: int
    diverged: list[str]
    refused: dict[str, str]

    def problems(self) -> str:
        """Return the end of a line, with missing experiments and objects."""
        line = f"; {self.lost} of their objects were not shared" if self.lost else ""
        line += (
            f"; not {named(self.diverged)}: other experiments of that name are here"
            if self.diverged
            else ""
        )
        return line + "".join(f"; not {name}: {reason}" for name, reason in self.refused.items())


def pull_experiments(storage: Storage, git_remote: str) -> str:
    """Pull the experiments of a Git remote, with data; return a line with the outcome.

    No code of an experiment runs here. An experiment is left out if no commit of the history has
    its pipeline, or if its files would lie outside their folders. Experiments with other code are
    named.
    """
    if not git_address(git_remote):
        return "no experiments: there is no such Git remote"
    there = experiments_of(git_remote)
    if not there:
        return f"no experiments: {git_remote} has none"
    pulled = take(storage, git_remote, there)
    line = f"experiments: {len(pulled.taken)} pulled from {git_remote}{pulled.problems()}"
    if coded := [each.name for each in pulled.taken if _changed(each, LOCKED)]:
        line += (
            f"; {named(coded)} with other code, which `dvc exp apply` takes over: read `git diff` "
            "before"
        )
    return line


def take(storage: Storage, git_remote: str, there: list[Experiment]) -> Pulled:
    """Take over the experiments of `there` that pass the checks, data included."""
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
    """Return the experiments at a Git remote. Raises DataError if the remote cannot be read."""
    return [
        Experiment(ref, commit) for commit, ref in experiment_refs(git_remote) if REF.fullmatch(ref)
    ]


def _bring(git_remote: str, experiments: list[Experiment]) -> None:
    """Fetch the commits of experiments without a ref, hidden from DVC until the checks are done."""
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
    """Return the reason to leave an experiment out; empty if there is none."""
    from dvc.exceptions import DvcException

    if not _is_known(experiment.ref):
        return "it began at a commit that is not here"
    pipeline = [path for path in _changed(experiment) if PIPELINE.fullmatch(path)]
    if pipeline:
        return f"it changes {ascii(pipeline[0])[1:-1]}, which only a commit of a branch may"
    for path in _changed(experiment):
        if path.endswith((".yaml", ".lock")) and not _is_plain_yaml(experiment, path):
            return f"{ascii(path)[1:-1]} is not plain YAML"
    try:
        for _ in storage.repo.brancher(revs=[experiment.commit], workspace=False):
            take_listings(storage)
    except (DataError, DvcException) as error:
        return one_line(error)
    return ""


def _is_known(ref: str) -> bool:
    """Return True if an experiment began at a commit of a branch or tag of the repository."""
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
    """Return the paths changed by an experiment since the baseline, without `usual` paths."""
    lines = git(
        "diff", "--name-only", "--no-renames", "-z", _baseline(experiment.ref), experiment.commit
    )
    return [path for path in lines.split("\0") if path and not (usual and usual.fullmatch(path))]


def _is_plain_yaml(experiment: Experiment, path: str) -> bool:
    """Return True if a file is YAML of at most LARGEST bytes without references.

    References can expand a small file to any size.
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
    """Give an experiment a ref here; return False if another experiment has the same name."""
    if _try("rev-parse", "--verify", "--quiet", experiment.ref):
        here = git("rev-parse", experiment.ref).strip()
        if here != experiment.commit and not _try(
            "merge-base", "--is-ancestor", here, experiment.commit
        ):
            return False
    git("update-ref", experiment.ref, experiment.commit)
    return True


def _pull_data(storage: Storage, experiments: list[Experiment]) -> int:
    """Pull the data of experiments; return the number of missing objects."""
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
