"""Cached ranks, so that `make peers` recomputes only missing or outdated ranks."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(".peers")
"""Ignored by Git; may be deleted at any time."""
Ranks = Mapping[str, NDArray[np.generic]]


def hash_of(paths: Iterable[Path]) -> str:
    """Return a hash of the contents of files, in order, independent of names."""
    found = hashlib.sha256()
    for path in paths:
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def place_of(kind: str, **made_of: Any) -> Path:
    """Return the file for ranks made of the given ingredients, which must be JSON."""
    text = json.dumps(made_of, sort_keys=True)
    return FOLDER / f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"


def load(path: Path) -> dict[str, NDArray[np.generic]]:
    """Read the arrays of a file."""
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)
