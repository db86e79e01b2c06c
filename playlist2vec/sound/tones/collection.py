"""The collection `tones`: genres, artists and songs, and playlists with known taste.

A playlist has a genre and two favourite artists of the genre. Every song of a playlist is drawn,
with given probabilities, from the favourites, from the genre or from all songs; within a group all
songs are equally likely, and no song is drawn twice. So no song is popular, and the best order of
songs for a playlist is known: favourites, then the genre, then all others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.sound.tones.params import TonesParams
from playlist2vec.sound.tones.synthesis import Artist, Genre, draw_artist, draw_genre

SHARES = (0.48, 0.26, 0.26)
"""Probabilities of a playlist's song: from the favourites, from the genre, from all songs."""
FAVOURITES = 2
LENGTHS = (10, 21)
"""Least and largest number of songs of a playlist."""
PURPOSES = ("genres", "artists", "sounds", "playlists", "songs")
"""Purposes of random numbers, with a stream of random numbers for each."""


@dataclass(frozen=True, eq=False)
class Collection:
    """Songs by code, artist by artist, genre by genre.

    `artist_of`: int64 (songs,). `sounds_like`: int64 (songs,), the artist whose sound a song has;
    with a `match` below 1 not always the song's artist. `genres`, `artists`: parameters of the
    sounds. `per_genre`: number of artists of a genre.
    """

    artist_of: NDArray[np.int64]
    sounds_like: NDArray[np.int64]
    genres: list[Genre]
    artists: list[Artist]
    per_genre: int

    def __len__(self) -> int:
        return len(self.artist_of)


def stream(params: TonesParams, purpose: str, number: int = 0) -> np.random.Generator:
    """Return the random number generator of a purpose."""
    return np.random.Generator(np.random.PCG64([params.seed, PURPOSES.index(purpose), number]))


def make_collection(params: TonesParams) -> Collection:
    """Return the songs of all genres; a share 1 - `match` of songs exchange sounds."""
    artists = params.genres * params.artists
    artist_of = np.repeat(np.arange(artists), params.songs)
    rng = stream(params, "sounds")
    swapped = np.flatnonzero(rng.random(len(artist_of)) >= params.match)
    sounds_like = artist_of.copy()
    sounds_like[swapped] = artist_of[rng.permutation(swapped)]
    genres = [
        draw_genre(number, params.genres, stream(params, "genres", number))
        for number in range(params.genres)
    ]
    drawn = [draw_artist(stream(params, "artists", number)) for number in range(artists)]
    return Collection(artist_of, sounds_like, genres, drawn, params.artists)


def draw_playlists(params: TonesParams, songs: Collection) -> tuple[Playlists, NDArray[np.int8]]:
    """Return playlists, and the taste of the playlists: int8 (playlists, songs).

    Taste is 2 for a song by a favourite artist, 1 for a song of the genre, 0 for any other song.
    """
    genre_of = songs.artist_of // songs.per_genre
    taste = np.zeros((params.playlists, len(songs)), np.int8)
    lists = []
    for number in range(params.playlists):
        rng = stream(params, "playlists", number)
        genre = int(rng.integers(params.genres))
        favourites = genre * songs.per_genre + rng.choice(
            songs.per_genre, FAVOURITES, replace=False
        )
        taste[number, genre_of == genre] = 1
        taste[number, np.isin(songs.artist_of, favourites)] = 2
        lists.append(_draw(taste[number], int(rng.integers(LENGTHS[0], LENGTHS[1] + 1)), rng))
    rows = np.arange(len(lists), dtype=np.int64)
    tracks = np.concatenate(lists).astype(np.int32)
    return Playlists(
        tracks, offsets_of(np.array([len(each) for each in lists])), rows.astype(np.uint64), rows
    ), taste


def _draw(taste: NDArray[np.int8], length: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return different songs of a playlist: int64 (length,), or all songs if fewer."""
    groups = [rng.permutation(np.flatnonzero(taste == level)) for level in (2, 1)]
    groups.append(rng.permutation(len(taste)))
    order = [list(group) for group in groups]
    chosen: dict[int, None] = {}
    while len(chosen) < min(length, len(taste)):
        queue = order[int(rng.choice(len(SHARES), p=SHARES))] or order[-1]
        chosen[int(queue.pop())] = None
    return np.array(list(chosen), np.int64)
