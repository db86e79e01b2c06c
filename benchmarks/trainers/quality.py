"""`python -m benchmarks.trainers.quality`: embeddings of `blocks` beside those of gensim.

For the data sets of benchmarks/scores.yaml, with the parameters that the rule chose: hit@10 and
NDCG@10 on the validation and test pairs together, mean over training seeds, and the paired 95 %
interval of the difference over pairs. Both trainers have equal epochs.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from tabulate import tabulate

import stages  # noqa: F401 - pins the numeric libraries before NumPy is imported
from benchmarks.machine import machine
from benchmarks.scores import GRID, MEASURES, RESAMPLES, SEED, prepare, with_settings
from benchmarks.trainers.ranks import KINDS, ranked, trained
from playlist2vec.base.rules import read_section
from playlist2vec.evaluation.intervals import bootstrap
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.ranking.metrics import gains
from playlist2vec.ranking.params import Query

TRAINERS = ("gensim", "blocks")
HEAD = ("data set", "pairs", "measure", *TRAINERS, "difference", "CPU seconds of a training")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.trainers.quality", description=__doc__
    )
    parser.add_argument("--seeds", type=int, default=5, help="training seeds (5)")
    parser.add_argument("--only", default="", help="names of data sets, with commas between them")
    parser.add_argument(
        "--run", nargs=3, metavar=("FOLDER", "TRAINER", "SEED"), help=argparse.SUPPRESS
    )
    arguments = parser.parse_args()
    if arguments.run:
        folder, trainer, seed = arguments.run
        train_and_rank(Path(folder), trainer, int(seed))
        return
    grid = yaml.safe_load(GRID.read_text("utf-8"))
    committed = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    rows = []
    for name in [each for each in arguments.only.split(",") if each] or list(grid):
        with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
            folder = Path(temporary) / "set"
            prepare(folder, with_settings(committed, grid[name]["data"] | grid[name]["best"]))
            rows += compare(name, folder, arguments.seeds)
    print(f"{machine()}\n\n{tabulate(rows, HEAD, tablefmt='github', disable_numparse=True)}")


def compare(name: str, folder: Path, seeds: int) -> list[list[str]]:
    """Train by both trainers in turn; returns a row of the table for each measure."""
    runs: dict[str, list[dict[str, NDArray[np.float64]]]] = {trainer: [] for trainer in TRAINERS}
    for seed in range(1, seeds + 1):
        for trainer in TRAINERS:
            words = ["--run", str(folder), trainer, str(seed)]
            command = [sys.executable, "-m", "benchmarks.trainers.quality", *words]
            subprocess.run(command, check=True)
            runs[trainer].append(dict(np.load(folder / f"{trainer}{seed}.npz")))
    cpu = " and ".join(
        f"{np.mean([float(run['cpu'][0]) for run in runs[trainer]]):.1f}" for trainer in TRAINERS
    )
    rows = []
    for measure in MEASURES:
        means = [
            np.mean([gains(run["ranks"], (10,))[measure] for run in runs[trainer]], axis=0)
            for trainer in TRAINERS
        ]
        low_to_high = bootstrap((means[1] - means[0])[None], RESAMPLES, SEED)[0]
        shown = "{:+.2f} [{:+.2f}, {:+.2f}]".format(*(100 * each for each in low_to_high))
        levels = [f"{100 * each.mean():.1f}" for each in means]
        rows.append([name, f"{len(means[0]):,}", measure, *levels, shown, cpu])
        print(*rows[-1], sep=" | ", flush=True)
    return rows


def train_and_rank(folder: Path, trainer: str, seed: int) -> None:
    """In a process of its own: train, and write the ranks of all pairs and the CPU seconds."""
    params = folder / "params.yaml"
    section = replace(read_section(params, TrainParams), trainer=trainer, seed=seed, workers=1)
    model, cpu = trained(folder, section)
    _, ranks = ranked(folder, model, read_section(params, Query))
    whole = np.concatenate([ranks[kind] for kind in KINDS])
    np.savez(folder / f"{trainer}{seed}.npz", allow_pickle=False, ranks=whole, cpu=np.array([cpu]))


if __name__ == "__main__":
    main()
