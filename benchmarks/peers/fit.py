"""`python -m benchmarks.peers.fit TASK PEER SECONDS JOBS`: train a peer, and write its ranks.

Runs in the peers' environment, on one thread. SECONDS of CPU time is what each training has. JOBS
is JSON, a list of settings, seed and the .npz file for what `train_and_rank` returns.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.budget import Budget
from benchmarks.peers.ranks import rank_in_scores
from benchmarks.peers.task import Asked, Sequences, Task
from playlist2vec.base.files import whole_file
from playlist2vec.ranking.metrics import ndcg

Settings = Mapping[str, float | str]
Scorer = Callable[[Sequences], NDArray[np.floating]]
"""Scores of all songs for histories: (histories, songs), minus infinity for a song that the model
does not know.
"""
Fit = Callable[[Task, Settings, int, Budget], Iterator[Scorer]]
"""Trains with a seed until the budget is over; yields its model now and then, to be asked before
the next one comes.
"""
WHERE = {
    "sasrec": "benchmarks.peers.transformers",
    "bert4rec": "benchmarks.peers.transformers",
    "gru4rec": "benchmarks.peers.recurrent",
    "als": "benchmarks.peers.factors",
    "bpr": "benchmarks.peers.factors",
}
"""The module of each peer, where it is the function of its name."""


def train_and_rank(
    fit: Fit, task: Task, settings: Settings, seed: int, budget: Budget
) -> dict[str, NDArray[np.float64]]:
    """Return the ranks of both kinds of questions that can be asked, `validation` and `test`,
    float64 (questions,).

    They are made by the model with the highest NDCG@10 on validation of those that were looked at.
    `looks`: NDCG@10 on validation at each look, of which the first of equal ones counts; `seconds`:
    CPU time of the training.
    """
    looks: list[float] = []
    ranks: dict[str, NDArray[np.float64]] = {}
    for scorer in fit(task, settings, seed, budget):
        with budget.paused():
            found = ranks_of(scorer, task.asked["validation"])
            if not looks or ndcg(found, 10) > max(looks):
                ranks = {"validation": found, "test": ranks_of(scorer, task.asked["test"])}
            looks.append(ndcg(found, 10))
    return ranks | {
        "looks": np.array(looks),
        "seconds": np.array(budget.spent),
    }


def ranks_of(scorer: Scorer, asked: Asked) -> NDArray[np.float64]:
    """The place of each target in the list of its history: float64 (questions,)."""
    return rank_in_scores(scorer(asked.histories), asked.targets, asked.excluded)


def main() -> None:
    """The command line."""
    path, peer, seconds, jobs = sys.argv[1:]
    task = Task.load(Path(path))
    fit: Fit = getattr(import_module(WHERE[peer]), peer)
    for settings, seed, out in json.loads(jobs):
        found = train_and_rank(fit, task, settings, seed, Budget(float(seconds)))
        with whole_file(out) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, **found)


if __name__ == "__main__":
    main()
