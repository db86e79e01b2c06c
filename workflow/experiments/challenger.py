"""The comparison of a table's best experiment with params.yaml, on the same validation pairs."""

from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.evaluation.comparison import compare_revisions
from workflow.experiments.grid_files import Settings
from workflow.experiments.queue import Queue
from workflow.experiments.records import finished_experiments
from workflow.experiments.running import configure, run_all
from workflow.git import git

COUNTING = ("evaluate.repeats", "evaluate.suggest_known")
"""Parameters that define a hit: scores under different values say nothing about the models."""


def revision_of(settings: Settings, params: dict[str, Any], table: Path) -> str:
    """Return the revision of the experiment with `settings` over `params`, after a run if missing.

    An experiment is missing if it has not finished on this commit. `table`: the file of the
    settings, for the error. Raises DataError if the run fails.
    """
    configurations = configure([settings], params, str(table))
    name = configurations[0].name
    known = finished_experiments(git("rev-parse", "HEAD").strip())
    if name in known:
        return known[name]
    print(f"{name} is not among the experiments on this commit: its parameters are run", flush=True)
    with Queue() as queue:
        finished, failed = run_all(queue, configurations, 1)
        queue.dismiss_workers()
    if failed:
        raise DataError(f"{name} failed: {failed[name]}")
    return finished[name]


def judge(revision: str, settings: Settings, by: str) -> tuple[bool, str]:
    """Return True if the experiment `revision` beats the workspace, and a sentence with the reason.

    Better is a higher estimate of the score `by` on the same validation pairs. The sentence also
    gives the paired interval and says if it excludes zero. `settings`: the changes of the
    experiment to params.yaml. An experiment with other pairs or another definition of a hit cannot
    be compared and counts as not better.
    """
    if not settings:
        return False, "params.yaml has these parameters already"
    for key in COUNTING:
        if key in settings:
            return False, f"{key} = {settings[key]} counts hits differently from params.yaml"
    try:
        found = compare_revisions("workspace", revision, (by,))
    except DataError as error:
        return False, str(error)
    now, new, difference = found.scores[by]
    excluded = "excludes" if difference.low > 0 or difference.high < 0 else "does not exclude"
    better = difference.estimate > 0
    return better, (
        f"{'better' if better else 'not better'} than params.yaml, {by} {new.estimate:.4f} against "
        f"{now.estimate:.4f} on the same {found.pairs:,} validation pairs: "
        f"{difference.estimate:+.4f} [{difference.low:+.4f}, {difference.high:+.4f}] (paired, 95 "
        f"%), which {excluded} zero"
    )
