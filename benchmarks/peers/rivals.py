"""The ranks of the peers' rivals: all baselines, and the blend over several seeds."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.peers.cache import hash_of, load, place_of
from benchmarks.scores import Found, best_of, rank_baselines, with_settings
from benchmarks.trainers.ranks import KINDS
from playlist2vec.base.files import whole_file

PREPARED = (
    "vocabulary/vocabulary.tsv",
    "split/train.npz",
    "split/validation.npz",
    "split/test.npz",
)
LIBRARY = Path("playlist2vec")


def ingredients(folder: Path, params: dict[str, Any]) -> dict[str, Any]:
    """Return the ingredients of the rivals' ranks, for the cache: data, parameters, library."""
    return {
        "data": hash_of(folder / "data" / each for each in PREPARED),
        "params": {name: params[name] for name in ("evaluate", "baselines")},
        "library": hash_of(sorted(LIBRARY.rglob("*.py"))),
    }


def best_baseline(folder: Path, params: dict[str, Any]) -> tuple[str, Found]:
    """Rank by every baseline; return the name of the best by NDCG@10 on validation, and all ranks.

    Writes `settings.json` into the folder, for the blend.
    """
    place = place_of("baselines", **ingredients(folder, params))
    if not place.is_file():
        found = rank_baselines(folder)
        arrays = {f"{name}|{kind}": ranks[kind] for name, ranks in found.items() for kind in KINDS}
        settings = np.array((folder / "settings.json").read_text("utf-8"))
        with whole_file(place) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays, settings=settings)
    kept = load(place)
    (folder / "settings.json").write_text(str(kept.pop("settings")), encoding="utf-8")
    ranks: Found = {}
    for key, each in kept.items():
        name, _, kind = key.rpartition("|")
        ranks.setdefault(name, {})[kind] = [each.astype(np.float64)]
    return best_of(ranks, ranks), ranks


def rank_blend(folder: Path, params: dict[str, Any], best: dict[str, Any], seeds: int) -> Found:
    """Rank by the blend of counts and Word2Vec with the settings `best`, for seeds from 1.

    To be called after `best_baseline`.
    """
    runs = []
    for seed in range(1, seeds + 1):
        place = place_of(
            "blend", **ingredients(folder, params), best=best, train=params["train"], seed=seed
        )
        if not place.is_file():
            name = f"best{seed}"
            changed = with_settings(params, best | {"train.seed": seed})
            (folder / f"{name}.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
            subprocess.run(
                [sys.executable, "-m", "benchmarks.scores", "--run", str(folder), name], check=True
            )
            with whole_file(place) as unfinished:
                Path(unfinished).write_bytes((folder / f"{name}.npz").read_bytes())
        runs.append(load(place))
    return {
        "blend": {
            kind: [each[f"blend_{kind}"].astype(np.float64) for each in runs] for kind in KINDS
        }
    }
