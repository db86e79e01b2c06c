"""Two invented SoundClouds, unlike each other, for comparing the policies of a crawl.

Public figures behind both: SoundCloud reports 400 million tracks by 40 million people, ten each;
the crawl of 2021 saw 1.3 million tracks, of which 48,107 (4 %) stayed in the data set, and of its
test tracks 93 % had their uploader among the training tracks, so few people give away much. A world
of 2 million tracks cannot be as large as the service; its share of tracks that count is 6 %, so
that a crawl of 10,000 calls does not exhaust them.

Modelled: giving tracks away is a habit of uploaders; uploaders belong to scenes within genres;
lists and likes follow a scene and its famous tracks; a few people look for free music; uploaders
list their own tracks; free tracks are less famous; some tracks have no known genre or no picture.
Not modelled: time, deleted or blocked tracks, groups of friends, playlists among the likes,
failures, and numbers of likes beyond the two limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.data.soundcloud_world import OKAY, Bools, Ints, Lists, World

FREE_IS_QUIET = 0.3
"""The log-fame deficit of a free track; log-fame has a standard deviation of 1.4 over all tracks.
"""
HEARSAY = 0.7
"""Standard deviation between log likes, as shown, and the log-fame by which people list tracks."""


@dataclass(frozen=True)
class Shape:
    """The structure of a world of `tracks` tracks; a playlist and a liking user for every ten.

    Uploaders have `mean` tracks, log-normal with a deviation of `spread`, at most `largest`. There
    are `scenes`, each of a genre. A share of `generous` of the uploaders give tracks away, drawn
    for each scene from a beta distribution whose parameters add up to `concentration`: the smaller,
    the more a scene gives nearly everything or nothing. Generous uploaders give away the share
    `habit` of their tracks, all others `slip`. Of a list's tracks the share `coherence` is of its
    scene; the share `seekers` of lists are by people who look for free music, the share `own` are
    an uploader's own tracks. `steepness`: the greater, the more the same tracks are listed again
    and again.
    """

    tracks: int = 2_000_000
    mean: int = 10
    spread: float = 1.0
    largest: int = 200
    scenes: int = 80
    concentration: float = 20.0
    generous: float = 0.15
    habit: float = 0.75
    slip: float = 0.03
    coherence: float = 0.6
    seekers: float = 0.03
    own: float = 0.1
    steepness: float = 1.8


FLAT = Shape()
"""Many small uploaders, a scene per genre, weak habits: little leads to free tracks."""
SCENES = Shape(
    mean=40,
    spread=1.5,
    largest=2000,
    scenes=600,
    concentration=0.5,
    generous=0.14,
    habit=0.95,
    slip=0.01,
    coherence=0.85,
    own=0.3,
    steepness=2.5,
)
"""Few large uploaders in small scenes, some nearly all free: much leads to free tracks."""
WORLDS = {"flat": FLAT, "scenes": SCENES}
LIKED, PICTURED, KNOWN = 0.6, 0.92, 0.9
"""Shares of tracks liked enough, of tracks with a picture, of uploaders with a known genre."""


def generate(shape: Shape, names: Sequence[str], seed: int) -> World:
    """Return the world of a shape and a seed; `names`: genres, the most common first."""
    draw = np.random.default_rng(seed)
    tracks = shape.tracks
    genre_of_scene, usual = _scenes(shape, len(names), draw)
    uploader, starts = _uploaders(shape, draw)
    home = draw.choice(shape.scenes, len(starts) - 1, p=usual)
    known = draw.random(len(home)) < KNOWN
    giving = draw.beta(
        shape.generous * shape.concentration,
        (1 - shape.generous) * shape.concentration,
        shape.scenes,
    )
    generous = draw.random(len(home)) < giving[home]
    free = draw.random(tracks) < np.where(generous, shape.habit, shape.slip)[uploader]
    scene = np.where(
        draw.random(tracks) < 0.9, home[uploader], draw.choice(shape.scenes, tracks, p=usual)
    )
    fame = (
        draw.standard_normal(len(home))[uploader]
        + draw.standard_normal(tracks)
        - FREE_IS_QUIET * free
    )
    shown = fame + HEARSAY * draw.standard_normal(tracks)
    listed = _Listed(shape, scene, free, fame, starts, usual)
    genre = np.where(known[uploader], genre_of_scene[scene], len(names))
    return World(
        names=[*names, "things without a name"],
        uploader=uploader,
        genre=genre,
        free=free,
        liked=(OKAY * np.exp(np.minimum(shown - np.quantile(shown, 1 - LIKED), 12))).astype(
            np.int64
        ),
        pictured=draw.random(tracks) < PICTURED,
        lists=listed.lists(shape.own, draw),
        likes=listed.lists(0.0, draw),
    )


def _scenes(
    shape: Shape, genres: int, draw: np.random.Generator
) -> tuple[Ints, NDArray[np.float64]]:
    """Return the genre and the frequency of every scene; every genre has a scene."""
    popular = 1 / np.arange(1, genres + 1)
    rest = draw.choice(genres, max(0, shape.scenes - genres), p=popular / popular.sum())
    genre = np.concatenate([np.arange(genres), rest])[: shape.scenes]
    usual = draw.exponential(size=shape.scenes) + 0.2
    usual *= popular[genre] / np.bincount(genre, weights=usual, minlength=genres)[genre]
    return genre, usual / usual.sum()


def _uploaders(shape: Shape, draw: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the uploader of every track, and the first track of every uploader.

    The end of the last uploader's tracks is added to the first tracks.
    """
    number = 2 * shape.tracks // shape.mean + 100
    middle = np.log(shape.mean) - shape.spread**2 / 2
    sizes = np.clip(draw.lognormal(middle, shape.spread, number).astype(np.int64), 1, shape.largest)
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, shape.tracks)) + 1
    if ends[-1] < shape.tracks:
        raise ValueError(f"{ends[-1]:,} tracks of all uploaders: expected {shape.tracks:,}")
    starts = np.minimum(np.concatenate([[0], ends[:count]]), shape.tracks)
    return np.repeat(np.arange(count), np.diff(starts)), starts


