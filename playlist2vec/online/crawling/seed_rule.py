"""The rule of `score: seed`, which chooses the next playlist by tracks that candidates show."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from playlist2vec.online.crawling.settings import SeedRule


class Seen(NamedTuple):
    """A track that a candidate shows in full; `known`: True if the track was found before."""

    free: bool
    okay: bool
    known: bool
    genre: str


class Candidate(NamedTuple):
    """A playlist to visit: the visible tracks, and the number of new tracks among `length`."""

    seen: Sequence[Seen]
    new: int
    length: int


def genre_weights(counts: Mapping[str, int], rarity: float) -> dict[str, float]:
    """Return the weight of every genre: `rarity` ** rank, rank 1 for the rarest; 0 for no genre."""
    order = sorted(counts, key=lambda genre: (counts[genre], genre))
    return {genre: rarity**place if genre else 0.0 for place, genre in enumerate(order, start=1)}


def score_of(candidate: Candidate, weights: Mapping[str, float], rule: SeedRule) -> float:
    """Return the score of a candidate, 0 without visible tracks.

    `weights`: by genre, 0 for a missing genre.
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
    """Return the indices of the candidates to consider: all, or a random `rule.pool`, ascending."""
    if count <= rule.pool:
        return list(range(count))
    return sorted(generator.choice(count, rule.pool, replace=False).tolist())


def choose(scores: Sequence[float], rule: SeedRule, generator: np.random.Generator) -> int:
    """Return the index of a score, drawn from the `rule.top` best by exp(sharpness * score)."""
    best = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[: rule.top]
    highest = scores[best[0]]
    weights = [math.exp(rule.sharpness * (scores[place] - highest)) for place in best]
    drawn, total = generator.random() * sum(weights), 0.0
    for place, weight in zip(best, weights, strict=True):
        total += weight
        if drawn < total:
            return place
    return best[-1]
