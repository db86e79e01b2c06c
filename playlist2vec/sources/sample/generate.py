"""The data set `sample`: invented playlists whose true next-song distribution is known.

Songs lie on a ring, artist beside artist and genre beside genre. A playlist is a walk on it,
exactly a first-order Markov chain: the next song is

- with probability 0.02 the same song again;
- else, with probability `predictability`, a neighbour: mostly of the narrow window, sometimes of
  the wide one;
- else any song.

Within a window and among all songs a song is drawn by its weight, 1 / (rank + 50), ranks being
dealt out at random. So the best that anyone could predict is known in closed form (`best_hit_at`).

All draws are integers made by hashing (`hashing.mix`) from the seed, a purpose and the number of
what is drawn: the same on every machine and with every version of NumPy, and a playlist stays the
same when others are added.
"""

import csv
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import whole_file
from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.sources.sample.names import GENRES, artist_name, title
from playlist2vec.sources.sample.params import SampleParams

NARROW = 8
WIDE = 200
"""Songs on each side that a window reaches to."""

MILLION = 1_000_000
REPEAT = 20_000
"""Immediate repeats among a million songs."""
NARROW_SHARE = 0.8
"""Of the neighbours, those drawn from the narrow window."""

FLAT = 50
"""Added to the rank, so that the first songs do not outweigh all others."""
LENGTHS = range(3, 231)
LARGEST_ARTIST = 64
QUERIES = 10_000
"""Playlists at most whose last but one song is asked about for the best reachable score."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The songs of the ring, by place, and how the next song is drawn.

    `weights`: int64 (songs,). `artists`: int64 (songs,), never falling, from 0. `sums`: int64
    (songs + 2 * reach + 1,), running sums of the weights from `reach` places before place 0 to
    `reach` places after the last, beginning with 0. `reaches`: songs on each side of the narrow and
    of the wide window; `reach` is the latter. `odds`: of a million next songs, how many are the
    same again, from the narrow window, from the wide one, of all.
    """

    weights: NDArray[np.int64]
    artists: NDArray[np.int64]
    sums: NDArray[np.int64]
    reaches: tuple[int, int]
    odds: tuple[int, int, int, int]

    def __len__(self) -> int:
        return len(self.weights)


@dataclass(frozen=True)
class Sample:
    """The counts of what `write_sample` wrote, songs in all and distinct ones; the best reachable
    hit@10.
    """

    playlists: int
    songs_played: int
    distinct: int
    best_hit_at_10: float


def write_sample(params: SampleParams, folder: Path) -> Sample:
    """Write `playlists.txt` and `tracks.csv` into `folder`, each whole or not at all."""
    catalogue = make_catalogue(params)
    songs, offsets = walk(catalogue, params.playlists, params.seed)
    played = np.flatnonzero(np.bincount(songs, minlength=len(catalogue)))
    track_ids = _ids("track ids", params.seed, len(catalogue))[played]
    artist_ids = _ids("artist ids", params.seed, int(catalogue.artists[-1]) + 1)[
        catalogue.artists[played]
    ]
    tokens = [
        f"track_{track},artist_{artist}"
        for track, artist in zip(track_ids.tolist(), artist_ids.tolist(), strict=True)
    ]
    code = np.zeros(len(catalogue), np.int32)
    code[played] = np.arange(len(played))
    _write_playlists(folder / "playlists.txt", code[songs], offsets, tokens)
    _write_tracks(folder / "tracks.csv", track_ids, *_names(catalogue, params.seed, played))
    queries = songs[offsets[1:] - 2][:QUERIES]
    return Sample(params.playlists, len(songs), len(played), best_hit_at(10, catalogue, queries))


