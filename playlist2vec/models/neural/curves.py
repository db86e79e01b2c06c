"""Training curves as files; torch is not needed."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from playlist2vec.base.files import whole_file


def write_curve(path: str | Path, curve: Sequence[Mapping[str, float]]) -> None:
    """Write a curve of at least one point as CSV, a row per point."""
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, list(curve[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(curve)
