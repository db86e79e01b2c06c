"""The effect of the kind of CPU on embeddings: train with BLAS kernels of several kinds.

`python -m benchmarks.cpu_kinds` compares the bytes and prints the table in docs/reproducibility.md,
for an x86-64 CPU.
"""

import os
import subprocess
import sys
from dataclasses import replace
from hashlib import md5
from pathlib import Path

KINDS = ("", "Haswell", "Zen", "SkylakeX", "Sandybridge")
SIZES = (30, 32, 64, 100)


def train_and_hash(sizes: tuple[int, ...]) -> list[str]:
    """Train in the current process; return the first MD5 digits of the input vectors by size."""
    import numpy as np

    from playlist2vec.base.rules import read_section
    from playlist2vec.corpus.playlists import Playlists
    from playlist2vec.corpus.vocabulary import InRows, training_vocabulary
    from playlist2vec.models.word2vec.params import TrainParams
    from playlist2vec.models.word2vec.training import make_contexts, train_word2vec

    songs, plays = 60, 4_000
    tracks = (np.arange(plays) * 7 % 13 + np.arange(plays) // 11).astype(np.int32) % songs
    rows = np.arange(200)
    walks = Playlists(tracks, np.arange(0, plays + 1, 20), rows.astype(np.uint64), rows)
    vocabulary, row_of = training_vocabulary(
        [walks], [f"song{number:02}" for number in range(songs)]
    )
    found = []
    for size in sizes:
        params = replace(
            read_section("params.yaml", TrainParams), contexts="window", vector_size=size, epochs=3
        )
        contexts = make_contexts(InRows([walks], row_of), vocabulary, params, Path())
        trained = train_word2vec(contexts, vocabulary, params)
        found.append(md5(trained.model.input.tobytes(), usedforsecurity=False).hexdigest()[:8])
    return found


def main() -> None:
    """Print a line for every kind of CPU.

    NumPy chooses its kernels on import, so a kind needs a process of its own.
    """
    print("| OPENBLAS_CORETYPE | " + " | ".join(f"{size} dimensions" for size in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    for kind in KINDS:
        environment = (
            os.environ
            | {"OPENBLAS_NUM_THREADS": "1"}
            | ({"OPENBLAS_CORETYPE": kind} if kind else {})
        )
        command = [sys.executable, "-m", "benchmarks.cpu_kinds", "--train"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        print(f"| {kind or 'not set'} | " + " | ".join(done.stdout.split()) + " |")


if __name__ == "__main__":
    if "--train" in sys.argv:
        print(*train_and_hash(SIZES))
    else:
        main()
