"""A progress bar for what can take over a minute, where somebody looks."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Step = TypeVar("Step")

DELAY = 5.0
"""Seconds of work before a bar appears, so that what is quick stays quiet."""


def pause() -> float:
    """Return the seconds from one line of a bar to the next, where a log gets it too: few where
    somebody looks.
    """
    return 0.1 if sys.stderr.isatty() else 10.0


def watched(
    steps: Iterable[Step], what: str, total: int | None = None, unit: str = ""
) -> Iterator[Step]:
    """Yield the steps, under a bar on a terminal's standard error that says how long the rest will
    take.

    `what`: the work, in a word or two. `total`: how many steps there are, where `steps` has no
    length. Nothing is written into a pipe or a file, nor for what ends within DELAY seconds.
    """
    if not sys.stderr.isatty():
        yield from steps
        return
    from tqdm import tqdm

    yield from tqdm(
        steps, what, total, leave=False, delay=DELAY, unit=f" {unit}" if unit else " steps"
    )
