"""A bandit over the kinds of calls, by the recent gain of every kind in relation to its promise."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from playlist2vec.online.crawling.settings import UNIFORM, CrawlSettings

ALL = ""
"""The arm of all calls together, whose old calls decay LONGER times more slowly."""
LONGER = 10


class Arm(NamedTuple):
    """A kind of call; `open`: calls that can be made.

    `calls`, `gain`, `promised`: discounted sums over the calls that were made.
    """

    kind: str
    open: int = 0
    calls: float = 0.0
    gain: float = 0.0
    promised: float = 0.0


def needs(counts: Mapping[str, int], genres: int, balance: float) -> dict[str, float]:
    """Return the need of every genre, 1 for a genre without tracks.

    need = (1 / (1 + n / (1 + m))) ** balance, n the tracks of the genre and m the mean over the
    number of `genres`.
    """
    mean = sum(counts.values()) / max(1, genres)
    return {genre: float((1 / (1 + n / (1 + mean))) ** balance) for genre, n in counts.items()}


def discounted(arm: Arm, promise: float, gain: float, discount: float) -> Arm:
    """Return an arm after another call with a promise and a gain."""
    return arm._replace(
        calls=arm.calls * discount + 1,
        gain=arm.gain * discount + gain,
        promised=arm.promised * discount + promise,
    )


def mean_gain(arm: Arm) -> float:
    """Return the mean gain of a call, 0 without calls."""
    return arm.gain / arm.calls if arm.calls else 0.0


def rate(arm: Arm, prior: float) -> float:
    """Return the expected gain of a promise of 1.

    A call that promised 1 and gained `prior` is added for smoothing.
    """
    return (arm.gain + prior) / (arm.promised + 1)


def surplus(promise: float, of: float, average: float, cost: float = 1.0) -> float:
    """Return the gain of a call above an average call: rate * promise - average * cost, or 0.

    `of`: the rate of the call's kind. `average`: the recent mean gain of a call. `cost`: in calls.
    """
    return max(0.0, of * promise - average * cost)


def allocate(
    promises: Mapping[str, Sequence[float]],
    rates: Mapping[str, float],
    settings: CrawlSettings,
    generator: np.random.Generator,
) -> dict[str, int]:
    """Return the number of calls of every kind in the next round, `settings.round` in all if open.

    `promises`: of the open calls of every kind, descending. The call with the greatest expected
    gain comes next; in a share `settings.explore` of the draws, the first call of a random kind.
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
