"""Random walks on a ring of songs, the model of the data set `sample`.

Songs lie on a ring, artist beside artist and genre beside genre. A playlist is a walk on the ring,
a first-order Markov chain: the next song is

- with probability 0.02 the same song again;
- else, with probability `predictability`, a neighbour: mostly from the narrow window, sometimes
  from the wide window;
- else any song.

Within a window and among all songs a song is drawn by its weight, 1 / (rank + 50), with random
ranks.

All draws are integers made by hashing (`hashing.mix`) from the seed, a purpose and the number of
the thing drawn: the same on every machine and with every version of NumPy. A playlist stays the
same when further playlists are added.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.sources.sample.params import SampleParams

NARROW = 8
WIDE = 200
"""Songs on each side of a song in the narrow and in the wide window."""

MILLION = 1_000_000
REPEAT = 20_000
"""Immediate repeats among a million songs."""
NARROW_SHARE = 0.8
"""The share of the neighbours drawn from the narrow window."""

FLAT = 50
"""A summand of the rank, so that the first songs do not outweigh all others."""
LENGTHS = range(3, 231)
LARGEST_ARTIST = 64


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The songs of the ring by place, and the probabilities of the next song.

    `weights`: int64 (songs,). `artists`: int64 (songs,), ascending from 0, equal for songs of the
    same artist. `sums`: int64 (songs + 2 * reach + 1,), running sums of the weights from `reach`
    places before place 0 to `reach` places after the last place, beginning with 0. `reaches`: songs
    on each side in the narrow and in the wide window; `reach` is the latter. `odds`: the numbers,
    of a million next songs, of repeats and of songs from the narrow window, from the wide window,
    and from all songs.
    """

    weights: NDArray[np.int64]
    artists: NDArray[np.int64]
    sums: NDArray[np.int64]
    reaches: tuple[int, int]
    odds: tuple[int, int, int, int]

    def __len__(self) -> int:
        return len(self.weights)


