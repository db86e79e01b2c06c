"""Peers in their own environment, where `make peers` has set it up: they learn what is planted."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.peers.choice import PYTHON, fit
from playlist2vec.models.counting.ease import ease_weights
from playlist2vec.models.counting.play_index import PlayIndex
from tests.builders.examples import playlists_of
from tests.builders.planted_task import planted
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(
        not (ROOT / PYTHON).is_file(), reason="`make peers` has not set .venv-peers up"
    ),
]


SMALL = {
    "n_factors": 32,
    "n_blocks": 1,
    "n_heads": 1,
    "dropout_rate": 0.1,
    "lr": 0.01,
    "batch_size": 32,
}
SETTINGS: dict[str, dict[str, Any]] = {
    "sasrec": SMALL,
    "bert4rec": SMALL,
    "gru4rec": {"layer": 32, "learning_rate": 0.1, "batch_size": 16, "n_sample": 64},
    "als": {"factors": 16, "regularization": 0.1, "alpha": 5.0},
    "bpr": {"factors": 16, "learning_rate": 0.1, "regularization": 0.001},
}
PLACE = {"sasrec": 1, "gru4rec": 1}
"""Where the song that follows must stand; for the others among those around the history, on both
sides.
"""
TWICE = """
import json, sys
from importlib import import_module
from itertools import count
from pathlib import Path
from benchmarks.peers.budget import Budget
from benchmarks.peers.fit import WHERE, train_and_rank
from benchmarks.peers.task import Task
task = Task.load(Path(sys.argv[1]))
for peer, settings in json.loads(sys.argv[2]).items():
    fit = getattr(import_module(WHERE[peer]), peer)
    # Time passes with each question for it, so that both trainings have the same number of steps.
    budgets = [Budget(20, count().__next__) for _ in range(3)]
    runs = [train_and_rank(fit, task, settings, *each) for each in zip((1, 1, 2), budgets)]
    first, second, other = runs
    same = all(first[name].tolist() == second[name].tolist() for name in first)
    print(json.dumps([peer, same, first["looks"].tolist() != other["looks"].tolist()]))
"""


def run(script: str, *arguments: str) -> list[Any]:
    """Run a script in the peers' environment, and return its lines of output, which are JSON."""
    command = [str(PYTHON), "-c", script, *arguments]
    environment = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]


@pytest.mark.parametrize("peer", SETTINGS)
def test_a_peer_learns_what_is_planted(peer: str, tmp_path: Path) -> None:
    planted().save(tmp_path / "task.npz")
    fit(tmp_path / "task.npz", peer, 6, [(SETTINGS[peer], 1, str(tmp_path / "ranks.npz"))])
    with np.load(tmp_path / "ranks.npz") as found:
        assert np.mean(found["test"] <= PLACE.get(peer, 6)) > 0.9
        assert 1 <= len(found["looks"]) <= 13


def test_a_seed_gives_the_same_ranks_on_one_thread_and_another_gives_others(tmp_path: Path) -> None:
    planted().save(tmp_path / "task.npz")
    said = run(TWICE, str(tmp_path / "task.npz"), json.dumps(SETTINGS))
    assert said == [[peer, True, True] for peer in SETTINGS]


def test_ease_of_rectools_is_the_baseline() -> None:
    lists = [[0, 1, 2], [1, 2, 3], [3, 4], [0, 4, 2], [4, 1], [2, 3, 0]]
    table = [[user, song, 1.0, "2020-01-01"] for user, songs in enumerate(lists) for song in songs]
    script = (
        "import json, sys, pandas as pd\n"
        "from rectools.dataset import Dataset\n"
        "from rectools.models import EASEModel\n"
        "rows = pd.DataFrame(json.loads(sys.argv[1]), columns=['user_id', 'item_id', 'weight', "
        "'datetime'])\n"
        "data = Dataset.construct(rows)\n"
        "model = EASEModel(regularization=2.0).fit(data)\n"
        "order = data.item_id_map.convert_to_internal(range(5))\n"
        "print(json.dumps(model.weight[order][:, order].tolist()))\n"
    )
    ours = ease_weights(PlayIndex(playlists_of(lists), 5), 2.0)
    assert np.abs(np.array(run(script, json.dumps(table))[0]) - ours).max() < 1e-5
