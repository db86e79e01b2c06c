"""Which kinds of call pay: a bandit over them, by what a promise of each kind was worth of late."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from playlist2vec.online.crawling.settings import UNIFORM, CrawlSettings

ALL = ""
"""The arm of all calls together, of which older ones count for LONGER times as long."""
LONGER = 10


class Arm(NamedTuple):
    """A kind of call. `open`: how many could be made, `calls`, `gain`, `promised`: of those that
    were, discounted.
    """

    kind: str
    open: int = 0
    calls: float = 0.0
    gain: float = 0.0
    promised: float = 0.0


def needs(counts: Mapping[str, int], genres: int, balance: float) -> dict[str, float]:
    """Return the need of each genre, 1 for one of which there is nothing.

    need = (1 / (1 + n / (1 + m))) ** balance, n the tracks of the genre and m the mean over so many
    `genres`.
    """
    mean = sum(counts.values()) / max(1, genres)
    return {genre: float((1 / (1 + n / (1 + mean))) ** balance) for genre, n in counts.items()}


def discounted(arm: Arm, promise: float, gain: float, discount: float) -> Arm:
    """Return an arm after one more call that promised and gained so much."""
    return arm._replace(
        calls=arm.calls * discount + 1,
        gain=arm.gain * discount + gain,
        promised=arm.promised * discount + promise,
    )


def mean_gain(arm: Arm) -> float:
    """Return the gain of a call, 0 where none was made."""
    return arm.gain / arm.calls if arm.calls else 0.0


def rate(arm: Arm, prior: float) -> float:
    """Return the gain that is expected of a promise of 1; a call that promised 1 and gained `prior`
    counts as well.
    """
    return (arm.gain + prior) / (arm.promised + 1)


def surplus(promise: float, of: float, average: float, cost: float = 1.0) -> float:
    """Return what a call that was opened gains above an average one: rate * promise - average *
    cost, or 0.

    `of`: the rate of its kind. `average`: the gain of a call of late. `cost`: in calls.
    """
    return max(0.0, of * promise - average * cost)


def allocate(
    promises: Mapping[str, Sequence[float]],
    rates: Mapping[str, float],
    settings: CrawlSettings,
    generator: np.random.Generator,
) -> dict[str, int]:
    """Return how many calls of each kind the next round makes, `settings.round` of them if so many
    are open.

    `promises`: of the open calls of each kind, falling. The call with the greatest gain to be
    expected comes next; at a share `settings.explore` of the places, the first one of a kind that
    is drawn.
    """
    explore = 1.0 if settings.score == UNIFORM else settings.explore
    found = dict.fromkeys(promises, 0)
    for draw, which in generator.random((settings.round, 2)):
        kinds = [kind for kind in promises if len(promises[kind]) > found[kind]]
        if not kinds:
            break
        best = max(kinds, key=lambda kind: rates[kind] * promises[kind][found[kind]])
        found[kinds[int(which * len(kinds))] if draw < explore else best] += 1
    return found