def make_catalogue(params: SampleParams) -> Catalogue:
    """Assign ranks and artists to `params.songs` places.

    The result depends on `songs`, `predictability` and `seed` only.
    """
    songs = params.songs
    weights = np.empty(songs, np.int64)
    weights[shuffled("ranks", params.seed, songs)] = 10**12 // np.arange(1 + FLAT, songs + 1 + FLAT)
    reach = min(WIDE, (songs - 1) // 2)
    around = np.arange(-reach, songs + reach) % songs
    return Catalogue(
        weights=weights,
        artists=_artists(params.seed, songs),
        sums=np.concatenate([np.zeros(1, np.int64), np.cumsum(weights[around])]),
        reaches=(min(NARROW, reach), reach),
        odds=_odds(params.predictability),
    )


def walk(
    catalogue: Catalogue, playlists: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Draw playlists; return the places of their songs, int32 (plays,), and offsets.

    The offsets are int64 (playlists + 1,).
    """
    lengths = _lengths(seed, playlists)
    offsets = offsets_of(lengths)
    songs = np.empty(offsets[-1], np.int32)
    longest_first = np.argsort(-lengths, kind="stable")
    still_on = np.cumsum(np.bincount(lengths)[::-1])[::-1]
    here = _any_song(catalogue, drawn("first song", seed, longest_first.astype(np.uint64)))
    for position in range(int(lengths.max())):
        playing = longest_first[: still_on[position + 1]]
        here = here[: len(playing)]
        if position:
            here = next_songs(catalogue, here, seed, position, playing.astype(np.uint64))
        songs[offsets[playing] + position] = here
    return songs, offsets


def next_songs(
    catalogue: Catalogue,
    here: NDArray[np.int64],
    seed: int,
    position: int,
    playlists: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """Draw the song after every song of `here`, places, int64 (n,).

    `position`: the position of the new songs in their `playlists`, uint64 (n,).
    """
    repeat, narrow, wide, _ = np.cumsum(catalogue.odds).tolist()
    kind = below(drawn(f"kind {position}", seed, playlists), MILLION)
    draws = drawn(f"song {position}", seed, playlists)
    following = here.copy()
    for low, high, reach in (
        (repeat, narrow, catalogue.reaches[0]),
        (narrow, wide, catalogue.reaches[1]),
    ):
        chosen = np.flatnonzero((kind >= low) & (kind < high))
        following[chosen] = _neighbour(catalogue, here[chosen], draws[chosen], reach)
    chosen = np.flatnonzero(kind >= wide)
    following[chosen] = _any_song(catalogue, draws[chosen])
    return following


def _odds(predictability: float) -> tuple[int, int, int, int]:
    neighbours = round((MILLION - REPEAT) * predictability)
    narrow = round(neighbours * NARROW_SHARE)
    return REPEAT, narrow, neighbours - narrow, MILLION - REPEAT - neighbours


def _neighbour(
    catalogue: Catalogue, here: NDArray[np.int64], draws: NDArray[np.uint64], reach: int
) -> NDArray[np.int64]:
    """Draw by weight among the songs at most `reach` places from `here`, `here` excepted."""
    middle = here + catalogue.reaches[1]
    start, own, end = (catalogue.sums[middle + step] for step in (-reach, 0, reach + 1))
    weight = catalogue.weights[here]
    mark = start + below(draws, end - start - weight)
    mark += np.where(mark >= own, weight, 0)
    place: NDArray[np.int64] = (
        np.searchsorted(catalogue.sums, mark, side="right") - 1 - catalogue.reaches[1]
    )
    return place % len(catalogue)


def _any_song(catalogue: Catalogue, draws: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Draw by weight among all songs."""
    sums = catalogue.sums[catalogue.reaches[1] : catalogue.reaches[1] + len(catalogue) + 1]
    mark = sums[0] + below(draws, sums[-1] - sums[0])
    place: NDArray[np.int64] = np.searchsorted(sums, mark, side="right") - 1
    return place


def _lengths(seed: int, playlists: int) -> NDArray[np.int64]:
    """Draw lengths with a long tail: length n with weight 1 / (n + 17) ** 4."""
    sums = np.cumsum([10**12 // (length + 17) ** 4 for length in LENGTHS])
    draws = drawn("lengths", seed, np.arange(playlists, dtype=np.uint64))
    return LENGTHS.start + np.searchsorted(sums, below(draws, sums[-1]), side="right")


def _artists(seed: int, songs: int) -> NDArray[np.int64]:
    """Assign an artist to every place; an artist has n songs, 1 to 64, with weight 1 / n.

    The last artist takes the remaining places.
    """
    sums = np.cumsum(10**9 // np.arange(1, LARGEST_ARTIST + 1))
    draws = drawn("artists", seed, np.arange(songs, dtype=np.uint64))
    ends = np.cumsum(1 + np.searchsorted(sums, below(draws, sums[-1]), side="right"))
    return np.searchsorted(ends, np.arange(songs), side="right")


def drawn(purpose: str, seed: int, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a random number for each of `numbers`, by seed and purpose."""
    return mix(numbers, key_of_name(f"sample {seed} {purpose}"))


def below(
    draws: NDArray[np.uint64], bounds: NDArray[np.int64] | np.int64 | int
) -> NDArray[np.int64]:
    """Reduce draws to numbers from 0 to below `bounds`.

    The bounds are below 2**44, so the bias is negligible.
    """
    return (draws % np.asarray(bounds).astype(np.uint64)).astype(np.int64)


def shuffled(purpose: str, seed: int, size: int) -> NDArray[np.int64]:
    """Return the numbers from 0 to below `size` in random order, by seed and purpose."""
    return np.argsort(drawn(purpose, seed, np.arange(size, dtype=np.uint64)), kind="stable")
