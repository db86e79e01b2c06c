"""Constraints on a list of suggestions, and lists that satisfy the constraints."""

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
"""Extra suggestions requested if songs have several ids, since duplicates are removed."""
POOL_SIZE = 100
"""Minimum number of candidates if not only the score decides."""


@dataclass(frozen=True)
class Wishes:
    """Constraints on a list of suggestions.

    `banned`: rows that are never suggested. `known`: True if songs of the query may be suggested.
    `an_artist`: maximum number of songs by an artist, 0 = no limit; every song without a known
    artist counts as an artist of its own. `least`, `most`: bounds on the plays of a song in the
    training data, 0 = no limit. `diversity`: 0 orders by score alone, 1 chooses songs as different
    from each other as possible (maximal marginal relevance).
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
    """A song and a score. Scores of different queries or similarities are not comparable."""

    row: Row
    score: float


ANYTHING = Wishes()
Scale = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Transformation of scores, float64 (songs,), before diversity is taken into account."""


@runtime_checkable
class Lister(Protocol):
    """A ranker that returns the best songs and their scores at once, at half the cost."""

    def listed(
        self, queries: Queries, excluded: Exclusions, k: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Return the songs of `Ranker.suggest` with the scores of `Ranker.score`."""


def allowed_songs(wishes: Wishes, counts: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """Return a mask of the songs that the constraints allow, bool (songs,), or None for all songs.

    `counts`: training plays of every song.
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
    """Return for every query the best list of at most k songs that satisfies the constraints.

    `held`: songs of the queries, suggested only if `wishes.known`. A song with several ids in the
    catalogue is held or banned under all ids, and appears in a list once. `unit`: float32 (songs,
    vector_size), vectors of length 1 to measure similarity for `diversity`. `scale`: None = scores
    unchanged.
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
    """Return the exclusions extended to every id of the excluded songs."""
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
    """Return a mask of the first occurrence of every song under any id: bool (rows,)."""
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
    """Return the best k songs of a pool, which grows until k songs are found or none is left."""
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
    """Return a mask of the songs within the limit per artist: bool (songs,).

    `artists`: the artist code of every song in order, negative if unknown.
    """
    heard: Counter[int] = Counter()
    kept = np.ones(len(artists), bool)
    for place, artist in enumerate(artists.tolist()):
        heard[artist] += 1
        kept[place] = artist < 0 or heard[artist] <= limit
    return kept
