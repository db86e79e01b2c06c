"""Rows on `train.trainer`: blocks beside gensim, and more threads."""

from collections.abc import Iterator

import numpy as np

from benchmarks.measuring import measure, measure_both
from benchmarks.rows.row import Row, Workplace

GOALS = {"window_5": 2.5, "window_20": 2.5, "directed": 4.0, "offsets": 4.0}
"""Minimal ratio of words per CPU second to gensim's."""
NAMES = {
    "window_5": "window, 5 negatives",
    "window_20": "window, 20 negatives",
    "directed": "directed, window 8",
    "offsets": "offsets, window 8",
}


def trainers(place: Workplace) -> Iterator[Row]:
    """Row 13: an epoch of 50 dimensions by blocks and gensim; two threads; more on paper."""
    compiling = 0.0
    for letter, (kind, goal) in zip("abcd", GOALS.items(), strict=True):
        ours, theirs = measure_both(
            (f"trainers.blocks_{kind}", place.small),
            (f"trainers.gensim_{kind}", place.small),
            place.repeats,
        )
        compiling = max(compiling, ours.facts["compiling"])
        faster = theirs.cpu / ours.cpu
        speeds = [each.facts["plays"] / each.cpu for each in (ours, theirs)]
        yield Row(
            f"13{letter}",
            NAMES[kind],
            "gensim, 1 worker",
            ours,
            theirs,
            f"{faster:.1f}x",
            ((f"{goal:g}x", faster >= goal),),
            (f"row 13{letter}: songs played a CPU second: {speeds[0]:,.0f} and {speeds[1]:,.0f}.",),
        )
    yield _two_threads(place, compiling)


def _two_threads(place: Workplace, compiling: float) -> Row:
    """Return the row of two threads; `compiling`: the seconds of compilation, for a remark."""
    both = measure("trainers.threads", place.small, 1)
    one, two = (np.array(both.facts[name]) for name in ("one", "two"))
    ratio = two.min() / one.min()
    paper = measure("trainers.simulated", place.small, 1).facts
    efficient = ", ".join(
        f"{threads}: {value:.2f}" for threads, value in paper["efficiency"].items()
    )
    return Row(
        "13e",
        "two threads, by the clock",
        "one thread",
        both.times(two.min() / both.cpu),
        both.times(one.min() / both.cpu),
        f"{ratio:.2f}",
        ((".58", ratio <= 0.58),),
        (
            (
                f"row 13: compilation, or loading it from the cache, took {compiling:.1f} s at "
                "most and is not counted."
            ),
            f"row 13e: seconds of the fastest of {len(one)} trainings, when the cores were free; "
            f"medians {np.median(one):.1f} and {np.median(two):.1f}.",
            f"row 13e: efficiency on paper by threads, from bucket sizes: {efficient}.",
        ),
    )
