"""Habits of an invented listener: albums, favourite artists by hour, repeats, popular songs."""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from playlist2vec.listening.generated.catalogue import OLD, Catalogue, Draw

DAY = 86_400
ALBUM, AGAIN, FOLLOWER, FAVOURITE = 0.33, 0.31, 0.2, 0.13
"""Probabilities of a listen within a session: the next track of the album, a song heard before, the
song heard after the last one before, and a song by a favourite artist. The rest are popular songs.
"""
START_AGAIN, START_FAVOURITE = 0.5, 0.42
"""Probabilities of the first listen of a session: a song heard before, and a favourite artist."""
RECENT = 1.5
"""The argument `recent` of `_again` within a session; 1 at the start of a session."""
FAVOURITES = 6
"""Favourite artists of a person, by day and by evening each."""
FRESH, FRESHNESS = 45, 6
"""Days for which an album is new, and the weight of a new album against 1 for an old album."""
SESSION = 9
"""Mean number of listens of a session."""


class Listen(NamedTuple):
    """A listen: seconds since the start of the data set, and number of the track."""

    second: int
    track: int


@dataclass
class Person:
    """A person's taste by day and by evening, and the songs heard so far, in order."""

    by_day: Draw
    by_evening: Draw
    heard: list[int] = field(default_factory=list)
    followers: dict[int, int] = field(default_factory=dict)


def listens_of(
    music: Catalogue, count: int, days: int, structure: float, random: Random
) -> list[Listen]:
    """Return `count` listens of a person, in order of time.

    With probability 1 - `structure` a listen is drawn by overall popularity, independently of
    earlier listens.
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
    """Return a draw of artists of two genres, with unequal weights."""
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
    """Return start and size of each session, in order and without overlap."""
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
    """Return the track after `last` in a session, or the first track where `last` is -1."""
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
    """Return a song heard before, n listens ago with a probability proportional to 1 / n.

    The law holds for `recent` = 1; larger values prefer more recent listens.
    """
    ago = int(len(person.heard) ** random.random() ** recent)
    return person.heard[-max(ago, 1)]


def _favourite(person: Person, music: Catalogue, second: int, random: Random) -> int:
    """Return a song by a favourite artist of the hour; new albums have more weight."""
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
