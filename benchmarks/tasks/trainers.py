"""An epoch by every trainer, without compilation; see `benchmarks.child` for tasks."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.tasks.ours import Task
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.vocabulary import Vocabulary, training_vocabulary
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.trainers import load, train_model

BASE: dict[str, Any] = {
    "sg": 1,
    "metadata": "none",
    "vector_size": 50,
    "window": 3,
    "ns_exponent": 0.75,
    "sample": 0.0,
}
KINDS: dict[str, dict[str, Any]] = {
    "window_5": {"contexts": "window", "negative": 5},
    "window_20": {"contexts": "window", "negative": 20},
    "directed": {"contexts": "directed", "negative": 5, "window": 8},
    "offsets": {"contexts": "offsets", "negative": 5, "window": 8},
}
"""Parameters by the last part of the tasks' names."""
THREADS = (1, 2, 4, 8, 16)
EPOCHS, TURNS = 4, 5
"""Epochs of a training by one thread or two, and trainings by each, in turn."""


def prepared(folder: Path, **changes: Any) -> tuple[Parts, Any, Vocabulary, TrainParams]:
    """Return training playlists, the row of every code, the vocabulary of rows, and parameters."""
    params = replace(
        read_section(folder / "params.yaml", TrainParams), epochs=1, workers=1, **BASE | changes
    )
    parts = Parts(folder / "split/train.npz")
    vocabulary, rows = training_vocabulary(parts, Vocabulary.load(folder / "vocabulary.tsv").ids)
    return parts, rows, vocabulary, params


def compile_first(
    parts: Parts, rows: Any, vocabulary: Vocabulary, params: TrainParams, scratch: Path
) -> None:
    """Compile the trainer, or read it from the cache, by a short training; gensim needs none."""
    if params.trainer == "blocks":
        short = replace(params, epochs=1, vector_size=1, negative=1)
        train_model(parts.blocks[:1], rows, vocabulary, short, scratch)


def trainer(folder: Path, name: str, kind: str, workers: int = 1) -> Task:
    """Return an epoch by a trainer; blocks are compiled, or read from the cache, before."""
    parts, rows, vocabulary, params = prepared(folder, trainer=name, **KINDS[kind])
    params = replace(params, workers=workers)
    compiling = process_time()
    compile_first(parts, rows, vocabulary, params, folder)
    compiling = process_time() - compiling

    def measured() -> dict[str, Any]:
        clock = perf_counter()
        train_model(parts.blocks, rows, vocabulary, params, folder)
        return {
            "plays": int(vocabulary.counts.sum()),
            "clock": perf_counter() - clock,
            "compiling": compiling,
        }

    return measured


def threads(folder: Path) -> Task:
    """Return trainings by one thread and by two, in turn, and the seconds of each by the clock."""
    parts, rows, vocabulary, params = prepared(folder, trainer="blocks", **KINDS["window_5"])
    compile_first(parts, rows, vocabulary, params, folder)

    def measured() -> dict[str, Any]:
        clocks: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(TURNS):
            for workers, found in clocks.items():
                chosen = replace(params, epochs=EPOCHS, workers=workers)
                begun = perf_counter()
                train_model(parts.blocks, rows, vocabulary, chosen, folder)
                found.append(perf_counter() - begun)
        return {"one": clocks[1], "two": clocks[2]}

    return measured


def longest_paths(sizes: NDArray[np.int64], threads: int) -> float:
    """Return the time of threads for the buckets of a chunk, in units of an entry.

    `sizes`: int64 (blocks, blocks). As in `rounds.work`, the first free thread takes the next
    bucket, which waits for the bucket with the same inputs and the bucket with the same outputs in
    the round before.
    """
    blocks = len(sizes)
    free, inputs, outputs = np.zeros(threads), np.zeros(blocks), np.zeros(blocks)
    for turn in range(blocks):
        for block in range(blocks):
            other = (block + turn) % blocks
            thread = int(np.argmin(free))
            end = max(free[thread], inputs[block], outputs[other]) + sizes[block, other]
            free[thread] = inputs[block] = outputs[other] = end
    return float(free.max())


def simulated(folder: Path) -> Task:
    """Return the computed efficiency of more threads, by bucket sizes of the first part."""
    from playlist2vec.models.word2vec.blocks.training import Training

    parts, rows, vocabulary, params = prepared(folder, trainer="blocks", **KINDS["window_5"])
    read = partial(load, parts.blocks[0], rows.astype(np.int32))
    training = Training([read], vocabulary, replace(params, vector_size=1), None)
    sizes: list[NDArray[np.int64]] = []

    def measured() -> dict[str, Any]:
        training.run(lambda _: sizes.append(np.diff(training.space.edges, axis=1)))
        whole = sum(int(each.sum()) for each in sizes)
        return {
            "efficiency": {
                threads: whole / threads / sum(longest_paths(each, threads) for each in sizes)
                for threads in THREADS
            },
            "entries": whole // len(sizes),
        }

    return measured


def _tasks() -> dict[str, Callable[[Path], Task]]:
    found: dict[str, Callable[[Path], Task]] = {}
    for kind in KINDS:
        for name in ("gensim", "blocks"):
            found[f"{name}_{kind}"] = partial(trainer, name=name, kind=kind)
    return found | {
        "blocks_two_threads": partial(trainer, name="blocks", kind="window_5", workers=2)
    }


globals().update(_tasks())
IMPORTS: dict[str, tuple[str, ...]] = {
    name: (
        "playlist2vec.models.word2vec.training"
        if name.startswith("gensim")
        else "playlist2vec.models.word2vec.blocks.training",
    )
    for name in [*_tasks(), "threads", "simulated"]
}
