"""Peers in their own environment, where `make peers` has set it up: they learn what is planted."""

import json
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
    pytest.mark.skipif(not (ROOT / PYTHON).is_file(), reason="`make peers` has not set .venv-peers up"),
]


@pytest.mark.parametrize(
    ("peer", "settings"),
    [
        ("sasrec", {"n_factors": 32, "n_blocks": 1, "n_heads": 1, "dropout_rate": 0.1, "lr": 0.01, "batch_size": 32}),
        ("gru4rec", {"layer": 32, "learning_rate": 0.1, "batch_size": 16, "n_sample": 64}),
        ("bert4rec", {"n_factors": 32, "n_blocks": 1, "n_heads": 1, "dropout_rate": 0.0, "lr": 0.01, "batch_size": 32}),
        ("als", {"factors": 16, "regularization": 0.1, "alpha": 5.0}),
        ("bpr", {"factors": 16, "learning_rate": 0.1, "regularization": 0.001}),
    ],
)
def test_a_peer_learns_what_is_planted(peer: str, settings: dict[str, Any], tmp_path: Path) -> None:
    planted().save(tmp_path / "task.npz")
    jobs = [(settings, seed, str(tmp_path / f"{run}.npz")) for run, seed in enumerate((1, 2))]
    fit(tmp_path / "task.npz", peer, 6, jobs)
    for run in range(2):
        with np.load(tmp_path / f"{run}.npz") as found:
            # The songs around the history are two that continue it and two before it, where order does not matter.
            assert np.mean(found["test"] <= (1 if peer in ("sasrec", "gru4rec") else 6)) > 0.9
            assert 1 <= len(found["looks"]) <= 13


def test_ease_of_rectools_is_the_baseline(tmp_path: Path) -> None:
    lists = [[0, 1, 2], [1, 2, 3], [3, 4], [0, 4, 2], [4, 1], [2, 3, 0]]
    table = [[user, song, 1.0, "2020-01-01"] for user, songs in enumerate(lists) for song in songs]
    script = (
        "import json, sys, pandas as pd\n"
        "from rectools.dataset import Dataset\n"
        "from rectools.models import EASEModel\n"
        "rows = pd.DataFrame(json.loads(sys.argv[1]), columns=['user_id', 'item_id', 'weight', 'datetime'])\n"
        "data = Dataset.construct(rows)\n"
        "model = EASEModel(regularization=2.0).fit(data)\n"
        "order = data.item_id_map.convert_to_internal(range(5))\n"
        "print(json.dumps(model.weight[order][:, order].tolist()))\n"
    )
    done = subprocess.run(
        [PYTHON, "-c", script, json.dumps(table)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = ease_weights(PlayIndex(playlists_of(lists), 5), 2.0)
    assert np.abs(np.array(json.loads(done.stdout)) - ours).max() < 1e-5
