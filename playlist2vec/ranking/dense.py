"""Ranks of targets and nearest songs, by the vectors of all songs.

A score is `scale[c] * (q . v[c]) + bias[c]` for a query vector q and the vector v[c] of candidate
c. One form serves every similarity. `exact_scores` defines the score, in float64 and in a fixed
order of operations, so that it is the same on every machine; a blocked float32 product only
screens.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.progress import watched
from playlist2vec.ranking.candidates import Candidates, exact_scores
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.screening import screen_of, single_of, tolerance_of, whole_screen

QUERY_BLOCK = 256
CANDIDATE_BLOCK = 2_048
"""Songs per block: the scores for a block of queries fill about the level-2 cache."""
GROUP = 32
ROOM = 4
"""Songs that a list may hold for each song requested, before it is reduced to possible results."""
NEAR = 1 << 14
"""Candidates near their target's score whose exact scores are computed at once."""


class Hidden:
    """Songs that must not be suggested to the queries of a block, sorted by song."""

    def __init__(self, queries: NDArray[np.int64], songs: NDArray[np.int64]) -> None:
        order = np.argsort(songs, kind="stable")
        self.queries, self.songs = queries[order], songs[order]

    def hide(self, scores: NDArray[np.float32], first: int) -> None:
        """Set the scores of hidden songs to minus infinity.

        `scores`: float32 (queries, songs), of the songs from `first` on.
        """
        here = slice(*np.searchsorted(self.songs, [first, first + scores.shape[1]]).tolist())
        scores[self.queries[here], self.songs[here] - first] = -np.inf


