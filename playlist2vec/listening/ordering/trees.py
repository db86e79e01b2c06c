"""Boosted trees as arrays, scored without the library that fitted the trees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS: dict[str, type[np.generic]] = {
    "feature": np.int32,
    "threshold": np.float64,
    "left": np.int32,
    "right": np.int32,
    "value": np.float64,
}
"""Arrays of the nodes, one-dimensional, with dtypes."""


@dataclass(frozen=True, eq=False)
class Trees:
    """Nodes of all trees in sequence; tree t starts at `roots[t]`.

    `feature`: int32 (nodes,), column compared by a node, -1 for a leaf. `threshold`: float64
    (nodes,); values up to the threshold go to `left`, larger values to `right`, int32 (nodes,).
    `value`: float64 (nodes,), score of a leaf. `roots`: int32 (trees,).
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    roots: NDArray[np.int32]

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the leaves reached: float64 (rows, columns) to float64 (rows,)."""
        total = np.zeros(len(features))
        for root in self.roots.tolist():
            node = np.full(len(features), root)
            going = np.arange(len(features)) if self.feature[root] >= 0 else np.zeros(0, np.int64)
            while len(going):
                at = node[going]
                low = features[going, self.feature[at]] <= self.threshold[at]
                node[going] = np.where(low, self.left[at], self.right[at])
                going = going[self.feature[node[going]] >= 0]
            total += self.value[node]
        return total

    def fits(self, columns: int) -> bool:
        """Return True if nodes lead only to later nodes and compare one of `columns` columns."""
        nodes, inner = len(self.feature), self.feature >= 0
        arrays = (self.threshold, self.left, self.right, self.value)
        if any(len(each) != nodes for each in arrays) or (self.feature >= columns).any():
            return False
        place = np.arange(nodes)[inner]
        ends = [each[inner] for each in (self.left, self.right)]
        if any((each <= place).any() or (each >= nodes).any() for each in ends):
            return False
        return not len(self.roots) or (int(self.roots.min()) >= 0 and int(self.roots.max()) < nodes)


def trees_of(dumped: dict[str, Any]) -> Trees:
    """Return the trees of a model dumped by LightGBM's `Booster.dump_model`."""
    columns: dict[str, list[float]] = {name: [] for name in KINDS}

    def add(node: dict[str, Any]) -> int:
        number = len(columns["feature"])
        leaf = "leaf_value" in node
        columns["feature"].append(-1 if leaf else node["split_feature"])
        columns["threshold"].append(0 if leaf else node["threshold"])
        columns["value"].append(node["leaf_value"] if leaf else 0)
        columns["left"].append(0)
        columns["right"].append(0)
        if not leaf:
            columns["left"][number] = add(node["left_child"])
            columns["right"][number] = add(node["right_child"])
        return number

    roots = [add(tree["tree_structure"]) for tree in dumped["tree_info"]]
    arrays = {name: np.array(columns[name], dtype) for name, dtype in KINDS.items()}
    return Trees(**arrays, roots=np.array(roots, np.int32))
