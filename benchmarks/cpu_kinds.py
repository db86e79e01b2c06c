"""The effect of the kind of CPU on embeddings: train as on CPUs of several kinds.

`python -m benchmarks.cpu_kinds` compares the bytes with BLAS kernels of several kinds and prints
the table in docs/reproducibility.md, for an x86-64 CPU. `--trainer blocks` does so with code
compiled for several kinds, all of which run on any recent x86-64 CPU.
"""

import argparse
import os
import signal
import subprocess
import sys
from dataclasses import replace
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory

KINDS = {
    "gensim": ("OPENBLAS_CORETYPE", ("", "Haswell", "Zen", "SkylakeX", "Sandybridge")),
    "blocks": ("NUMBA_CPU_NAME", ("", "haswell", "nehalem", "generic")),
}
"""Environment variable of the kind, and kinds, by trainer; empty for the CPU at hand."""
SIZES = (30, 32, 64, 100)


def train_and_hash(trainer: str, sizes: tuple[int, ...]) -> list[str]:
    """Train in the current process; return the first MD5 digits of the input vectors by size."""
    import numpy as np

    from playlist2vec.base.rules import read_section
    from playlist2vec.corpus.playlists import Playlists
    from playlist2vec.corpus.storage import Parts
    from playlist2vec.corpus.vocabulary import training_vocabulary
    from playlist2vec.models.word2vec.params import TrainParams
    from playlist2vec.models.word2vec.trainers import train_model

    songs, plays = 60, 4_000
    tracks = (np.arange(plays) * 7 % 13 + np.arange(plays) // 11).astype(np.int32) % songs
    rows = np.arange(200)
    walks = Playlists(tracks, np.arange(0, plays + 1, 20), rows.astype(np.uint64), rows)
    vocabulary, row_of = training_vocabulary(
        [walks], [f"song{number:02}" for number in range(songs)]
    )
    params = replace(
        read_section("params.yaml", TrainParams), trainer=trainer, contexts="window", epochs=3
    )
    found = []
    with TemporaryDirectory() as scratch:
        walks.save(Path(scratch) / "train.npz")
        blocks = Parts(Path(scratch) / "train.npz").blocks
        for size in sizes:
            sized = replace(params, vector_size=size)
            model = train_model(blocks, row_of, vocabulary, sized, Path(scratch)).model
            found.append(md5(model.input.tobytes(), usedforsecurity=False).hexdigest()[:8])
    return found


def main() -> None:
    """Print a line for every kind of CPU.

    NumPy and numba read the kind on import, so a kind needs a process of its own.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cpu_kinds", description=__doc__)
    parser.add_argument("--trainer", choices=KINDS, default="gensim", help="trainer (gensim)")
    parser.add_argument("--train", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.train:
        print(*train_and_hash(given.trainer, SIZES))
        return
    variable, kinds = KINDS[given.trainer]
    print(f"| {variable} | " + " | ".join(f"{size} dimensions" for size in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    for kind in kinds:
        chosen = {variable: kind, "NUMBA_CPU_FEATURES": ""} if kind else {}
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | chosen
        command = [sys.executable, "-m", "benchmarks.cpu_kinds", "--trainer", given.trainer]
        done = subprocess.run(
            [*command, "--train"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode == -signal.SIGILL:
            cells = ["not run by this CPU"] * len(SIZES)
        elif done.returncode:
            sys.exit(done.returncode)
        else:
            cells = done.stdout.split()
        print(f"| {kind or 'not set'} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
