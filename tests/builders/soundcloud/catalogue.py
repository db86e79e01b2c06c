"""An invented SoundCloud: who uploaded, listed and liked what, so that a crawl of it has known
answers.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

FREE = ("cc-by", "cc-by-sa", "cc-by-nc", "no-rights-reserved")
RESERVED = "all-rights-reserved"
SPELLINGS = {
    "techno": ("Techno", "TECHNO!", "techno music", "tekkno"),
    "hip-hop & rap": ("Hip Hop", "hiphop", "Hip-Hop & Rap", "HIP HOP / RAP"),
    "drum & bass": ("DnB", "Drum & Bass", "drum n bass", "d'n'b"),
    "ambient": ("Ambient", "ambient music", "AMBIENT", "Ambient "),
}
"""Genres, and the ways in which uploaders type them."""
UNHEARD_OF = "tekkno"
"""A spelling that no table of genres has."""
COPY = 3
"""The place of the track of an uploader that is a copy."""
RARE, ISLAND = "reggae", "jazz & blues"
"""The genre behind a single list, and the genre of the island."""


@dataclass(frozen=True)
class Song:
    """A track. `policy`: ALLOW, SNIP or BLOCK. `likes`, `plays`: their numbers. `licence`: empty
    for none.

    `sharing`: public, private, or deleted. `title`: empty for the usual one. `media`: what is odd
    about its sound, as `media` and `cdn` know it: none, drm, drm too, abr, snipped, elsewhere,
    stranger, mp3 in segments, keyed, no end, short, expires, changes, changes on, gone, large, no
    sound (in its original).
    """

    id: int
    uploader: int
    genre: str
    typed: str
    licence: str
    likes: int
    plays: int
    policy: str = "ALLOW"
    artwork: bool = True
    sharing: str = "public"
    title: str = ""
    media: str = ""

    @property
    def free(self) -> bool:
        return self.licence in FREE

    @property
    def offered(self) -> bool:
        """Whether its uploader lets people download it."""
        return self.id % 2 == 0

    @property
    def sound(self) -> int:
        """The number of its sound: the fourth track of an uploader is a copy of the second one,
        half as loud.
        """
        return self.id - 2 if self.id % 1000 == COPY else self.id

    @property
    def gain(self) -> float:
        return 0.5 if self.id % 1000 == COPY else 1.0

    @property
    def seconds(self) -> int:
        """The length of its sound, 3 to 12 s."""
        return 3 + self.sound % 10


@dataclass(frozen=True)
class Playlist:
    """A playlist of the songs with these ids, in order; `maker`: the user who made the playlist."""

    id: int
    maker: int
    songs: tuple[int, ...]
    album: bool = False


@dataclass
class Catalogue:
    """Songs and playlists by id. `likes`: by user, the ids of songs and of playlists that the user
    likes.

    `ascii`: whether answers have letters of other scripts, and halves of characters, as escapes.
    """

    songs: dict[int, Song] = field(default_factory=dict)
    playlists: dict[int, Playlist] = field(default_factory=dict)
    likes: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    ascii: bool = False

    def there(self, song: int) -> Song | None:
        """The song with this id, None if there is none or it was deleted."""
        found = self.songs.get(song)
        return None if found is None or found.sharing == "deleted" else found

    def change(self, song: int, **values: Any) -> None:
        """Change a song."""
        self.songs[song] = replace(self.songs[song], **values)

    def copy(self) -> "Catalogue":
        """The same, with songs that may be changed."""
        return Catalogue(dict(self.songs), dict(self.playlists), dict(self.likes))

    @cached_property
    def playlists_of_song(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for playlist in self.playlists.values():
            for song in dict.fromkeys(playlist.songs):
                found[song].append(playlist.id)
        return found

    @cached_property
    def likers_of_song(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for user, (songs, _) in self.likes.items():
            for song in songs:
                found[song].append(user)
        return found

    @cached_property
    def songs_of_user(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for song in self.songs.values():
            found[song.uploader].append(song.id)
        return found

    @cached_property
    def playlists_of_user(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for playlist in self.playlists.values():
            found[playlist.maker].append(playlist.id)
        return found

    @property
    def users(self) -> set[int]:
        return {*self.songs_of_user, *self.playlists_of_user, *self.likes}

    @property
    def private_people(self) -> set[int]:
        """Those who like or make playlists and upload nothing: no export may name them."""
        return {*self.playlists_of_user, *self.likes} - set(self.songs_of_user)

    def of_genre(self, genre: str) -> set[int]:
        return {song.id for song in self.songs.values() if song.genre == genre}


def plant(
    seed: int = 1, uploaders: int = 12, songs: int = 15, playlists: int = 40, longest: int = 25
) -> Catalogue:
    """A mainland of four genres with some playlists across, an island without a link, a rare genre
    behind one list.

    `uploaders`: of each genre, with `songs` each; a third of them give nearly everything away, the
    others nothing. `playlists`: of each genre, coherent in genre and in being free, with up to
    `longest` songs.
    """
    draw = random.Random(seed)
    made = Catalogue()
    for place, genre in enumerate(SPELLINGS):
        _settle(made, draw, genre, 1000 * (place + 1), uploaders, songs, playlists, longest)
    mainland = sorted(made.songs)
    for number in range(12):
        songs_of = tuple(draw.sample(mainland, min(len(mainland), longest)))
        made.playlists[7_500_000 + number] = Playlist(7_500_000 + number, 7_300, songs_of)
    _settle(made, draw, ISLAND, 8000, 3, songs, 5, longest)
    _settle(made, draw, RARE, 9000, 2, songs, 0, longest)
    door = next(song.id for song in made.songs.values() if song.genre == "techno" and song.free)
    rare = sorted(made.of_genre(RARE))
    made.playlists[9_900_001] = Playlist(9_900_001, 9_800_001, (door, *rare[:20]))
    return made


def _settle(
    made: Catalogue,
    draw: random.Random,
    genre: str,
    base: int,
    uploaders: int,
    songs: int,
    playlists: int,
    longest: int,
) -> None:
    """Add a genre with its uploaders, songs, playlists, and users who like some of them."""
    free: list[int] = []
    others: list[int] = []
    for number in range(uploaders):
        generous = number % 3 == 0
        for each in range(songs):
            song = _song(draw, genre, base + number, (base + number) * 1000 + each, generous)
            made.songs[song.id] = song
            (free if generous else others).append(song.id)
    everything = [*free, *others]
    for number in range(playlists):
        kinds = (free, others, everything)[number % 3]
        chosen = draw.sample(kinds, min(len(kinds), draw.randint(3, longest)))
        playlist = base * 1000 + 500_000 + number
        made.playlists[playlist] = Playlist(
            playlist, base + 300 + number % 7, tuple(chosen), number % 9 == 8
        )
    own = [
        playlist
        for playlist in made.playlists
        if made.playlists[playlist].songs[0] in set(everything)
    ]
    for number in range(max(2, playlists)):
        kinds = (free, others, everything)[number % 3]
        liked = draw.sample(kinds, min(len(kinds), 6))
        made.likes[base + 600 + number] = tuple(liked), tuple(draw.sample(own, min(len(own), 2)))


def _song(draw: random.Random, genre: str, uploader: int, number: int, generous: bool) -> Song:
    free = draw.random() < (0.95 if generous else 0.02)
    return Song(
        id=number,
        uploader=uploader,
        genre=genre,
        typed=draw.choice(SPELLINGS.get(genre, (genre,))),
        licence=draw.choice(FREE) if free else RESERVED,
        likes=draw.randint(10, 400),
        plays=draw.randint(100, 9000),
        policy=draw.choices(("ALLOW", "SNIP", "BLOCK"), (18, 1, 1))[0],
        artwork=draw.random() < 0.9,
    )


def complete(songs: Iterable[Song], min_likes: int = 30, min_plays: int = 200) -> set[int]:
    """The ids of songs that count: free, with a picture and a genre, to be heard whole, and heard
    by some.
    """
    return {
        song.id
        for song in songs
        if song.free
        and song.artwork
        and song.typed != UNHEARD_OF
        and song.likes >= min_likes
        and song.plays >= min_plays
        and song.policy == "ALLOW"
    }
