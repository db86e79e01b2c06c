"""`python -m benchmarks.trainers.pace`: CPU seconds that `blocks` needs for the NDCG@10 of gensim.

The playlists are invented at the scale of the Deezer set. gensim trains for `--epochs`; `blocks`
trains for as many and, as long as its mean over the seeds is below gensim's, for a tenth more.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
from tabulate import tabulate

import stages  # noqa: F401 - pins the numeric libraries before NumPy is imported
from benchmarks.machine import machine
from benchmarks.measuring import measure
from benchmarks.tasks.data import SONGS, write_params
from benchmarks.tasks.trainers import KINDS, compile_first, prepared
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.models.word2vec.trainers import train_model
from playlist2vec.ranking.metrics import gains
from playlist2vec.ranking.params import Query

ATTEMPTS = 6
"""Numbers of epochs that `blocks` tries."""
HEAD = ("trainer", "epochs", "final NDCG@10", "CPU seconds", "CPU seconds to gensim's NDCG@10")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trainers.pace", description=__doc__)
    parser.add_argument("--playlists", type=int, default=100_000, help="playlists (100000)")
    parser.add_argument("--epochs", type=int, default=10, help="epochs of gensim (10)")
    parser.add_argument("--seeds", type=int, default=3, help="training seeds (3)")
    parser.add_argument("--run", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        folder, trainer, epochs, seed = arguments.run
        print(json.dumps(train_and_score(Path(folder), trainer, int(epochs), int(seed))))
        return
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary) / "set"
        write_params(folder, arguments.playlists, SONGS * arguments.playlists)
        measure("data.playlists", folder, 1)
        goal, row = trained(folder, "gensim", arguments.epochs, arguments.seeds, np.inf)
        rows = [row]
        for attempt in range(ATTEMPTS):
            epochs = round(arguments.epochs * (1 + attempt / 10))
            reached, row = trained(folder, "blocks", epochs, arguments.seeds, goal)
            rows.append(row)
            if reached >= goal:
                break
    print(f"{machine()}\n\n{tabulate(rows, HEAD, tablefmt='github', disable_numparse=True)}")


def trained(
    folder: Path, trainer: str, epochs: int, seeds: int, goal: float
) -> tuple[float, tuple[str, ...]]:
    """Train with several seeds; returns the mean NDCG@10 at the end, and a row of the table.

    The last cell has the mean seconds of the first epoch after which the mean is `goal` or more.
    """
    runs = []
    for seed in range(1, seeds + 1):
        words = ["--run", str(folder), trainer, str(epochs), str(seed)]
        command = [sys.executable, "-m", "benchmarks.trainers.pace", *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout))
    seconds, scores = np.array(runs).transpose(2, 0, 1)
    mean, shown = scores.mean(axis=0), " ".join(f"{score:.4f}" for score in scores[:, -1])
    there = np.flatnonzero(mean >= goal)
    when = f"{seconds.mean(axis=0)[there[0]]:.1f} (epoch {there[0] + 1})" if len(there) else ""
    row = (trainer, f"{epochs}", f"{mean[-1]:.4f} ({shown})", f"{seconds[:, -1].mean():.1f}", when)
    print(*row, sep=" | ", file=sys.stderr, flush=True)
    return float(mean[-1]), row


def train_and_score(
    folder: Path, trainer: str, epochs: int, seed: int
) -> list[tuple[float, float]]:
    """Return the CPU seconds of the training and NDCG@10 on the validation pairs, at each epoch's
    end.
    """
    parts, rows, vocabulary, params = prepared(folder, trainer=trainer, **KINDS["window_5"])
    params = replace(params, epochs=epochs, seed=seed)
    asked = read_section(folder / "params.yaml", Query)
    ids = Vocabulary.load(folder / "vocabulary.tsv").ids
    pairs = Pairs.load(folder / "split" / "validation.npz")
    found: list[tuple[float, float]] = []
    scoring = 0.0

    def score(_: int, model: Model) -> None:
        nonlocal scoring
        begun = process_time()
        ranks = evaluate_pairs(EmbeddingRanker(model, asked.similarity), pairs, ids, asked).ranks
        found.append((begun - before - scoring, float(np.mean(gains(ranks, (10,))["ndcg@10"]))))
        scoring += process_time() - begun

    with tempfile.TemporaryDirectory() as scratch:
        compile_first(parts, rows, vocabulary, params, Path(scratch))
        before = process_time()
        train_model(parts.blocks, rows, vocabulary, params, Path(scratch), after_epoch=score)
    return found


if __name__ == "__main__":
    main()
