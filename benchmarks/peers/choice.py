"""The choice of a peer's configuration on validation pairs, and runs over several seeds."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.cache import hash_of, load, place_of
from playlist2vec.ranking.metrics import ndcg

PYTHON = Path(".venv-peers/bin/python")
PINS = Path("benchmarks/peers/requirements.txt")
Settings = Mapping[str, Any]
Jobs = list[tuple[Settings, int]]
"""Settings and seed of all trainings."""
Run = Callable[[Jobs], list[dict[str, NDArray[Any]]]]


@dataclass(frozen=True, eq=False)
class Chosen:
    """A peer's chosen settings, and the results by seed: see `fit.train_and_rank`."""

    settings: Settings
    runs: list[dict[str, NDArray[Any]]]


def choose(grid: list[Settings], seeds: int, run: Run) -> Chosen:
    """Choose settings by NDCG@10 on validation with seed 1; then run the other seeds.

    Of equal settings the first is chosen.
    """
    tried = run([(settings, 1) for settings in grid])
    best = int(np.argmax([ndcg(each["validation"], 10) for each in tried]))
    others = run([(grid[best], seed) for seed in range(2, seeds + 1)])
    return Chosen(grid[best], [tried[best], *others])


def runner(task: Path, peer: str, seconds: float) -> Run:
    """Return a function that trains a peer for uncached jobs, in one process."""
    made_of = {"task": hash_of([task]), "peer": peer, "seconds": seconds, "pins": hash_of([PINS])}

    def run(jobs: Jobs) -> list[dict[str, NDArray[Any]]]:
        places = [place_of(peer, **made_of, settings=dict(each), seed=seed) for each, seed in jobs]
        missing = [
            (settings, seed, str(place))
            for (settings, seed), place in zip(jobs, places, strict=True)
            if not place.is_file()
        ]
        if missing:
            fit(task, peer, seconds, missing)
        return [load(place) for place in places]

    return run


def fit(task: Path, peer: str, seconds: float, jobs: Sequence[tuple[Settings, int, str]]) -> None:
    """Train in the peers' environment; a job includes the file for its ranks."""
    words = [
        str(PYTHON),
        "-m",
        "benchmarks.peers.fit",
        str(task),
        peer,
        str(seconds),
        json.dumps(jobs),
    ]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = os.environ | threads | {"CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{peer}: {done.stderr.strip()}")
