"""Statistics of a data set of any size, read in blocks."""

from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.copies import content_hashes
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import PlaylistsFile

PAIRS = 1 << 22
"""Pairs of a group, which are sorted at once; a group has at most twice as many."""
PAIR = np.dtype([("first", "<i4"), ("second", "<i4")])


class Counted(NamedTuple):
    """The counts of the pairs of a track and the next track in a playlist: all, and distinct pairs.

    `least`, `most`: how often the rarest and the most frequent pair occur; 0 without pairs.
    """

    adjacent: int
    distinct: int
    least: int
    most: int


def statistics_of(file: PlaylistsFile, scratch: IO[bytes]) -> dict[str, Any]:
    """Return the numbers of playlists, tracks and entries, the sizes of playlists, copies,
    occurrences of tracks, and pairs.

    `identical_playlists`: `copies`, the playlists with the same songs in the same order as an
    earlier playlist, and `most_of_one`, the size of the largest group of identical playlists; empty
    playlists are left aside. Means are rounded to 6 digits. In memory are a block of plays, 40
    bytes a playlist and 24 a track; `scratch`, an empty file that can be written and read, gets 8
    bytes a play.
    """
    occurrences, firsts = _occurrences(file)
    hashes = np.concatenate(
        [np.empty(0, np.uint64), *(content_hashes(block.load()) for block in file.blocks())]
    )
    _, identical = np.unique(hashes[np.diff(file.offsets) > 0], return_counts=True)
    played = occurrences[occurrences > 0]
    sizes = np.diff(file.offsets)
    pairs = count_pairs(file, firsts, scratch)
    return {
        "playlists": len(file),
        "tracks": len(played),
        "entries": file.plays,
        "playlist_sizes": _spread(sizes),
        "identical_playlists": {
            "copies": int(np.sum(identical - 1)),
            "most_of_one": int(identical.max(initial=0)),
        },
        "track_occurrences": _spread(played),
        "pairs": {
            "adjacent": pairs.adjacent,
            "distinct": pairs.distinct,
            "occurrences": {
                "min": pairs.least,
                "mean": _mean(pairs.adjacent, pairs.distinct),
                "max": pairs.most,
            },
        },
    }


def _spread(values: NDArray[np.int64]) -> dict[str, int | float]:
    return {
        "min": int(values.min(initial=values[0] if len(values) else 0)),
        "mean": _mean(int(values.sum()), len(values)),
        "max": int(values.max(initial=0)),
    }


def _mean(total: int, number: int) -> float:
    return round(total / number, 6) if number else 0.0


def _occurrences(file: PlaylistsFile) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how often every track occurs, and how often as the first of a pair: two arrays, int64
    (tracks,).
    """
    occurrences, firsts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for block in file.blocks():
        playlists = block.load()
        occurrences = _added(occurrences, np.bincount(playlists.tracks))
        firsts = _added(firsts, np.bincount(pairs_of(playlists)["first"]))
    return occurrences, _added(firsts, np.zeros(len(occurrences), np.int64))


def _added(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of two arrays, the shorter array filled up with zeros."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    longer[: len(shorter)] += shorter
    return longer


def pairs_of(playlists: Playlists) -> NDArray[np.void]:
    """Return every entry with the next entry of the playlist: PAIR (pairs,)."""
    tracks, ends = playlists.tracks, playlists.offsets[1:]
    followed = np.ones(len(tracks), bool)
    followed[ends[playlists.lengths > 0] - 1] = False
    places = np.flatnonzero(followed)
    pairs = np.empty(len(places), PAIR)
    pairs["first"], pairs["second"] = tracks[places], tracks[places + 1]
    return pairs


def count_pairs(file: PlaylistsFile, firsts: NDArray[np.int64], scratch: IO[bytes]) -> Counted:
    """Count all pairs, group by group; `scratch` holds the pairs of every group in a row.

    A group are the pairs whose first tracks have codes in one range. `firsts`: how many pairs begin
    with each track, int64 (tracks,).
    """
    if not firsts.any():
        return Counted(0, 0, 0, 0)
    edges = _edges(firsts)
    before = np.concatenate([[0], np.cumsum(firsts)])[edges]
    place = before[:-1].copy()
    for block in file.blocks():
        pairs = pairs_of(block.load())
        group = np.searchsorted(edges, pairs["first"], side="right") - 1
        pairs = pairs[np.argsort(group.astype(np.int32), kind="stable")]
        sizes = np.bincount(group, minlength=len(place))
        ends = np.cumsum(sizes)
        for number in np.flatnonzero(sizes).tolist():
            scratch.seek(int(place[number]) * PAIR.itemsize)
            scratch.write(pairs[ends[number] - sizes[number] : ends[number]].tobytes())
        place += sizes
    scratch.flush()
    counts = [
        _count_group(scratch, start, end, len(firsts), alone=last - first == 1)
        for start, end, first, last in zip(
            before[:-1], before[1:], edges[:-1], edges[1:], strict=True
        )
        if end > start
    ]
    return Counted(
        adjacent=int(before[-1]),
        distinct=sum(distinct for distinct, _, _ in counts),
        least=min(least for _, least, _ in counts),
        most=max(most for _, _, most in counts),
    )


def _edges(firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the edges of the groups of tracks: int64, from 0 to the number of tracks, rising.

    The tracks of a group begin at most 2 * PAIRS pairs, or the group is one track alone.
    """
    sums = np.cumsum(firsts)
    evenly = np.searchsorted(sums, np.arange(PAIRS, sums[-1] + PAIRS, PAIRS)) + 1
    alone = np.flatnonzero(firsts > PAIRS)
    return np.unique(
        np.concatenate([[0], np.minimum(evenly, len(firsts)), alone, alone + 1, [len(firsts)]])
    )


def _count_group(
    scratch: IO[bytes], start: int, end: int, tracks: int, *, alone: bool
) -> tuple[int, int, int]:
    """Return the number of distinct pairs from pair `start` to before `end`, and the lowest and the
    highest count of a pair.
    """
    if alone:
        counts = np.zeros(tracks, np.int64)
        for begin in range(start, end, PAIRS):
            counts += np.bincount(
                _read(scratch, begin, min(begin + PAIRS, end))["second"], minlength=tracks
            )
        counts = counts[counts > 0]
    else:
        pairs = _read(scratch, start, end)
        keys = np.sort(pairs["first"].astype(np.int64) * tracks + pairs["second"])
        begins = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.diff(begins, append=len(keys))
    return len(counts), int(counts.min()), int(counts.max())


def _read(scratch: IO[bytes], start: int, end: int) -> NDArray[np.void]:
    scratch.seek(int(start) * PAIR.itemsize)
    return np.frombuffer(scratch.read(int(end - start) * PAIR.itemsize), PAIR)
