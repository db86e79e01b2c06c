"""Invented music: genres, artists, albums and tracks, with popularity and release days."""

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import NamedTuple

from playlist2vec.sources.sample.names import GENRES, TITLES, artist_name, title

ALBUM = 10
"""Mean number of tracks of an album."""
ALBUMS = 3
"""Mean number of albums of an artist."""
NEW = 0.25
"""Share of albums released while people listen, where `structure` is 1."""
OLD = -1
"""Release day of an album from before the first listen."""


class Album(NamedTuple):
    """An album.

    `artist`: number of the artist. `first`: number of the first track. `size`: number of tracks.
    `day`: day of release, from 0, or OLD.
    """

    artist: int
    first: int
    size: int
    day: int


class Draw:
    """Random draws from `items` by weight."""

    def __init__(self, items: list[int], weights: list[float]) -> None:
        self.items, self._sums = items, list(accumulate(weights))

    def one(self, random: Random) -> int:
        """Return an item with a probability proportional to the weight."""
        place = bisect(self._sums, random.random() * self._sums[-1])
        return self.items[min(place, len(self.items) - 1)]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All music.

    `album_of`: album of each track. `albums_of`: albums of each artist. `artists_of`: artists of
    each genre. `popular`: draws tracks by overall popularity. `appeal`: weight of each artist
    within the genre. `names`: artist and title of each track.
    """

    albums: list[Album]
    album_of: list[int]
    albums_of: list[list[int]]
    artists_of: list[list[int]]
    appeal: list[float]
    popular: Draw
    names: list[tuple[str, str]]


def make_catalogue(tracks: int, days: int, structure: float, seed: int) -> Catalogue:
    """Return the music of `tracks` tracks; new albums are released over `days` days."""
    random = Random(f"{seed}/catalogue")
    albums = list[Album]()
    albums_of, artists_of = list[list[int]](), [list[int]() for _ in GENRES]
    while not albums or albums[-1].first + albums[-1].size < tracks:
        artist = len(albums_of)
        albums_of.append([])
        artists_of[artist % len(GENRES)].append(artist)
        for _ in range(random.randint(1, 2 * ALBUMS - 1)):
            first = albums[-1].first + albums[-1].size if albums else 0
            if first < tracks:
                size = min(random.randint(ALBUM - 2, ALBUM + 2), tracks - first)
                day = random.randrange(days) if random.random() < NEW * structure else OLD
                albums_of[-1].append(len(albums))
                albums.append(Album(artist, first, size, day))
    appeal = [1 / (1 + place // len(GENRES)) ** 1.5 for place in range(len(albums_of))]
    loved = [random.paretovariate(1.1) for _ in range(tracks)]
    album_of = [number for number, album in enumerate(albums) for _ in range(album.size)]
    weights = [appeal[albums[album_of[track]].artist] * loved[track] for track in range(tracks)]
    return Catalogue(
        albums,
        album_of,
        albums_of,
        artists_of,
        appeal,
        Draw(list(range(tracks)), weights),
        _names(albums, seed),
    )


def _names(albums: list[Album], seed: int) -> list[tuple[str, str]]:
    names = list[tuple[str, str]]()
    for album in albums:
        genre, number = album.artist % len(GENRES), album.artist // len(GENRES)
        artist = artist_name(genre, number, seed)
        for track in range(album.first, album.first + album.size):
            # By number of the track, so that artists of a genre share few titles.
            names.append((artist, title(genre, (track + seed) % TITLES)))
    return names