class _Groups:
    """Tracks by group, the most famous of a group first."""

    def __init__(self, group: Ints, number: int, fame: NDArray[np.float64]) -> None:
        self.order = np.lexsort((-fame, group))
        self.sizes = np.bincount(group, minlength=number)
        self.starts = np.cumsum(self.sizes) - self.sizes

    def pick(self, group: Ints, drawn: NDArray[np.float64], steepness: float) -> Ints:
        """Return a track of every group, the most famous first along `drawn` from 0 to 1.

        An empty group gets a track of the next group.
        """
        place = self.starts[group] + (self.sizes[group] * drawn**steepness).astype(np.int64)
        found: Ints = self.order[np.minimum(place, len(self.order) - 1)]
        return found


class _Listed:
    """The tracks of a world as people list them. `starts`: see `_uploaders`."""

    def __init__(
        self,
        shape: Shape,
        scene: Ints,
        free: Bools,
        fame: NDArray[np.float64],
        starts: Ints,
        usual: NDArray[np.float64],
    ) -> None:
        self._shape, self._starts, self._usual = shape, starts, usual
        self._all = _Groups(scene, shape.scenes, fame)
        self._free = _Groups(scene * 2 + free, 2 * shape.scenes, fame)

    def lists(self, own: float, draw: np.random.Generator) -> Lists:
        """Return a list for every ten tracks; a share `own` has the tracks of an owner."""
        shape = self._shape
        number = max(10, shape.tracks // 10)
        sizes = np.minimum(3 + draw.lognormal(2.6, 0.8, number).astype(np.int64), 200)
        owner = np.where(
            draw.random(number) < own, draw.integers(0, len(self._starts) - 1, number), -1
        )
        owned = np.diff(self._starts)[owner]
        sizes = np.where(owner >= 0, np.minimum(sizes, owned), sizes)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        entries = int(starts[-1])
        theme = np.repeat(draw.choice(shape.scenes, number, p=self._usual), sizes)
        stray = draw.choice(shape.scenes, entries, p=self._usual)
        scene = np.where(draw.random(entries) < shape.coherence, theme, stray)
        seeking = np.repeat(draw.random(number) < shape.seekers, sizes) & (
            draw.random(entries) < 0.75
        )
        chance = draw.random(entries)
        found = np.where(
            seeking,
            self._free.pick(scene * 2 + 1, chance, shape.steepness),
            self._all.pick(scene, chance, shape.steepness),
        )
        # An uploader's own list is a run of the uploader's tracks with a random start.
        first = self._starts[owner] + (draw.random(number) * (owned - sizes + 1)).astype(np.int64)
        place = np.arange(entries) - np.repeat(starts[:-1], sizes)
        runs = np.repeat(first, sizes) + place
        return Lists(starts, np.where(np.repeat(owner >= 0, sizes), runs, found), shape.tracks)
