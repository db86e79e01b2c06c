"""The n-gram baseline: the last songs in order, with back-off to fewer songs."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from playlist2vec.corpus.playlists import places_of
from playlist2vec.models.counting.floor import above_floor
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer


@dataclass(frozen=True, eq=False)
class Grams:
    """The distinct n-grams of a length n of 2 or more; the number of an n-gram is its place here.

    The context of an n-gram, all its songs but the last, is an n-gram of length n - 1 with a number
    of its own: the song's row if n is 2. `keys`: int64 (n-grams,), rising, the context's number *
    songs of the index + last song. `counts`: int64 (n-grams,), the number of occurrences.
    `continuations`: int64 (n-grams,), the number of distinct songs just before the n-gram, the
    beginning of a playlist counted as one. `offsets`: int64 (contexts + 1,), where each context
    begins.
    """

    keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    continuations: NDArray[np.int64]
    offsets: NDArray[np.int64]


def kneser_ney(index: PlayIndex, order: int, discount: float) -> Scorer:
    """Return the scorer of Kneser-Ney n-grams: score(c) = P(c | last `order` - 1 songs).

    The n-grams are interpolated, and the songs are the last songs of the query:

        P(c | h) = (max(n(h c) - d, 0) + d * N(h .) * P(c | h')) / n(h .)

    n(h c) counts how often c follows the songs h, n(h .) is its sum over all c, N(h .) the number
    of distinct c that follow h, h' is h without its first song, and d is `discount`, above 0 and
    below 1. For contexts h shorter than the longest context that `order` and the query allow,
    n(h c) is the number of distinct songs just before h c instead, the beginning of a playlist
    counted as one. A context h that no song follows in training gives P(c | h) = P(c | h').

    Without a context, P(c) is the share of c among all plays, not among continuations, so that
    songs never seen after the query rank in the order of popularity; the floor of `above_floor`
    applies. Weights of queries are ignored. Memory: about 40 bytes for each play and length.

    Kneser, Ney, Improved backing-off for m-gram language modeling, ICASSP 1995; interpolated: Chen,
    Goodman, An empirical study of smoothing techniques for language modeling, Comput. Speech Lang.
    13 (1999).
    """
    levels = cache(lambda: count_grams(index, order))

    def scores(queries: Queries) -> csr_array:
        evidence, left = csr_array((len(queries), index.songs)), np.ones(len(queries))
        for length, grams in enumerate(levels(), start=2):
            context = _contexts(levels(), queries, length - 1, index.songs)
            longest = np.minimum(queries.lengths + 1, order) == length
            here, kept = _discounted(grams, context, longest, discount, index.songs)
            evidence.data *= np.repeat(kept, np.diff(evidence.indptr))
            evidence = (evidence + here).tocsr() if evidence.nnz else here
            left *= kept
        return above_floor(evidence, index.shares, left)

    return scores


def count_grams(index: PlayIndex, order: int) -> list[Grams]:
    """Count the n-grams of lengths 2 to `order` within training playlists."""
    tracks = index.train.tracks.astype(np.int64)
    position = np.arange(len(tracks)) - np.repeat(index.train.offsets[:-1], index.train.lengths)
    # For each play the number of the n-gram that ends there, one song shorter than `length`.
    ending, different = tracks, index.songs
    levels: list[Grams] = []
    for length in range(2, order + 1):
        ends = np.flatnonzero(position >= length - 1)
        found = ending[ends - 1] * index.songs + tracks[ends]
        keys, first, number, counts = np.unique(
            found,
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        if levels:
            continuations = np.bincount(ending[ends[first]], minlength=different)
            continuations[np.unique(ending[position == length - 2])] += 1
            levels[-1].continuations[:] = continuations
        offsets = np.searchsorted(keys, np.arange(different + 1) * index.songs)
        # The longest n-grams are never continuations.
        levels.append(Grams(keys, counts, np.zeros_like(counts), offsets))
        ending, different = np.full(len(tracks), -1), len(keys)
        ending[ends] = number
    return levels


def _contexts(
    levels: list[Grams],
    queries: Queries,
    length: int,
    songs: int,
) -> NDArray[np.int64]:
    """Return the numbers of the last `length` songs of queries: int64 (queries,), -1 for none."""
    asked = np.flatnonzero(queries.lengths >= length)
    start = queries.offsets[asked + 1] - length
    number = queries.songs[start].astype(np.int64)
    for step, grams in enumerate(levels[: length - 1], start=1):
        wanted = number * songs + queries.songs[start + step]
        place = np.searchsorted(grams.keys, wanted)
        there = (number >= 0) & (place < len(grams.keys))
        there[there] = grams.keys[place[there]] == wanted[there]
        number = np.where(there, place, -1)
    contexts = np.full(len(queries), -1)
    contexts[asked] = number
    return contexts


def _discounted(
    grams: Grams,
    contexts: NDArray[np.int64],
    longest: NDArray[np.bool_],
    discount: float,
    songs: int,
) -> tuple[csr_array, NDArray[np.float64]]:
    """Return the discounted shares of an n-gram length, and the share left for shorter contexts.

    `contexts`: int64 (queries,), -1 for none. `longest`: bool (queries,), true to use counts, false
    to use continuations. Returns float64 (queries, songs) and float64 (queries,), 1 without a
    context.
    """
    asked = np.flatnonzero(contexts >= 0)
    asked = asked[np.diff(grams.offsets)[contexts[asked]] > 0]
    places, offsets = places_of(grams.offsets, contexts[asked])
    different = np.diff(offsets)
    by_count = np.repeat(longest[asked], different)
    counts = np.where(by_count, grams.counts[places], grams.continuations[places])
    totals = np.add.reduceat(counts, offsets[:-1]) if len(asked) else np.empty(0)
    left = np.ones(len(contexts))
    left[asked] = discount * different / totals
    shares = (counts - discount) / np.repeat(totals, different)
    rows = offsets[np.searchsorted(asked, np.arange(len(contexts) + 1))]
    shape = (len(contexts), songs)
    return csr_array((shares, grams.keys[places] % songs, rows), shape=shape), left
