"""Which kinds of call pay: a bandit over them, by their gain a call, of which older ones count less."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from playlist2vec.online.crawling.settings import UNIFORM, CrawlSettings
from playlist2vec.online.soundcloud.calls import LIKERS, LIKES, MOST_IDS, TRACKS


class Arm(NamedTuple):
    """A kind of call. `open`: how many could be made, `calls` and `gain`: those that were made, discounted."""

    kind: str
    open: int
    calls: float
    gain: float


def needs(counts: Mapping[str, int], genres: int, balance: float) -> dict[str, float]:
    """Return the need of each genre, 1 for one of which there is nothing.

    need = (1 / (1 + n / (1 + m))) ** balance, n the tracks of the genre and m the mean over so many `genres`.
    """
    mean = sum(counts.values()) / max(1, genres)
    return {genre: float((1 / (1 + n / (1 + mean))) ** balance) for genre, n in counts.items()}


def discounted(arm: Arm, gain: float, discount: float) -> Arm:
    """Return an arm after one more call that gained so much."""
    return arm._replace(calls=arm.calls * discount + 1, gain=arm.gain * discount + gain)


def values(arms: Sequence[Arm], prior: float) -> dict[str, float]:
    """Return the gain that is expected of a call of each kind that could be made.

    A kind counts one call of the `prior` gain beside its own. The likers of a track bring tracks by the call after:
    they are worth half of what likes are. Ids fewer than a call takes bring their part.
    """
    mean = {arm.kind: (arm.gain + prior) / (arm.calls + 1) for arm in arms}
    mean[LIKERS] = mean.get(LIKES, prior) / 2
    found = {arm.kind: mean[arm.kind] for arm in arms if arm.open}
    for arm in arms:
        if arm.kind == TRACKS and arm.open:
            found[TRACKS] *= min(1.0, arm.open / MOST_IDS)
    return found


def allocate(arms: Sequence[Arm], settings: CrawlSettings, generator: np.random.Generator) -> dict[str, int]:
    """Return how many calls of each kind the next round makes, `settings.round` of them if so many are open."""
    left = {arm.kind: -(-arm.open // MOST_IDS) if arm.kind == TRACKS else arm.open for arm in arms}
    worth = values(arms, settings.prior)
    explore = 1.0 if settings.score == UNIFORM else settings.explore
    found = dict.fromkeys(left, 0)
    for draw, which in generator.random((settings.round, 2)):
        kinds = [kind for kind in left if left[kind] > found[kind]]
        if not kinds:
            break
        best = max(kinds, key=lambda kind: worth[kind])
        found[kinds[int(which * len(kinds))] if draw < explore else best] += 1
    return found
