"""A generated SoundCloud without HTTP: millions of tracks of which few are free, in playlists with a theme.

A few uploaders give nearly all away, the others next to nothing; most playlists have a genre, a few are of free
music. So somebody who follows the right links finds free tracks many times as often as by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playlist2vec.online.soundcloud.answers import MISSING, CallError, Reply
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    PLAYLISTS,
    RESOLVE,
    TRACK,
    TRACKS,
    UPLOADS,
    Call,
)

COMPLETE = 5
"""Tracks of a playlist that are given in full."""
FIRST_LIST, FIRST_USER = 1 << 40, 1 << 41
"""The lowest ids of playlists and of the users who like; tracks count from 1, uploaders from 1."""
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """What a world is like. `tracks`: in all; there is a playlist and a user who likes for each ten.

    `generous`: the share of uploaders who give nearly all away. `free_lists`: the share of playlists, and of users,
    with a taste for free music. `steepness`: the greater, the more the same tracks are listed again and again.
    `page`: entries of a page at most.
    """

    tracks: int
    generous: float = 0.04
    free_lists: float = 0.03
    steepness: float = 2.5
    page: int = 50


@dataclass(frozen=True)
class Lists:
    """Lists of tracks: those of list i stand in `tracks` from `starts[i]` to `starts[i + 1]`."""

    starts: Ints
    tracks: Ints

    def __getitem__(self, number: int) -> Ints:
        return self.tracks[self.starts[number] : self.starts[number + 1]]

    def inverted(self, tracks: int) -> "Lists":
        """Return for each track the lists that have it, ascending."""
        owners = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.tracks, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.tracks, minlength=tracks))])
        return Lists(starts, owners[order])


@dataclass(frozen=True)
class World:
    """Tracks 0, 1, …: `uploader` int64, `genre` int64, `free`, `okay` and `pictured` bool, each (tracks,)."""

    shape: Shape
    names: Sequence[str]
    uploader: Ints
    genre: Ints
    free: NDArray[np.bool_]
    okay: NDArray[np.bool_]
    pictured: NDArray[np.bool_]
    lists: Lists
    likes: Lists

    @cached_property
    def lists_of(self) -> Lists:
        """The playlists of each track."""
        return self.lists.inverted(self.shape.tracks)

    @cached_property
    def likers_of(self) -> Lists:
        """The users who like each track."""
        return self.likes.inverted(self.shape.tracks)

    def ask(self, call: Call) -> Reply:
        """Answer a call as SoundCloud would. Raises CallError for what is not there."""
        size = self.shape.page
        offset = int(call.page.rpartition("=")[2]) if call.page else 0
        if call.kind == RESOLVE:
            return Reply([], [self._playlist(int(call.subject))], [])
        if call.kind in (TRACK, TRACKS):
            return Reply([self._track(int(each) - 1) for each in call.subject.split(",")], [], [])
        subject = int(call.subject)
        found = self._entries(call.kind, subject)
        more = f"/{call.kind}?offset={offset + size}" if offset + size < len(found) else ""
        there = found[offset : offset + size].tolist()
        if call.kind == PLAYLISTS:
            return Reply([], [self._playlist(each) for each in there], [], more)
        if call.kind == LIKERS:
            return Reply([], [], [FIRST_USER + each for each in there], more)
        return Reply([self._track(each) for each in there], [], [], more)

    def _entries(self, kind: str, subject: int) -> Ints:
        if kind == PLAYLISTS:
            return self.lists_of[subject - 1]
        if kind == LIKERS:
            return self.likers_of[subject - 1]
        if kind == LIKES and subject >= FIRST_USER:
            return self.likes[subject - FIRST_USER]
        if kind == UPLOADS and subject < FIRST_USER:
            # Uploaders have their tracks one after the other.
            return np.arange(*np.searchsorted(self.uploader, [subject - 1, subject]))
        raise CallError(MISSING, "404 Not Found")

    def _playlist(self, number: int) -> dict[str, Any]:
        tracks = self.lists[number].tolist()
        full = [self._track(each) for each in tracks[:COMPLETE]]
        stubs = [{"id": each + 1, "kind": "track", "policy": "ALLOW"} for each in tracks[COMPLETE:]]
        return {"id": FIRST_LIST + number, "kind": "playlist", "track_count": len(tracks), "tracks": [*full, *stubs]}

    def _track(self, number: int) -> dict[str, Any]:
        okay = bool(self.okay[number])
        return {
            "id": number + 1,
            "kind": "track",
            "title": f"Track {number}",
            "license": "cc-by" if self.free[number] else "all-rights-reserved",
            "genre": self.names[int(self.genre[number])],
            "likes_count": 99 if okay else 3,
            "playback_count": 999 if okay else 30,
            "artwork_url": "https://example.org/a.jpg" if self.pictured[number] else None,
            "policy": "ALLOW",
            "media": {"transcodings": [{}]},
            "user_id": int(self.uploader[number]) + 1,
        }

    @property
    def start(self) -> str:
        """The playlist at which a crawl begins, the one of 10 tracks or more with the greatest share of free ones."""
        sizes = np.diff(self.lists.starts)
        free = np.add.reduceat(self.free[self.lists.tracks], self.lists.starts[:-1])
        return str(int(np.argmax(np.where(sizes >= 10, free / sizes, 0.0))))


def generate(shape: Shape, names: Sequence[str], seed: int) -> World:
    """Return the world of a shape and a seed; `names`: of its genres, the first ones the most usual."""
    draw = np.random.default_rng(seed)
    tracks = shape.tracks
    sizes = np.minimum(1 + draw.lognormal(2.5, 1.2, tracks // 10 + 1).astype(np.int64), 400)
    uploader = np.repeat(np.arange(len(sizes)), sizes)[:tracks]
    if len(uploader) < tracks:
        raise ValueError(f"{len(uploader)} tracks of all uploaders: expected {tracks}")
    usual = 1 / np.arange(1, len(names) + 1) ** 1.1
    own = draw.choice(len(names), len(sizes), p=usual / usual.sum())
    generous = draw.random(len(sizes)) < shape.generous
    free = draw.random(tracks) < np.where(generous[uploader], 0.9, 0.008)
    genre = np.where(draw.random(tracks) < 0.9, own[uploader], draw.integers(0, len(names), tracks))
    okay, pictured = draw.random(tracks) < 0.4, draw.random(tracks) < 0.9
    groups = _Groups(genre * 2 + free, 2 * len(names), draw)
    lists, likes = (_lists(shape, groups, usual, draw) for _ in range(2))
    return World(shape, names, uploader, genre, free, okay, pictured, lists, likes)


class _Groups:
    """Tracks by genre and by whether they are free, in each group in an order of fame."""

    def __init__(self, group: Ints, number: int, draw: np.random.Generator) -> None:
        fame = draw.permutation(len(group))
        self.order = np.lexsort((fame, group))
        self.sizes = np.bincount(group, minlength=number)
        self.starts = np.cumsum(self.sizes) - self.sizes

    def pick(self, group: Ints, drawn: NDArray[np.float64], steepness: float) -> Ints:
        """Return a track of each group, by numbers from 0 to 1; of an empty group one of the next."""
        place = self.starts[group] + (self.sizes[group] * drawn**steepness).astype(np.int64)
        found: Ints = self.order[np.minimum(place, len(self.order) - 1)]
        return found


def _lists(shape: Shape, groups: _Groups, usual: NDArray[np.float64], draw: np.random.Generator) -> Lists:
    """Return a list for each ten tracks, with a genre, and a taste for free tracks or for others."""
    number = max(10, shape.tracks // 10)
    sizes = np.minimum(3 + draw.lognormal(2.6, 0.8, number).astype(np.int64), 200)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    entries = int(starts[-1])
    theme = np.repeat(draw.choice(len(usual), number, p=usual / usual.sum()), sizes)
    taste = np.repeat(np.where(draw.random(number) < shape.free_lists, 0.8, 0.02), sizes)
    genre = np.where(draw.random(entries) < 0.85, theme, draw.integers(0, len(usual), entries))
    free = (draw.random(entries) < taste).astype(np.int64)
    return Lists(starts, groups.pick(genre * 2 + free, draw.random(entries), shape.steepness))
