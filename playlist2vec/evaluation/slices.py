"""Slices by popularity, cold pairs, length, place and near copies; statistics of suggestions."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.copies import run_hashes
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.vocabulary import count_plays
from playlist2vec.evaluation.intervals import Interval, score_intervals

LENGTHS = (3, 6, 11, 21)
BIGRAMS = (0, 1, 3)
RUN = 6
"""Songs of a near copy: the target and the songs before, in the same order in training."""


@dataclass(frozen=True, eq=False)
class Slice:
    """A group of pairs within a slicing: `chosen`, bool (pairs,)."""

    slicing: str
    group: str
    chosen: NDArray[np.bool_]


def popularity_slices(targets: NDArray[np.integer], counts: NDArray[np.int64]) -> list[Slice]:
    """Slice pairs by popularity of the target: head, middle and tail have equal training plays.

    `targets`: integers (pairs,), song codes. `counts`: int64 (songs,), training plays of every
    code. Songs are taken from the most frequent down; a song belongs to the third in which the last
    play of the song falls. Targets without training plays are a fourth group, `unseen`.
    """
    order = np.argsort(-counts, kind="stable")
    cumulated = np.cumsum(counts[order])
    third = np.empty(len(counts), np.int64)
    third[order] = np.minimum(3 * (cumulated - 1) // max(int(cumulated[-1]), 1), 2)
    third[counts == 0] = 3
    names = ("head", "middle", "tail", "unseen")
    return [
        Slice("popularity", name, third[targets] == number) for number, name in enumerate(names)
    ]


def bigram_counts(train: Iterable[Playlists], pairs: Pairs, songs: int) -> NDArray[np.int64]:
    """Count how often the target directly follows the query in training: int64 (pairs,).

    `train`: batches of playlists.
    """
    asked, which = np.unique(
        pairs.queries.astype(np.int64) * songs + pairs.targets, return_inverse=True
    )
    counts = np.zeros(len(asked) + 1, np.int64)
    for part in train:
        tracks = part.tracks.astype(np.int64)
        together = np.ones(max(len(tracks) - 1, 0), bool)
        ends = part.offsets[1:-1]
        together[ends[(ends > 0) & (ends < len(tracks))] - 1] = False
        seen = (tracks[:-1] * songs + tracks[1:])[together]
        place = np.searchsorted(asked, seen)
        place[np.append(asked, -1)[place] != seen] = len(asked)
        counts += np.bincount(place, minlength=len(counts))
    return counts[which]


def cold_slices(bigrams: NDArray[np.int64]) -> list[Slice]:
    """Slice pairs by the training count of (query, target): never, once or twice, more often.

    `bigrams`: int64 (pairs,). The cold start of Caselles-Dupré et al. (RecSys 2018): f = 0 in the
    paper is the first group, f = 2 the first two.
    """
    return _binned(
        "cold pairs", ("never seen", "seen 1-2 times", "seen 3 times or more"), bigrams, BIGRAMS
    )


def length_slices(lengths: NDArray[np.int64]) -> list[Slice]:
    """Slice pairs by the length of the playlist, the held-out song included: int64 (pairs,)."""
    return _binned("playlist length", ("3-5", "6-10", "11-20", "21 or more"), lengths, LENGTHS)


def place_slices(pairs: Pairs) -> list[Slice]:
    """Slice pairs by the place of the target: first half, second half or last song."""
    last = pairs.playlists.lengths - 1
    group = np.where(pairs.places == last, 2, np.where(2 * pairs.places < last, 0, 1))
    names = ("first half", "second half", "last song")
    return [Slice("place", name, group == number) for number, name in enumerate(names)]


def near_copies(train: Iterable[Playlists], pairs: Pairs) -> NDArray[np.bool_]:
    """Mark the pairs that are near copies of a training playlist: bool (pairs,).

    In a near copy, the target and the RUN - 1 songs before stand in a training playlist in the same
    order. A pair with a shorter history is no near copy. `train`: batches of playlists.
    """
    ends, hashes = run_hashes(pairs.playlists, RUN)
    targets = pairs.playlists.offsets[:-1] + pairs.places
    place = np.minimum(np.searchsorted(ends, targets), max(len(ends) - 1, 0))
    asked = np.flatnonzero(ends[place] == targets) if len(ends) else np.zeros(0, np.int64)
    seen = np.zeros(len(asked), bool)
    for part in train:
        seen |= np.isin(hashes[place[asked]], run_hashes(part, RUN)[1])
    near = np.zeros(len(pairs), bool)
    near[asked] = seen
    return near


def near_copy_slices(near: NDArray[np.bool_]) -> list[Slice]:
    """Slice pairs into near copies and the rest. `near`: bool (pairs,), from `near_copies`."""
    named = (("last 6 songs in training", near), ("others", ~near))
    return [Slice("near copies", name, chosen) for name, chosen in named]


def groups_of(parts: Parts, pairs: Pairs, songs: int) -> list[Slice]:
    """Return the slices by popularity, training counts, playlist length, place and near copies."""
    counts = count_plays(parts, songs)
    return [
        *popularity_slices(pairs.targets, counts),
        *cold_slices(bigram_counts(parts, pairs, songs)),
        *length_slices(pairs.playlists.lengths),
        *place_slices(pairs),
        *near_copy_slices(near_copies(parts, pairs)),
    ]


def slice_scores(
    slices: list[Slice], ranks: NDArray[np.float64], k: int, resamples: int, seed: int
) -> list[tuple[Slice, int, dict[str, Interval]]]:
    """Return the slices that are not empty, with numbers of pairs, and hit@k and ndcg@k.

    Both scores have intervals, from `resamples` bootstrap samples.
    """
    scored = []
    for each in slices:
        pairs = int(np.count_nonzero(each.chosen))
        if pairs:
            scores = score_intervals(ranks[each.chosen], (k,), resamples, seed)
            scored.append((each, pairs, {name: scores[name] for name in (f"hit@{k}", f"ndcg@{k}")}))
    return scored


@dataclass(frozen=True)
class Suggested:
    """Properties of a model's suggestions, whatever the right answers are.

    `coverage`: the share of all songs that stand in at least one list. `mean_popularity`: the mean
    over all suggestions of the song's share of training plays times the number of songs, so that 1
    is a song played as often as the average. `same_artist`: the share of suggestions by the artist
    of the query, among suggestions with both artists known; NaN without any.
    """

    coverage: float
    mean_popularity: float
    same_artist: float


def describe_suggestions(
    lists: NDArray[np.int64],
    queries: NDArray[np.int64],
    counts: NDArray[np.int64],
    artists: NDArray[np.int64],
) -> Suggested:
    """Return the properties of lists of suggestions.

    `lists`: int64 (queries, k), rows of songs, -1 where a list is shorter. `queries`: int64
    (queries,), the row of the query. `counts`, `artists`: int64 (songs,), training plays of every
    row and the number of the artist, -1 for unknown.
    """
    given = lists >= 0
    songs = lists[given]
    asked = np.repeat(queries, given.sum(axis=1))
    known = (artists[songs] >= 0) & (artists[asked] >= 0)
    same = artists[songs][known] == artists[asked][known]
    return Suggested(
        coverage=len(np.unique(songs)) / len(counts),
        mean_popularity=float(np.mean(counts[songs]) / np.mean(counts)),
        same_artist=float(np.mean(same)) if len(same) else float("nan"),
    )


def _binned(
    slicing: str, names: tuple[str, ...], values: NDArray[np.int64], starts: tuple[int, ...]
) -> list[Slice]:
    bins = np.searchsorted(np.array(starts), values, side="right") - 1
    return [
        Slice(slicing, name, np.maximum(bins, 0) == number) for number, name in enumerate(names)
    ]
