"""What an invented person listens to: albums, favourites by the hour, songs heard before, and what
everybody hears.
"""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from playlist2vec.listening.generated.catalogue import OLD, Catalogue, Draw

DAY = 86_400
ALBUM, AGAIN, FOLLOWER, FAVOURITE = 0.33, 0.31, 0.2, 0.13
"""How often a listen within a session is the next track of the album, a song heard before, the one
that followed it before, and one by a favourite artist; what is left is what everybody hears.
"""
START_AGAIN, START_FAVOURITE = 0.5, 0.42
"""The same for the first listen of a session."""
RECENT = 1.5
"""How much sooner than at the beginning of a session a song is heard again within it."""
FAVOURITES = 6
"""Favourite artists of a person at an hour."""
FRESH, FRESHNESS = 45, 6
"""Days for which an album is new, and how much more often its songs are heard then."""
SESSION = 9
"""Listens of a session, on average."""


class Listen(NamedTuple):
    """Second since the beginning, and the number of a track."""

    second: int
    track: int


@dataclass
class Person:
    """A person's taste by day and by evening, and what the person has heard, in order."""

    by_day: Draw
    by_evening: Draw
    heard: list[int] = field(default_factory=list)
    followers: dict[int, int] = field(default_factory=dict)


def listens_of(
    music: Catalogue, count: int, days: int, structure: float, random: Random
) -> list[Listen]:
    """Return so many listens of one person, in order of time.

    With probability 1 - `structure` a listen is what everybody hears, whatever went before.
    """
    person = Person(_favourites(music, random), _favourites(music, random))
    listens = list[Listen]()
    for begin, size in _sessions(count, days, random):
        second, last = begin, -1
        for _ in range(size):
            if random.random() < structure:
                track = _next(person, music, last, second, random)
            else:
                track = music.popular.one(random)
            if last >= 0:
                person.followers[last] = track
            person.heard.append(track)
            listens.append(Listen(second, track))
            second += random.randint(120, 330)
            last = track
    return listens


def _favourites(music: Catalogue, random: Random) -> Draw:
    """Draw artists of two genres, loved unequally."""
    genres = random.sample(range(len(music.artists_of)), 2)
    weights, artists = list[float](), list[int]()
    for genre in genres:
        known = music.artists_of[genre]
        if known:
            chosen = Draw(known, [music.appeal[artist] for artist in known])
            artists += [chosen.one(random) for _ in range(FAVOURITES // 2)]
            weights += [1 / (1 + place) ** 1.5 for place in range(FAVOURITES // 2)]
    return Draw(artists, weights) if artists else Draw([0], [1.0])


def _sessions(count: int, days: int, random: Random) -> list[tuple[int, int]]:
    """Return begin and size of each session, one after the other, which do not overlap."""
    sizes = list[int]()
    while sum(sizes) < count:
        sizes.append(min(1 + int(random.expovariate(1 / (SESSION - 1))), count - sum(sizes)))
    evening = random.random()
    begins = sorted(
        random.randrange(days) * DAY
        + int(random.triangular(6, 23.5, 20 if random.random() < evening else 9) * 3600)
        for _ in sizes
    )
    found, free = list[tuple[int, int]](), 0
    for begin, size in zip(begins, sizes, strict=True):
        begin = max(begin, free)
        found.append((begin, size))
        # Longer than the pause that ends a session.
        free = begin + size * 330 + 3_600
    return found


def _next(person: Person, music: Catalogue, last: int, second: int, random: Random) -> int:
    chance = random.random()
    if last < 0:
        if chance < START_AGAIN and person.heard:
            return _again(person, 1.0, random)
        favourite = chance < START_AGAIN + START_FAVOURITE
        return _favourite(person, music, second, random) if favourite else music.popular.one(random)
    if chance < ALBUM:
        album = music.albums[music.album_of[last]]
        if last + 1 < album.first + album.size and _is_out(album.day, second):
            return last + 1
    elif chance < ALBUM + FOLLOWER:
        if last in person.followers:
            return person.followers[last]
    elif chance < ALBUM + FOLLOWER + AGAIN:
        return _again(person, RECENT, random)
    elif chance >= ALBUM + FOLLOWER + AGAIN + FAVOURITE:
        return music.popular.one(random)
    return _favourite(person, music, second, random)


def _again(person: Person, recent: float, random: Random) -> int:
    """Return a song heard before: n listens ago with a probability as 1 / n where `recent` is 1,
    above it sooner.
    """
    ago = int(len(person.heard) ** random.random() ** recent)
    return person.heard[-max(ago, 1)]


def _favourite(person: Person, music: Catalogue, second: int, random: Random) -> int:
    """Return a song by a favourite artist of the hour; new albums are heard more often."""
    hour = second % DAY // 3600
    artist = (person.by_day if hour < 17 else person.by_evening).one(random)
    out = [album for album in music.albums_of[artist] if _is_out(music.albums[album].day, second)]
    if not out:
        return music.popular.one(random)
    weights = [FRESHNESS if _is_fresh(music.albums[album].day, second) else 1.0 for album in out]
    album = music.albums[Draw(out, weights).one(random)]
    # The first tracks of an album are heard most.
    return album.first + int(album.size * random.random() ** 4)


def _is_out(day: int, second: int) -> bool:
    return day == OLD or day * DAY <= second


def _is_fresh(day: int, second: int) -> bool:
    return day != OLD and 0 <= second - day * DAY < FRESH * DAY