class Room:
    """Memory for the scores of blocks, used again: new memory costs as much as a product."""

    def __init__(self, queries: int, songs: int) -> None:
        self.scores, self.masks = (
            np.empty(queries * songs, np.float32),
            np.empty(queries * songs, bool),
        )

    def product(
        self, queries: NDArray[np.float32], songs: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the products of queries and songs, valid until the next call."""
        scores = self.scores[: len(queries) * len(songs)].reshape(len(queries), len(songs))
        return np.matmul(queries, songs.T, out=scores)

    def mask(self, scores: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return memory for a comparison of scores."""
        return self.masks[: scores.size].reshape(scores.shape)


class Found(NamedTuple):
    """Pairs of a query and a song, with scores: int64, int64, float32 (pairs,)."""

    query: NDArray[np.int64]
    song: NDArray[np.int64]
    score: NDArray[np.float32]


def rank_targets(
    queries: NDArray[np.float64],
    candidates: Candidates,
    targets: NDArray[np.integer],
    excluded: Exclusions,
    *,
    query_block: int = QUERY_BLOCK,
    candidate_block: int = CANDIDATE_BLOCK,
) -> NDArray[np.float64]:
    """Return the ranks of targets, best score first, ties by the smaller index.

    `queries`: float64 (queries, vector_size). `targets`: integers (queries,), indices of songs.
    Returns float64 (queries,): 1 + the number of candidates scored above the target or equal with a
    smaller index; infinity where the target is excluded or not finite, or the query is not finite.
    Block sizes change only the speed.
    """
    ranks = np.full(len(targets), np.inf)
    candidates = candidates.limited_to(excluded.allowed)
    asked = np.flatnonzero(can_be_ranked(queries, candidates, targets, excluded))
    if len(asked):
        ranks[asked] = 1 + _count_better(
            queries[asked],
            candidates,
            targets[asked],
            excluded.choose(asked),
            query_block,
            candidate_block,
        )
    return ranks


def can_be_ranked(
    queries: NDArray[np.float64],
    candidates: Candidates,
    targets: NDArray[np.integer],
    excluded: Exclusions,
) -> NDArray[np.bool_]:
    """Return True for finite queries with a finite target that is not excluded: bool (queries,)."""
    rows, songs = excluded.of_block(0, len(targets))
    possible: NDArray[np.bool_] = candidates.finite[targets] & np.isfinite(queries).all(axis=1)
    possible[rows[songs == targets[rows]]] = False
    return possible


def nearest_songs(
    queries: NDArray[np.float64], candidates: Candidates, k: int, excluded: Exclusions
) -> NDArray[np.int64]:
    """Return the songs of `nearest` as an array, int64 (queries, k), padded with -1."""
    songs = np.full((len(queries), k), -1, np.int64)
    for row, (found, _) in zip(songs, nearest(queries, candidates, k, excluded), strict=True):
        row[: len(found)] = found
    return songs


def nearest(
    queries: NDArray[np.float64], candidates: Candidates, k: int, excluded: Exclusions
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yield the k best songs of every query with scores, best first, ties by the smaller index.

    Yields (int64 (k,), float64 (k,)): fewer than k if fewer songs may be suggested, none if the
    query is not finite.
    """
    candidates = candidates.limited_to(excluded.allowed)
    screen, tolerance = whole_screen(candidates), tolerance_of(queries, candidates)
    for start in range(0, len(queries), QUERY_BLOCK):
        end = min(start + QUERY_BLOCK, len(queries))
        block = queries[start:end]
        asked = np.where(np.isfinite(block).all(axis=1, keepdims=True), block, np.nan)
        query, song = _screened(
            asked, screen, tolerance[start:end], k, excluded.of_block(start, end)
        )
        scores = exact_scores(block[query], candidates, song)
        order = np.lexsort((song, -scores, query))
        ends = np.searchsorted(query[order], np.arange(1, len(block) + 1))
        for first, last in zip([0, *ends.tolist()], ends.tolist(), strict=False):
            best = order[first : min(last, first + k)]
            yield song[best], scores[best]


def _screened(
    queries: NDArray[np.float64],
    screen: NDArray[np.float32],
    tolerance: NDArray[np.float64],
    k: int,
    hidden: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of query and song that include the k best of every query, and few others.

    Returns query and song, int64 (pairs,) each. The k-th best score in any block of songs is a
    lower bound on the scores of the k best of all songs.
    """
    single = (
        single_of(queries) if screen.shape[1] > queries.shape[1] else queries.astype(np.float32)
    )
    bar = np.full((len(queries), 1), np.finfo(np.float32).min)
    found = Found(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
    new: list[Found] = []
    excluded, waiting = Hidden(*hidden), 0
    room = Room(len(queries), min(CANDIDATE_BLOCK, len(screen)))
    for first in range(0, len(screen), CANDIDATE_BLOCK):
        scores = room.product(single, screen[first : first + CANDIDATE_BLOCK])
        excluded.hide(scores, first)
        if not first and scores.size > 8 * k * len(queries):
            bar = np.maximum(bar, _bar(scores, tolerance, k))
        flat = np.flatnonzero(np.greater_equal(scores, bar, out=room.mask(scores)))
        new.append(
            Found(flat // scores.shape[1], flat % scores.shape[1] + first, scores.reshape(-1)[flat])
        )
        waiting += len(flat)
        if waiting > ROOM * k * len(queries):
            found, reached = _best([found, *new], tolerance, k)
            bar = np.maximum(bar, reached)
            new, waiting = [], 0
    found, _ = _best([found, *new], tolerance, k)
    return found.query, found.song


def _best(
    found: list[Found], tolerance: NDArray[np.float64], k: int
) -> tuple[Found, NDArray[np.float32]]:
    """Return the pairs that may be among the k best of a query, and the bounds of `_lowered`."""
    query, song, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    # Queries of a block fit uint16, for which a stable argsort is a fast radix sort.
    order = np.argsort(query.astype(np.uint16), kind="stable")
    ends = np.cumsum(np.bincount(query, minlength=len(tolerance)))
    kth = np.full(len(tolerance), np.finfo(np.float32).min)
    for number, own in enumerate(np.split(score[order], ends[:-1])):
        if len(own) >= k:
            kth[number] = np.partition(own, len(own) - k)[len(own) - k]
    bar = _lowered(kth, tolerance)
    kept = score >= bar[query, 0]
    return Found(query[kept], song[kept], score[kept]), bar


def _lowered(kth: NDArray[np.float32], tolerance: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return lower bounds on float32 scores of the k best songs: (queries, 1).

    `kth`: float32 (queries,), the k-th best of some scores.
    """
    # An overflow gives minus infinity, which the lowest number then replaces.
    with np.errstate(over="ignore"):
        bar = np.nextafter((kth - 2 * tolerance).astype(np.float32), np.float32(-np.inf))
    return np.maximum(bar, np.finfo(np.float32).min)[:, None]


def _bar(
    scores: NDArray[np.float32], tolerance: NDArray[np.float64], k: int
) -> NDArray[np.float32]:
    """Return lower bounds on the scores of the k best songs, from a block of songs: (queries, 1).

    The k-th largest of the maxima of groups is a lower bound too, hardly below the score of the
    k-th best song, and faster to find.
    """
    groups = scores.shape[1] // GROUP
    if groups >= 4 * k:
        scores = np.fmax.reduce(
            scores[:, : groups * GROUP].reshape(len(scores), groups, GROUP), axis=2
        )
    place = scores.shape[1] - k
    kth = np.partition(np.where(np.isnan(scores), -np.inf, scores), place, axis=1)[:, place]
    return _lowered(kth, tolerance)


def _count_better(
    queries: NDArray[np.float64],
    candidates: Candidates,
    targets: NDArray[np.integer],
    excluded: Exclusions,
    query_block: int,
    candidate_block: int,
) -> NDArray[np.int64]:
    """Count the candidates that rank before a target; targets and queries are finite."""
    tolerance = tolerance_of(queries, candidates)
    target_scores = exact_scores(queries, candidates, targets)
    low = (target_scores - tolerance).astype(np.float32)[:, None]
    high = (target_scores + tolerance).astype(np.float32)[:, None]
    better = np.zeros(len(targets), np.int64)
    single = single_of(queries)
    starts = range(0, len(targets), query_block)
    hidden = [
        Hidden(*excluded.of_block(start, min(start + query_block, len(targets))))
        for start in starts
    ]
    room = Room(min(query_block, len(targets)), min(candidate_block, len(candidates)))
    for first in watched(range(0, len(candidates), candidate_block), "ranking", unit="blocks"):
        screen = screen_of(candidates, first, first + candidate_block)
        for start, left_out in zip(starts, hidden, strict=True):
            end = min(start + query_block, len(targets))
            scores = room.product(single[start:end], screen)
            left_out.hide(scores, first)
            above = np.greater(scores, high[start:end], out=room.mask(scores))
            better[start:end] += np.add.reduce(above.view(np.uint8), axis=1, dtype=np.uint32)
            near = np.flatnonzero((scores >= low[start:end]) ^ above)
            for part in range(0, len(near), NEAR):
                some = near[part : part + NEAR]
                query, song = some // scores.shape[1] + start, some % scores.shape[1] + first
                exact, bar = exact_scores(queries[query], candidates, song), target_scores[query]
                ahead = (exact > bar) | ((exact == bar) & (song < targets[query]))
                better += np.bincount(query[ahead], minlength=len(targets))
    return better
