"""Pairs of songs in a playlist."""

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from playlist2vec.models.word2vec.blocks.compiling import compiled
from playlist2vec.models.word2vec.blocks.draws import below, number_at


@compiled
def keep(
    songs: NDArray[np.int32],
    offsets: NDArray[np.int64],
    thresholds: NDArray[np.uint64],
    stream: np.uint64,
    first: int,
    kept: NDArray[np.int32],
    bounds: NDArray[np.int64],
) -> int:
    """Write the songs left by sub-sampling into `kept` and the new offsets into `bounds`; return
    the number of songs.

    `thresholds`: uint64 (songs,); a play stays where the play's random number is at most the song's
    threshold. `first`: plays of the epoch before these plays.
    """
    number = 0
    bounds[0] = 0
    for playlist in range(len(offsets) - 1):
        for play in range(offsets[playlist], offsets[playlist + 1]):
            if number_at(stream, uint64(first + play)) <= thresholds[songs[play]]:
                kept[number] = songs[play]
                number += 1
        bounds[playlist + 1] = number
    return number


@compiled
def most_pairs(low: int, start: int, end: int, window: int, around: bool) -> int:
    """Return the maximum number of pairs of the play at `low`, in a playlist from `start` to before
    `end`.
    """
    after = min(window, end - 1 - low)
    return after + min(window, low - start) if around else after


@compiled
def chunk_end(
    low: int, plays: int, bounds: NDArray[np.int64], window: int, around: bool, capacity: int
) -> int:
    """Return the end of the chunk that begins at play `low`: a single play, or as many plays as
    have `capacity` pairs.
    """
    playlist = np.searchsorted(bounds, low, side="right") - 1
    pairs = 0
    play = low
    while play < plays:
        while bounds[playlist + 1] <= play:
            playlist += 1
        pairs += most_pairs(play, bounds[playlist], bounds[playlist + 1], window, around)
        if pairs > capacity and play > low:
            break
        play += 1
    return play


@compiled
def window_pairs(
    play: int,
    start: int,
    end: int,
    songs: NDArray[np.int32],
    window: int,
    shrink: bool,
    number: np.uint64,
    found: NDArray[np.int32],
) -> int:
    """Write the pairs of the song at `play` with surrounding songs into `found`; return the number
    of pairs.

    The song at `play` is the output; every song within the window, drawn from 1 to `window` with
    `shrink`, is an input.
    """
    reach = 1 + int(below(number, uint64(window))) if shrink else window
    pairs = 0
    for other in range(max(start, play - reach), min(end, play + reach + 1)):
        if other != play:
            found[pairs, 0] = songs[other]
            found[pairs, 1] = songs[play]
            pairs += 1
    return pairs


@compiled
def following_pairs(
    play: int,
    end: int,
    songs: NDArray[np.int32],
    window: int,
    spaces: int,
    size: int,
    thresholds: NDArray[np.uint64],
    number: np.uint64,
    found: NDArray[np.int32],
) -> int:
    """Write the pairs of the song at `play`, the input, with following songs into `found`; return
    the number of pairs.

    The input of a distance is row `size` * (distance - 1) + song, if every distance has a space of
    its own. `thresholds`: uint64 (size + spaces * size,): a pair stays where the random numbers of
    target and input are at most their thresholds; empty without sub-sampling.
    """
    pairs = 0
    for distance in range(1, min(window, end - 1 - play) + 1):
        row = songs[play] + size * (min(distance, spaces) - 1)
        target = songs[play + distance]
        if len(thresholds) and (
            number_at(number, uint64(2 * distance)) > thresholds[target]
            or number_at(number, uint64(2 * distance + 1)) > thresholds[size + row]
        ):
            continue
        found[pairs, 0] = row
        found[pairs, 1] = target
        pairs += 1
    return pairs


@compiled
def pairs_of(
    offsets: NDArray[np.int64], window: int, around: bool, low: int = 0, high: int = 2**62
) -> int:
    """Return the number of pairs of the plays from `low` to before `high`, with the whole window
    and all plays kept.
    """
    pairs = 0
    for playlist in range(len(offsets) - 1):
        for play in range(max(offsets[playlist], low), min(offsets[playlist + 1], high)):
            pairs += most_pairs(play, offsets[playlist], offsets[playlist + 1], window, around)
    return pairs


@compiled
def asked_counts(
    songs: NDArray[np.int32],
    offsets: NDArray[np.int64],
    window: int,
    spaces: int,
    asked: NDArray[np.int64],
) -> None:
    """Add to `asked`, int64 (spaces, songs), the number of pairs in which a song is the input, by
    space.
    """
    for playlist in range(len(offsets) - 1):
        for play in range(offsets[playlist], offsets[playlist + 1]):
            for distance in range(1, min(window, offsets[playlist + 1] - 1 - play) + 1):
                asked[min(distance, spaces) - 1, songs[play]] += 1
