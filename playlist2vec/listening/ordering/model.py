"""The ordering model of candidates, as a file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, read_arrays
from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.listening.ordering.features import NAMES
from playlist2vec.listening.ordering.trees import KINDS, Trees

EXPECTED = "an order of candidates as pipelines/two_tower writes it"


@dataclass(frozen=True, eq=False)
class Order:
    """The score of a candidate by features: the sum of a linear model and of trees.

    `weights`: float64 (features,), all 0 where only trees score.
    """

    weights: NDArray[np.float64]
    trees: Trees

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores of candidates: float64 (candidates, features) to float64 (candidates,)."""
        total = self.trees.score(features)
        # Column by column, so that a score does not depend on the batch.
        for column, weight in zip(features.T, self.weights.tolist(), strict=True):
            if weight:
                total += column * weight
        return total

    def save(self, path: str | Path) -> None:
        """Write an .npz file."""
        arrays = {name: getattr(self.trees, name) for name in (*KINDS, "roots")}
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, weights=self.weights, **arrays)

    @staticmethod
    def load(path: str | Path) -> "Order":
        """Read a file written by `save`. Raises DataError for damage, or for other features."""
        kinds: dict[str, Kind] = {name: Kind(dtype) for name, dtype in KINDS.items()}
        found = read_arrays(
            path, {**kinds, "roots": Kind(np.int32), "weights": Kind(np.float64)}, EXPECTED
        )
        weights = found.pop("weights")
        trees = Trees(**found)
        if len(weights) != len(NAMES) or not trees.fits(len(NAMES)):
            raise DataError(
                f"{path}: trees or weights that do not fit {len(NAMES)} features: "
                f"expected {EXPECTED}"
            )
        return Order(weights, trees)
