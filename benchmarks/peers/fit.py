"""`python -m benchmarks.peers.fit TASK PEER SECONDS JOBS`: train a peer, and write its ranks.

Runs in the peers' environment, on one thread. SECONDS is the CPU time of a training. JOBS is JSON,
a list of settings, seed and the .npz file for the result of `train_and_rank`.
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
"""Scores of all songs for histories: (histories, songs), minus infinity for an unknown song."""
Fit = Callable[[Task, Settings, int, Budget], Iterator[Scorer]]
"""Trains with a seed until the budget is spent; yields the model at checkpoints.

A yielded scorer is valid until the next one.
"""
WHERE = {
    "sasrec": "benchmarks.peers.transformers",
    "bert4rec": "benchmarks.peers.transformers",
    "gru4rec": "benchmarks.peers.recurrent",
    "als": "benchmarks.peers.factors",
    "bpr": "benchmarks.peers.factors",
}
"""The module of every peer, with a function named after the peer."""


def train_and_rank(
    fit: Fit, task: Task, settings: Settings, seed: int, budget: Budget
) -> dict[str, NDArray[np.float64]]:
    """Train and return ranks of answerable questions: `validation`, `test`, float64 (questions,).

    The ranks are those of the checkpoint with the highest NDCG@10 on validation, the first of equal
    ones. `looks`: NDCG@10 on validation at every checkpoint. `seconds`: CPU time of the training.
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
    """Return the place of every target in the list of its history: float64 (questions,)."""
    return rank_in_scores(scorer(asked.histories), asked.targets, asked.excluded)


def main() -> None:
    """Run the command line."""
    path, peer, seconds, jobs = sys.argv[1:]
    task = Task.load(Path(path))
    fit: Fit = getattr(import_module(WHERE[peer]), peer)
    for settings, seed, out in json.loads(jobs):
        found = train_and_rank(fit, task, settings, seed, Budget(float(seconds)))
        with whole_file(out) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, **found)


if __name__ == "__main__":
    main()