def make_catalogue(params: SampleParams) -> Catalogue:
    """Deal out ranks and artists to `params.songs` places; depends on `songs`, `predictability` and
    `seed` only.
    """
    songs = params.songs
    weights = np.empty(songs, np.int64)
    weights[_shuffled("ranks", params.seed, songs)] = 10**12 // np.arange(
        1 + FLAT, songs + 1 + FLAT
    )
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
    """Draw playlists. Returns the places of their songs, int32 (plays,), and their offsets, int64
    (playlists + 1,).
    """
    lengths = _lengths(seed, playlists)
    offsets = offsets_of(lengths)
    songs = np.empty(offsets[-1], np.int32)
    longest_first = np.argsort(-lengths, kind="stable")
    still_on = np.cumsum(np.bincount(lengths)[::-1])[::-1]
    here = _any_song(catalogue, _draws("first song", seed, longest_first.astype(np.uint64)))
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
    """Draw the song after each song of `here`, places, int64 (n,), for position `position` of these
    playlists.
    """
    repeat, narrow, wide, _ = np.cumsum(catalogue.odds).tolist()
    kind = _below(_draws(f"kind {position}", seed, playlists), MILLION)
    draws = _draws(f"song {position}", seed, playlists)
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


def true_next(catalogue: Catalogue, song: int) -> NDArray[np.float64]:
    """Probability of each song to come after `song`, both by place: float64 (songs,), sums to 1."""
    repeat, *neighbours, anything = catalogue.odds
    chance: NDArray[np.float64] = anything / MILLION * catalogue.weights / catalogue.weights.sum()
    for odds, reach in zip(neighbours, catalogue.reaches, strict=True):
        window = np.delete(np.arange(song - reach, song + reach + 1), reach) % len(catalogue)
        chance[window] += (
            odds / MILLION * catalogue.weights[window] / catalogue.weights[window].sum()
        )
    chance[song] += repeat / MILLION
    return chance


def best_hit_at(k: int, catalogue: Catalogue, queries: NDArray[np.integer]) -> float:
    """Give the hit@k that the best possible ranking is expected to reach, to 6 digits.

    For each query s the best list holds the k songs t other than s with the largest P(t | s), and
    is right with the sum of these probabilities; this is the mean over `queries`, places, (n,), n >
    0.
    """
    songs, counts = np.unique(queries, return_counts=True)
    blocks = (slice(start, start + 1000) for start in range(0, len(songs), 1000))
    hits = (
        _largest_next(k, catalogue, songs[block].astype(np.int64)) * counts[block, None]
        for block in blocks
    )
    return round(fsum(each for block in hits for each in block.ravel().tolist()) / len(queries), 6)


