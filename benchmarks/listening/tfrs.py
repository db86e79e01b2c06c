"""`python -m benchmarks.listening.tfrs TASK`: time the paper's 1-layer towers in TFRS.

TFRS is TensorFlow Recommenders, which runs on one thread in the environment .venv-tfrs. TASK is the
.npz file of `benchmarks.listening.speed`. Prints the CPU seconds of epochs and of evaluations as
JSON; evaluations take candidates from a data set and from an index.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

os.environ |= {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}

import numpy as np
import tensorflow as tf
import tensorflow_recommenders as tfrs
from numpy.typing import NDArray

BATCH, MOMENTS = 2_048, 1_000
CANDIDATES = 128
"""Candidates of a batch, as in the library's own examples."""
Columns = Mapping[str, Any]


class Tower(tf.keras.Model):  # type: ignore[misc]
    """Embeddings of two numbers, and optionally a plain column, through a layer."""

    def __init__(
        self, names: tuple[str, ...], sizes: Mapping[str, int], size: int, plain: str | None
    ) -> None:
        super().__init__()
        self.names, self.plain = names, plain
        self.tables = {name: tf.keras.layers.Embedding(sizes[name], size) for name in names}
        self.layer = tf.keras.layers.Dense(size)

    def call(self, columns: Columns) -> Any:
        """Return the vectors: float32 (rows, size)."""
        found = [self.tables[name](columns[name]) for name in self.names]
        if self.plain is not None:
            found.append(columns[self.plain][:, None])
        return self.layer(tf.concat(found, axis=1))


class Model(tfrs.Model):  # type: ignore[misc]
    """The query and candidate towers of the paper."""

    def __init__(self, sizes: Mapping[str, int], size: int) -> None:
        super().__init__()
        self.query = Tower(("users", "moments"), sizes, size, "places")
        self.song = Tower(("songs", "artists"), sizes, size, None)
        self.task = tfrs.tasks.Retrieval()

    def compute_loss(self, columns: Columns, training: bool = False) -> Any:
        """Return the summed loss of a batch; metrics are computed in evaluation only."""
        return self.task(self.query(columns), self.song(columns), compute_metrics=not training)


def taken(work: Callable[[], object], repeats: int) -> list[float]:
    """Return the CPU seconds of every run of `work`, after an uncounted run to build the graph."""
    work()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return found


def measure(task: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return CPU seconds by name, and the hit rates of the evaluations."""
    repeats, size = int(task["repeats"]), int(task["size"])
    names = ("users", "moments", "songs", "artists")
    sizes = {"users": int(task["listeners"]) + 1, "moments": MOMENTS}
    sizes |= {"songs": len(task["artist_of"]), "artists": int(task["artist_of"].max()) + 1}
    columns = {name: task[name] for name in (*names, "places")}
    batches = tf.data.Dataset.from_tensor_slices(columns).batch(BATCH).cache()
    asked = (
        tf.data.Dataset.from_tensor_slices({name: task[f"asked_{name}"] for name in columns})
        .batch(4_096)
        .cache()
    )
    model = Model(sizes, size)
    model.compile(optimizer=tf.keras.optimizers.Adagrad(learning_rate=0.1))
    found: dict[str, Any] = {
        "epoch": taken(lambda: model.fit(batches, epochs=1, verbose=0), repeats)
    }
    songs = {"songs": np.arange(sizes["songs"]), "artists": task["artist_of"]}
    listed = tf.data.Dataset.from_tensor_slices(songs).batch(CANDIDATES).map(model.song)
    index = tfrs.layers.factorized_top_k.BruteForce().index_from_dataset(listed)
    for name, candidates in (("dataset", listed), ("index", index)):
        model.task.factorized_metrics = tfrs.metrics.FactorizedTopK(candidates=candidates)
        model.compile(optimizer=model.optimizer)
        found[name] = taken(lambda: model.evaluate(asked, verbose=0), repeats)
        rates = model.evaluate(asked, verbose=0, return_dict=True)
        found[f"{name}_rates"] = [float(value) for key, value in rates.items() if "top_" in key]
    return found


if __name__ == "__main__":
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.random.set_seed(1)
    with np.load(sys.argv[1]) as content:
        print(json.dumps(measure(dict(content))))
