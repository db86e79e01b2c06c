"""Small listening histories, and rankers of listens with made-up arrays."""

import numpy as np

from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.listening.history.storage import Songs
from playlist2vec.listening.ordering.features import NAMES
from playlist2vec.listening.ordering.model import Order
from playlist2vec.listening.ordering.ranker import Ordered, Retrieval
from playlist2vec.listening.ordering.trees import Trees
from playlist2vec.models.histories.rankers import BASELINES, Heard, made
from playlist2vec.models.histories.tables import SongTables
from playlist2vec.models.two_tower.inputs import HOURS, MOMENTS, PAUSES
from playlist2vec.models.two_tower.model import TwoTower
from playlist2vec.ranking.queries import Queries, Times
from playlist2vec.ranking.ranker import Ranker

START = 600_000_000
"""A second since 2002-10-01."""


def history_of(*listeners: list[tuple[int, int]]) -> Histories:
    """Histories of pairs of second and row, for each listener in order of time."""
    plays = [play for plays in listeners for play in plays]
    ends = np.cumsum([0, *map(len, listeners)])
    return Histories(
        np.array([row for _, row in plays], np.int32),
        np.array([second for second, _ in plays], np.uint32),
        ends,
    )


def random_history(users: int, listens: int, songs: int, seed: int) -> Histories:
    """Histories of random songs, some of them unknown; some listens begin in the same second, some
    after a day.
    """
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, songs + 2)
    people = []
    for _ in range(users):
        count = int(rng.integers(0, listens))
        steps = rng.choice([0, 200, 300, 5_000, 90_000], count)
        rows = rng.choice(songs + 1, count, p=weights / weights.sum())
        rows[rows == songs] = -1 - rng.integers(0, 5, np.count_nonzero(rows == songs))
        people.append(list(zip((START + np.cumsum(steps)).tolist(), rows.tolist(), strict=True)))
    return history_of(*people)


def with_times(queries: Queries, seed: int) -> Queries:
    """The same queries, whose songs were heard one after the other at random times, the last ones
    just now.
    """
    rng = np.random.default_rng(seed)
    ages = np.repeat(queries.offsets[1:], queries.lengths) - np.arange(len(queries.songs))
    now = START + rng.integers(0, 10**7, len(queries))
    of = np.repeat(np.arange(len(queries)), queries.lengths)
    seconds = now[of] - ages * 400
    last = np.where(queries.lengths > 0, now - 400, -1)
    times = Times(seconds, ages, now, last)
    return Queries(queries.songs, queries.weights, queries.offsets, queries.playlists, times)


def random_tower(
    vocabulary: Vocabulary, query: str, seed: int, size: int = 4, back: int = 6
) -> TwoTower:
    """A tower of small whole numbers, so that many scores are equal."""
    rng = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return rng.integers(-2, 3, shape).astype(np.float32)

    arrays = {
        "pause": some(PAUSES, 2),
        "hour": some(HOURS, 2),
        "short": np.exp(some(3)),
        "long": np.exp(some(back)),
    }
    arrays["shares"] = some(3)
    width = 3 * size + 4
    if query == "user_time":
        arrays = {"user": some(5, 3), "moment": some(MOMENTS, 2)}
        width = 6
    arrays |= {"layers/0/weight": some(width, 5), "layers/0/bias": some(5)}
    arrays |= {"layers/1/weight": some(5, size), "layers/1/bias": some(size)}
    return TwoTower(
        vocabulary, some(len(vocabulary), size), arrays, query, back, START, START + 10**7
    )


def random_songs(vocabulary: Vocabulary, seed: int) -> Songs:
    """Artists of some songs each, and when songs were first heard."""
    rng = np.random.default_rng(seed)
    count = len(vocabulary)
    return Songs(
        vocabulary,
        rng.integers(0, max(count // 4, 1), count).astype(np.int32),
        rng.integers(START - 10**6, START, count).astype(np.uint32),
    )


def random_order(seed: int) -> Order:
    """Two small trees and small weights, so that many scores are equal."""
    rng = np.random.default_rng(seed)
    feature = rng.integers(0, len(NAMES), 6).astype(np.int32)
    feature[[1, 2, 4, 5]] = -1
    left, right = np.array([1, 0, 0, 4, 0, 0], np.int32), np.array([2, 0, 0, 5, 0, 0], np.int32)
    value = rng.integers(-2, 3, 6).astype(np.float64)
    trees = Trees(feature, rng.random(6) * 3, left, right, value, np.array([0, 3], np.int32))
    weights = np.zeros(len(NAMES))
    weights[[NAMES.index("times"), NAMES.index("never_heard")]] = 1.0, -1.0
    return Order(weights, trees)


def rankers_of_listens(vocabulary: Vocabulary, seed: int = 8) -> dict[str, Ranker]:
    """Every ranker of listens over the songs of a vocabulary."""
    training = random_history(40, 60, len(vocabulary), seed)
    heard = Heard(training, vocabulary, 30)
    found: dict[str, Ranker] = {
        f"listens: {name}": made(
            name, heard, {option: values[0] for option, values in each.options.items()}
        )
        for name, each in BASELINES.items()
    }
    for query in ("recent", "user_time"):
        found[f"tower: {query}"] = random_tower(vocabulary, query, seed)
    tables = SongTables.of(training.sessions(30), len(vocabulary), 9)
    retrieval = Retrieval(
        random_songs(vocabulary, seed), random_tower(vocabulary, "recent", seed + 1), tables, 30
    )
    found["ordered"] = Ordered(retrieval, random_order(seed))
    return found