def _largest_next(k: int, catalogue: Catalogue, songs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Find the k largest probabilities of another song to come after each of these, places, (n,):
    float64 (n, k).

    Outside the wide window a song is as likely as it is heavy, so only the window and the k + 1
    heaviest compete.
    """
    near, far = catalogue.reaches
    _, narrow, wide, anything = (odds / MILLION for odds in catalogue.odds)
    steps = np.delete(np.arange(-far, far + 1), far)
    weights = catalogue.weights[(songs[:, None] + steps) % len(catalogue)]
    nearest = np.where(np.abs(steps) <= near, weights, 0)
    any_song = anything / catalogue.weights.sum()
    inside = any_song * weights
    inside += narrow * nearest / nearest.sum(axis=1, keepdims=True)
    inside += wide * weights / weights.sum(axis=1, keepdims=True)
    heaviest = np.argsort(-catalogue.weights, kind="stable")[: k + 1]
    distance = (heaviest - songs[:, None]) % len(catalogue)
    is_outside = (distance > far) & (distance < len(catalogue) - far)
    outside = np.where(is_outside, any_song * catalogue.weights[heaviest], 0.0)
    return -np.sort(-np.concatenate([inside, outside], axis=1), axis=1)[:, :k]


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
    mark = start + _below(draws, end - start - weight)
    mark += np.where(mark >= own, weight, 0)
    place: NDArray[np.int64] = (
        np.searchsorted(catalogue.sums, mark, side="right") - 1 - catalogue.reaches[1]
    )
    return place % len(catalogue)


def _any_song(catalogue: Catalogue, draws: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Draw by weight among all songs."""
    sums = catalogue.sums[catalogue.reaches[1] : catalogue.reaches[1] + len(catalogue) + 1]
    mark = sums[0] + _below(draws, sums[-1] - sums[0])
    place: NDArray[np.int64] = np.searchsorted(sums, mark, side="right") - 1
    return place


def _lengths(seed: int, playlists: int) -> NDArray[np.int64]:
    """Draw lengths with a long tail: length n with weight 1 / (n + 17) ** 4."""
    sums = np.cumsum([10**12 // (length + 17) ** 4 for length in LENGTHS])
    draws = _draws("lengths", seed, np.arange(playlists, dtype=np.uint64))
    return LENGTHS.start + np.searchsorted(sums, _below(draws, sums[-1]), side="right")


def _artists(seed: int, songs: int) -> NDArray[np.int64]:
    """Give each place its artist: sizes from 1 to 64, size n with weight 1 / n; the last one takes
    what is left.
    """
    sums = np.cumsum(10**9 // np.arange(1, LARGEST_ARTIST + 1))
    draws = _draws("artists", seed, np.arange(songs, dtype=np.uint64))
    ends = np.cumsum(1 + np.searchsorted(sums, _below(draws, sums[-1]), side="right"))
    return np.searchsorted(ends, np.arange(songs), side="right")


def _ids(purpose: str, seed: int, size: int) -> NDArray[np.int64]:
    """Give `size` different numbers below about 10**9 in no order."""
    order = _shuffled(purpose, seed, size)
    gaps = 1 + _below(
        _draws(f"gaps of {purpose}", seed, np.arange(size, dtype=np.uint64)), max(1, 10**9 // size)
    )
    return np.cumsum(gaps)[order]


def _names(
    catalogue: Catalogue, seed: int, played: NDArray[np.int64]
) -> tuple[list[str], list[str]]:
    """Give titles and artist names of the songs played."""
    places = np.arange(len(catalogue))
    artists = catalogue.artists
    first_place = np.flatnonzero(np.diff(artists, prepend=-1))
    genres = first_place * len(GENRES) // len(catalogue)
    shifts = [
        key_of_name(f"sample {seed} artist names {genre}") % 10**6 for genre in range(len(GENRES))
    ]
    in_genre = np.arange(len(genres)) - np.searchsorted(genres, genres)
    artist_names = [
        artist_name(genre, number, shifts[genre])
        for genre, number in zip(genres.tolist(), in_genre.tolist(), strict=True)
    ]
    starts = _below(_draws("titles", seed, np.arange(len(genres), dtype=np.uint64)), 10**6)
    numbers = (starts[artists] + places - first_place[artists])[played]
    titles = [
        title(genre, number)
        for genre, number in zip(genres[artists[played]].tolist(), numbers.tolist(), strict=True)
    ]
    return titles, [artist_names[artist] for artist in artists[played].tolist()]


def _write_playlists(
    path: Path, codes: NDArray[np.int32], offsets: NDArray[np.int64], tokens: list[str]
) -> None:
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="\n") as file,
    ):
        bounds = offsets.tolist()
        for start, end in pairwise(bounds):
            file.write(",".join([tokens[code] for code in codes[start:end].tolist()]) + "\n")


def _write_tracks(
    path: Path, track_ids: NDArray[np.int64], titles: list[str], artist_names: list[str]
) -> None:
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("track_id", "title", "name", "preview"))
        rows = zip(
            (f"track_{each}" for each in track_ids.tolist()), titles, artist_names, strict=True
        )
        table.writerows((*row, "") for row in rows)


def _draws(purpose: str, seed: int, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return mix(numbers, key_of_name(f"sample {seed} {purpose}"))


def _below(
    draws: NDArray[np.uint64], bounds: NDArray[np.int64] | np.int64 | int
) -> NDArray[np.int64]:
    """Turn draws into numbers from 0 to below `bounds`; these are below 2**44, so the bias is
    negligible.
    """
    return (draws % np.asarray(bounds).astype(np.uint64)).astype(np.int64)


def _shuffled(purpose: str, seed: int, size: int) -> NDArray[np.int64]:
    return np.argsort(_draws(purpose, seed, np.arange(size, dtype=np.uint64)), kind="stable")
