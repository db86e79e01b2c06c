"""Whether the best experiment of a table is better than params.yaml, on the same validation pairs."""

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
"""Parameters that decide what counts as a hit, so that scores under two values of them say nothing
of the models.
"""


def revision_of(settings: Settings, params: dict[str, Any], table: Path) -> str:
    """Return the revision of the experiment with `settings` over `params`, which runs unless it did
    on this commit.

    `table`: the file that the settings stand in, for the error. Raises DataError when the run
    fails.
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
    """Return whether the experiment `revision` is better than the workspace, and a sentence that
    says why or why not.

    Better is a higher estimate of the score `by` on the same validation pairs; the sentence gives
    the paired interval too, and says whether it excludes zero. `settings`: what the experiment
    changes in params.yaml. What cannot be compared is not better: other pairs, or another notion of
    a hit.
    """
    if not settings:
        return False, "it is what params.yaml says already"
    for key in COUNTING:
        if key in settings:
            return False, f"{key} = {settings[key]} counts hits otherwise than params.yaml does"
    try:
        found = compare_revisions("workspace", revision, (by,))
    except DataError as error:
        return False, str(error)
    now, new, difference = found.scores[by]
    excluded = "excludes" if difference.low > 0 or difference.high < 0 else "does not exclude"
    better = difference.estimate > 0
    return better, (
        f"{'better' if better else 'not better'} than params.yaml, {by} {new.estimate:.4f} against {now.estimate:.4f} "
        f"on the same {found.pairs:,} validation pairs: {difference.estimate:+.4f} [{difference.low:+.4f}, "
        f"{difference.high:+.4f}] (paired, 95 %), which {excluded} zero"
    )
