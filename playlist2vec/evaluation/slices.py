"""Where a model hits and misses: by popularity, cold pairs, length, place and near copies; and what
it suggests.
"""

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
"""Songs, the target the last of them, that make a near copy where they stand in training in this
order.
"""


@dataclass(frozen=True, eq=False)
class Slice:
    """The pairs that fall into one group of one slicing: `chosen`, bool (pairs,)."""

    slicing: str
    group: str
    chosen: NDArray[np.bool_]


def popularity_slices(targets: NDArray[np.integer], counts: NDArray[np.int64]) -> list[Slice]:
    """By the target's popularity: head, middle and tail songs make up a third of the training plays
    each.

    `targets`: integers (pairs,), song codes. `counts`: int64 (songs,), training plays of each code.
    Songs are taken from the most frequent down; a song belongs to the third in which its last play
    falls. Targets without training plays are a group of their own, `unseen`.
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
    """How often each pair's query is directly followed by its target in the training playlists:
    int64 (pairs,).

    `train`: the playlists, in parts.
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
    """By how often (query, target) was seen in training: never, once or twice, more often.

    `bigrams`: int64 (pairs,). The cold start of Caselles-Dupré et al. (RecSys 2018): their f = 0 is
    the first group, their f = 2 the first two.
    """
    return _binned(
        "cold pairs", ("never seen", "seen 1-2 times", "seen 3 times or more"), bigrams, BIGRAMS
    )


def length_slices(lengths: NDArray[np.int64]) -> list[Slice]:
    """By the length of the playlist, the held-out song included: int64 (pairs,)."""
    return _binned("playlist length", ("3-5", "6-10", "11-20", "21 or more"), lengths, LENGTHS)


def place_slices(pairs: Pairs) -> list[Slice]:
    """By the place of the target in its playlist: its last song, or else in its first or second
    half.
    """
    last = pairs.playlists.lengths - 1
    group = np.where(pairs.places == last, 2, np.where(2 * pairs.places < last, 0, 1))
    names = ("first half", "second half", "last song")
    return [Slice("place", name, group == number) for number, name in enumerate(names)]


def near_copies(train: Iterable[Playlists], pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the target and the RUN - 1 songs before it stand in this order in a training
    playlist: bool (pairs,).

    `train`: the playlists, in parts. A pair with a shorter history is none.
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
    """By whether a pair is a near copy, bool (pairs,), as `near_copies` says."""
    named = (("last 6 songs in training", near), ("others", ~near))
    return [Slice("near copies", name, chosen) for name, chosen in named]


def groups_of(parts: Parts, pairs: Pairs, songs: int) -> list[Slice]:
    """The pairs by popularity of the target, what training saw of them, length of the playlist and
    place in it.
    """
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
    """Each slice that is not empty, its number of pairs, and its hit@k and ndcg@k with intervals."""
    scored = []
    for each in slices:
        pairs = int(np.count_nonzero(each.chosen))
        if pairs:
            scores = score_intervals(ranks[each.chosen], (k,), resamples, seed)
            scored.append((each, pairs, {name: scores[name] for name in (f"hit@{k}", f"ndcg@{k}")}))
    return scored


@dataclass(frozen=True)
class Suggested:
    """What a model suggests, whatever the right answers are.

    `coverage`: the share of all songs that stand in at least one list. `mean_popularity`: the mean
    over all suggestions of the song's share of training plays times the number of songs, so that 1
    is a song played as often as the average. `same_artist`: the share of suggestions by the artist
    of the query, among those where both are known; NaN for none.
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
    """Describe lists of suggestions, int64 (queries, k), rows of songs, -1 where a list is shorter.

    `queries`: int64 (queries,), the row of the query. `counts`, `artists`: int64 (songs,), training
    plays of each row and the number of its artist, -1 for unknown.
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
