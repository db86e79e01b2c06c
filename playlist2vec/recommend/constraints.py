"""Constraints on a list of suggestions, and the list that keeps them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.songs import Row, Rows
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.ranker import Ranker
from playlist2vec.songs.catalogue import Catalogue

SPARE = 20
"""Songs that are asked for in addition where songs have several ids, for those that are left out."""
POOL_SIZE = 100
"""Songs that a list is chosen from, at least, where more than the score decides."""


@dataclass(frozen=True)
class Wishes:
    """What a list of suggestions must be like.

    `banned`: rows that are never suggested. `known`: whether songs of the query may be.
    `an_artist`: songs of one artist at most, 0 for no limit; songs whose artist is not known count
    as artists of their own. `least`, `most`: how often a song may occur in the training data, 0 for
    no limit. `diversity`: 0 orders by score alone, up to 1 for songs as little like each other as
    can be (maximal marginal relevance).
    """

    banned: frozenset[int] = frozenset()
    known: bool = False
    an_artist: int = 0
    least: int = 0
    most: int = 0
    diversity: float = 0.0

    def __post_init__(self) -> None:
        for name in ("an_artist", "least", "most"):
            if getattr(self, name) < 0:
                raise DataError(f"{name} = {getattr(self, name)}: expected 0 (no limit) or more")
        if not 0 <= self.diversity <= 1:
            raise DataError(f"diversity = {self.diversity}: expected a number from 0 to 1")


class Suggestion(NamedTuple):
    """A song and its score; scores of different queries or similarities cannot be compared."""

    row: Row
    score: float


ANYTHING = Wishes()
Scale = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""What is made of scores before they are weighed against likeness: of float64 (songs,) the same."""


@runtime_checkable
class Lister(Protocol):
    """A ranker that lists the best songs with their scores at once, which costs half of both."""

    def listed(
        self, queries: Queries, excluded: Exclusions, k: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Return what `Ranker.suggest` does, and what `Ranker.score` says of these songs."""


def allowed_songs(wishes: Wishes, counts: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """Return which songs the constraints allow, bool (songs,), None for all; `counts`: training
    plays of each.
    """
    if not (wishes.banned or wishes.least or wishes.most):
        return None
    allowed = counts >= wishes.least
    if wishes.most:
        allowed &= counts <= wishes.most
    allowed[list(wishes.banned)] = False
    return allowed


def suggest_within(
    ranker: Ranker,
    queries: Queries,
    held: Exclusions,
    k: int,
    wishes: Wishes,
    catalogue: Catalogue,
    unit: NDArray[np.float32],
    scale: Scale | None = None,
) -> list[list[Suggestion]]:
    """Return the best lists of at most k songs, one a query, that keep the constraints.

    `held`: the songs of each query, which are suggested only if the constraints allow known songs.
    A song that the catalogue has under several ids is held, or banned, under all of them, and
    stands in a list once. `unit`: float32 (songs, vector_size), vectors of length 1 that say how
    much two songs are alike, for `diversity`. `scale`: None for scores as they are.
    """
    twins = catalogue.twins
    excluded = Exclusions.none(len(queries)) if wishes.known else _with_twins(held, twins)
    banned = wishes.banned.union(*(twins.get(row, ()) for row in wishes.banned))
    excluded = replace(
        excluded, allowed=allowed_songs(replace(wishes, banned=banned), catalogue.counts)
    )
    each = (np.array([number]) for number in range(len(queries)))
    if wishes.an_artist or wishes.diversity:
        return [
            _chosen(
                ranker, queries.choose(one), excluded.choose(one), k, wishes, catalogue, unit, scale
            )
            for one in each
        ]
    asked = k + SPARE if twins else k
    lists = _as_lists(*_listed(ranker, queries, excluded, asked))
    if not twins:
        return lists
    kept = [
        _first_ids(np.array([song.row for song in listed], np.int64), twins) for listed in lists
    ]
    return [
        list(compress(listed, first))[:k]
        if np.count_nonzero(first) >= k or len(listed) < asked
        else _chosen(
            ranker, queries.choose(one), excluded.choose(one), k, wishes, catalogue, unit, scale
        )
        for one, listed, first in zip(each, lists, kept, strict=True)
    ]


def _with_twins(held: Exclusions, twins: Mapping[int, list[int]]) -> Exclusions:
    """Return the exclusions with every id of each of their songs."""
    if not twins:
        return held
    lists = np.split(held.songs, held.offsets[1:-1]) if len(held.offsets) > 1 else []
    widened = [
        [row for song in songs.tolist() for row in twins.get(song, [song])] for songs in lists
    ]
    rows = np.array([row for songs in widened for row in songs], np.int64)
    return Exclusions(
        Rows(rows), offsets_of(np.array([len(songs) for songs in widened], np.int64)), held.allowed
    )


def _first_ids(rows: NDArray[np.int64], twins: Mapping[int, list[int]]) -> NDArray[np.bool_]:
    """Return which songs of a list stand there for the first time, under any of their ids: bool
    (rows,).
    """
    first: dict[int, int] = {}
    listed = rows.tolist() if twins else []
    kept = [first.setdefault(twins.get(row, [row])[0], row) == row for row in listed]
    return np.array(kept, bool) if twins else np.ones(len(rows), bool)


def _listed(
    ranker: Ranker, queries: Queries, excluded: Exclusions, k: int
) -> tuple[Rows, NDArray[np.float64]]:
    if isinstance(ranker, Lister):
        return ranker.listed(queries, excluded, k)
    songs = ranker.suggest(queries, excluded, k)
    return songs, ranker.score(queries, songs)


def _as_lists(songs: Rows, scores: NDArray[np.float64]) -> list[list[Suggestion]]:
    lengths = np.count_nonzero(songs >= 0, axis=1).tolist()
    rows = zip(songs.tolist(), scores.tolist(), lengths, strict=True)
    return [list(map(Suggestion, row[:length], score[:length])) for row, score, length in rows]


def _chosen(
    ranker: Ranker,
    query: Queries,
    excluded: Exclusions,
    k: int,
    wishes: Wishes,
    catalogue: Catalogue,
    unit: NDArray[np.float32],
    scale: Scale | None,
) -> list[Suggestion]:
    """Return the best k of a pool, which grows until k songs are found or no more are left."""
    from playlist2vec.recommend.diversity import diversify

    pool = max(POOL_SIZE, 10 * k)
    while True:
        listed, scored = _listed(ranker, query, excluded, pool)
        there = listed[0] >= 0
        whole = listed[0, there]
        first = _first_ids(whole, catalogue.twins)
        songs, scores = whole[first], scored[0, there][first]
        order = np.arange(len(songs))
        if wishes.diversity:
            order = diversify(
                scale(scores) if scale else scores, unit[songs], len(songs), wishes.diversity
            )
        if wishes.an_artist:
            order = order[_within_limit(catalogue.artist_codes[songs[order]], wishes.an_artist)]
        if len(order) >= k or len(whole) < pool:
            return list(map(Suggestion, songs[order[:k]].tolist(), scores[order[:k]].tolist()))
        pool *= 4


def _within_limit(artists: NDArray[np.integer], limit: int) -> NDArray[np.bool_]:
    """Return which songs, whose artists these are, come before their artist has had `limit`: bool
    (songs,).
    """
    heard: Counter[int] = Counter()
    kept = np.ones(len(artists), bool)
    for place, artist in enumerate(artists.tolist()):
        heard[artist] += 1
        kept[place] = artist < 0 or heard[artist] <= limit
    return kept
