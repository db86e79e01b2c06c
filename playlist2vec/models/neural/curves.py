"""The curve of a training as a file; torch is not needed."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from playlist2vec.base.files import whole_file


def write_curve(path: str | Path, curve: Sequence[Mapping[str, float]]) -> None:
    """Write the curve, one point or more, as CSV: a row a point."""
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, list(curve[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(curve)
