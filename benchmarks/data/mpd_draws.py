"""Draws for invented playlists: lengths, songs, artists, albums, ids and names."""

import json
from dataclasses import dataclass
from functools import cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.sources.sample.names import GENRES, TITLES, artist_name, title

SHORTEST, LONGEST = 5, 376
"""Minimal and maximal entries of a playlist."""
TRACKS, GROWTH = 2_262_292, 0.55
"""Different tracks of a million playlists, and the exponent of their growth with the playlists."""
HEAD = 688
"""Added to a song's rank; the most frequent song has about 1 / (2 * HEAD) of all entries."""
THEMES = 64
ON_THEME = 0.7
"""Share of entries with songs of the playlist's theme."""
SONGS_OF_AN_ARTIST, SONGS_OF_AN_ALBUM = 8, 3
SIZE = 1_000
"""Playlists of a slice."""
BASE62 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", np.uint8)


@dataclass(frozen=True)
class Shape:
    """The shape of the data: `playlists` with `entries` in all and `songs` different tracks.

    `longest`: maximal entries of a playlist. `size`: playlists of a slice. `indent`: blanks a
    level, as in the published files; None for a single line.
    """

    playlists: int
    entries: int
    songs: int
    longest: int = LONGEST
    size: int = SIZE
    seed: int = 1
    indent: int | None = 4


def lengths_of(pids: NDArray[np.uint64], longest: int, seed: int) -> NDArray[np.int64]:
    """Return the number of entries of every playlist.

    Length n, from SHORTEST, has weight (longest - n) ** 4, the longest weight 1.
    """
    weights = [max(longest - length, 1) ** 4 for length in range(SHORTEST, longest + 1)]
    sums = np.cumsum(np.array(weights, np.int64))
    return SHORTEST + np.searchsorted(
        sums, draws_of("length", seed, pids) % np.uint64(sums[-1]), side="right"
    )


def songs_of(
    shape: Shape, pids: NDArray[np.uint64], entries: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the song of every entry, numbered by rank from 0: int64 of the shape of `entries`.

    `entries`: numbers of entries among all. Rank r is drawn with a weight of about (r + HEAD) **
    -1.5, whose sum has an inverse that needs only a square root, the same on all machines. In
    addition, every song has an entry of its own, so that all songs occur.
    """
    draws = draws_of("song", shape.seed, entries.astype(np.uint64))
    share = 1 - np.sqrt(HEAD / (shape.songs + HEAD))
    even = (draws >> np.uint64(12)).astype(np.float64) / 2.0**52
    root = 1 - even * share
    ranks = np.minimum((HEAD / (root * root) - HEAD).astype(np.int64), shape.songs - 1)
    themed = ranks - ranks % THEMES + theme_of(shape, pids)
    on_theme = (draws & np.uint64(0xFFF)).astype(np.int64) < ON_THEME * 0x1000
    songs = np.where(on_theme & (themed < shape.songs), themed, ranks)
    own, after = (numbers * shape.songs // shape.entries for numbers in (entries, entries + 1))
    return np.where(after > own, _scattered(own, shape.songs), songs)


def _scattered(numbers: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Permute the numbers 0 … size - 1."""
    step = next(step for step in range(size * 5 // 13, size + 1) if gcd(step, size) == 1)
    return numbers * step % size


def theme_of(shape: Shape, pids: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the theme of every playlist: int64 of the shape of `pids`, from 0 to before THEMES."""
    return (draws_of("theme", shape.seed, pids) % np.uint64(THEMES)).astype(np.int64)


def artists_of(songs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the artist of every song, int64; modulo THEMES both give the theme."""
    return songs // THEMES // SONGS_OF_AN_ARTIST * THEMES + songs % THEMES


def albums_of(songs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the album of every song, int64: all songs of an album are by the same artist."""
    place = songs // THEMES % SONGS_OF_AN_ARTIST // SONGS_OF_AN_ALBUM
    return artists_of(songs) * SONGS_OF_AN_ARTIST + place


def durations_of(shape: Shape, songs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the milliseconds of every song, from one and a half minutes to six."""
    return 90_000 + (
        draws_of("duration", shape.seed, songs.astype(np.uint64)) % np.uint64(270_000)
    ).astype(np.int64)


def ids_of(shape: Shape, kind: str, numbers: NDArray[np.int64]) -> list[str]:
    """Return 22 digits of base 62 for every number, as in Spotify's ids; distinct by number."""
    distinct, places = np.unique(numbers, return_inverse=True)
    digits = np.empty((len(distinct), 22), np.uint8)
    for half in range(2):
        rest = draws_of(f"{kind} id {half}", shape.seed, distinct.astype(np.uint64))
        for place in range(11):
            rest, digit = np.divmod(rest, np.uint64(62))
            digits[:, 11 * half + 10 - place] = BASE62[digit]
    made = digits.tobytes().decode("ascii")
    ids = [made[start : start + 22] for start in range(0, len(made), 22)]
    return [ids[place] for place in places.tolist()]


@cache
def _titles(theme: int) -> list[str]:
    return [json.dumps(title(theme % len(GENRES), number)) for number in range(TITLES)]


def title_of(theme: int, number: int) -> str:
    """Return the title of a song, an album or a playlist of a theme, as JSON."""
    return _titles(theme % len(GENRES))[(theme * 31 + number) % TITLES]


@cache
def artist_name_of(artist: int) -> str:
    """Return the name of an artist, as JSON."""
    theme, number = artist % THEMES, artist // THEMES
    genre, part = theme % len(GENRES), theme // len(GENRES)
    return json.dumps(artist_name(genre, number * (THEMES // len(GENRES)) + part, 0))


def draws_of(purpose: str, seed: int, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a draw for every number, uniform over uint64 and independent between purposes."""
    return mix(numbers, _key(f"playlists {seed} {purpose}"))


_key = cache(key_of_name)
