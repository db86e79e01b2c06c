"""A progress bar on terminals, for work that may take over a minute."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Step = TypeVar("Step")

DELAY = 5.0
"""Seconds of work before a bar appears; shorter work shows no bar."""


def pause() -> float:
    """Return the seconds between two updates of a bar: few on a terminal, more for a log."""
    return 0.1 if sys.stderr.isatty() else 10.0


def watched(
    steps: Iterable[Step], what: str, total: int | None = None, unit: str = ""
) -> Iterator[Step]:
    """Yield the steps under a progress bar with the time left, on the standard error of a terminal.

    `what`: the work, in a word or two. `total`: the number of steps, for `steps` without a length.
    Nothing is written into a pipe or a file, nor for work that ends within DELAY seconds.
    """
    if not sys.stderr.isatty():
        yield from steps
        return
    from tqdm import tqdm

    yield from tqdm(
        steps, what, total, leave=False, delay=DELAY, unit=f" {unit}" if unit else " steps"
    )
