"""The rule of `score: seed`: which playlist is visited next, from what is seen of all candidates."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from playlist2vec.online.crawling.settings import SeedRule


class Seen(NamedTuple):
    """A track that a candidate shows in full. `known`: whether it was found before."""

    free: bool
    okay: bool
    known: bool
    genre: str


class Candidate(NamedTuple):
    """A playlist that could be visited: what it shows, and how many of its `length` tracks are new."""

    seen: Sequence[Seen]
    new: int
    length: int


def genre_weights(counts: Mapping[str, int], rarity: float) -> dict[str, float]:
    """Return the weight of each genre: `rarity` to the power of its place, 1 for the rarest; 0 for
    none.
    """
    order = sorted(counts, key=lambda genre: (counts[genre], genre))
    return {genre: rarity**place if genre else 0.0 for place, genre in enumerate(order, start=1)}


def score_of(candidate: Candidate, weights: Mapping[str, float], rule: SeedRule) -> float:
    """Return the score of a candidate, 0 for one that shows nothing; `weights`: by genre, 0 where
    there is none.
    """
    if not candidate.seen:
        return 0.0
    worth = [
        (1.0 if track.free else rule.unfree)
        * (1.0 if track.okay else rule.not_okay)
        * (rule.known if track.known else 1.0)
        * weights.get(track.genre, 0.0)
        for track in candidate.seen
    ]
    size = 2 / (1 + math.exp(-candidate.new / rule.half)) - 1
    return size * candidate.new / candidate.length * sum(worth) / len(worth)


def sample(count: int, rule: SeedRule, generator: np.random.Generator) -> list[int]:
    """Return the places of the candidates that are looked at: all, or a random `rule.pool` of them,
    ascending.
    """
    if count <= rule.pool:
        return list(range(count))
    return sorted(generator.choice(count, rule.pool, replace=False).tolist())


def choose(scores: Sequence[float], rule: SeedRule, generator: np.random.Generator) -> int:
    """Return the place of the score that is drawn: of the `rule.top` best, by exp(sharpness *
    score).
    """
    best = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[: rule.top]
    highest = scores[best[0]]
    weights = [math.exp(rule.sharpness * (scores[place] - highest)) for place in best]
    drawn, total = generator.random() * sum(weights), 0.0
    for place, weight in zip(best, weights, strict=True):
        total += weight
        if drawn < total:
            return place
    return best[-1]
