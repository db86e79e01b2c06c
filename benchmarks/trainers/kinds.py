"""The effect of the kind of CPU on `blocks`: train with code compiled for several kinds.

`python -m benchmarks.trainers.kinds` prints the first digits of the MD5 of both matrices. Only
kinds that the CPU at hand can run are meaningful; all of these run on any recent x86-64 CPU.
"""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.vocabulary import training_vocabulary
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trainers import train_model

KINDS = ("", "haswell", "nehalem", "generic")
"""Names of CPUs as LLVM knows them; empty for the CPU at hand."""
SIZES = (30, 50, 100)
SONGS, PLAYS = 60, 4_000


def digits(folder: Path, size: int) -> str:
    """Train with vectors of `size` numbers; return the first MD5 digits of both matrices."""
    steps = np.arange(PLAYS)
    tracks = (steps * 7 % 13 + steps // 11).astype(np.int32) % SONGS
    rows = np.arange(PLAYS // 20)
    walks = Playlists(tracks, np.arange(0, PLAYS + 1, 20), rows.astype(np.uint64), rows)
    walks.save(folder / "train.npz")
    vocabulary, row_of = training_vocabulary([walks], [f"song{song:02}" for song in range(SONGS)])
    params = replace(
        read_section("params.yaml", TrainParams),
        trainer="blocks",
        contexts="window",
        vector_size=size,
        epochs=5,
    )
    train = partial(train_model, Parts(folder / "train.npz").blocks, row_of, vocabulary)
    model = train(params, folder).model
    content = model.input.tobytes() + model.output.tobytes()
    return md5(content, usedforsecurity=False).hexdigest()[:8]


def main() -> None:
    """Print a line for every kind of CPU; numba reads the kind on import."""
    print("| compiled for | " + " | ".join(f"{size} dimensions" for size in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    for kind in KINDS:
        chosen = {"NUMBA_CPU_NAME": kind, "NUMBA_CPU_FEATURES": ""} if kind else {}
        command = [sys.executable, "-m", "benchmarks.trainers.kinds", "--train"]
        done = subprocess.run(
            command, env=os.environ | chosen, capture_output=True, text=True, check=True
        )
        print(f"| {kind or 'the CPU at hand'} | {done.stdout.strip()} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--train"]:
        with TemporaryDirectory() as scratch:
            print(" | ".join(digits(Path(scratch), size) for size in SIZES))
    else:
        main()
