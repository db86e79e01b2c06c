"""A generated SoundCloud without HTTP, answering the calls of a crawl from arrays of tracks."""

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
    PLAYLIST,
    PLAYLISTS,
    RESOLVE,
    TRACK,
    TRACKS,
    UPLOADS,
    Call,
)

COMPLETE = 5
"""Tracks of a playlist given in full."""
PAGE = 50
"""Maximal entries of a page."""
STARTS = 10
"""Minimal tracks of a playlist at which a crawl begins."""
OKAY = 30
"""Minimal likes of a track that counts; its plays, 20 times as many, then suffice as well."""
FIRST_LIST, FIRST_USER = 1 << 40, 1 << 41
"""The lowest ids of playlists and of liking users; tracks and uploaders count from 1."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Lists:
    """Lists of numbers below `bound`: list i is `entries[starts[i]:starts[i + 1]]`."""

    starts: Ints
    entries: Ints
    bound: int

    def __getitem__(self, number: int) -> Ints:
        return self.entries[self.starts[number] : self.starts[number + 1]]

    @cached_property
    def inverted(self) -> "Lists":
        """The lists that contain a number, ascending, by number."""
        owners = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.entries, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.entries, minlength=self.bound))])
        return Lists(starts, owners[order], len(self.starts) - 1)


@dataclass(frozen=True)
class World:
    """Arrays over tracks 0, 1, …, each of shape (tracks,).

    `uploader`, `genre` and `liked` are int64, `free` and `pictured` bool. `liked`: the number of
    likes reported by SoundCloud; a world has fewer users.

    `uploads`: True if uploaders show their tracks. `stubs`: True if playlists in lists name all
    their tracks, not only the first COMPLETE. `names`: genres; the last name is in no table of
    genres. The tracks of an uploader are contiguous.
    """

    names: Sequence[str]
    uploader: Ints
    genre: Ints
    free: Bools
    liked: Ints
    pictured: Bools
    lists: Lists
    likes: Lists
    uploads: bool = True
    stubs: bool = True

    @cached_property
    def counts(self) -> Bools:
        """True where a track counts, by the rule of a crawl."""
        found: Bools = (
            self.free & (self.liked >= OKAY) & self.pictured & (self.genre < len(self.names) - 1)
        )
        return found

    def start(self, seed: int) -> str:
        """Return a playlist where a crawl begins: STARTS tracks or more, most of them free.

        The seed draws the playlist.
        """
        sizes = np.diff(self.lists.starts)
        # reduceat requires lists that are not empty.
        free = np.add.reduceat(
            self.free[self.lists.entries].astype(np.int64), self.lists.starts[:-1]
        )
        return str(
            np.random.default_rng(seed).choice(
                np.flatnonzero((sizes >= STARTS) & (free * 2 > sizes))
            )
        )

    def ask(self, call: Call) -> Reply:
        """Answer a call as SoundCloud would. Raises CallError for anything missing."""
        offset = int(call.page.rpartition("=")[2]) if call.page else 0
        if call.kind == RESOLVE:
            return Reply([], [self._playlist(int(call.subject), stubs=True)], [])
        if call.kind == PLAYLIST:
            return Reply([], [self._playlist(int(call.subject) - FIRST_LIST, stubs=True)], [])
        if call.kind in (TRACK, TRACKS):
            return Reply([self._track(int(each) - 1) for each in call.subject.split(",")], [], [])
        subject = int(call.subject)
        found = self._entries(call.kind, subject)
        more = f"/{call.kind}?offset={offset + PAGE}" if offset + PAGE < len(found) else ""
        there = found[offset : offset + PAGE].tolist()
        if call.kind == PLAYLISTS:
            return Reply([], [self._playlist(each, stubs=self.stubs) for each in there], [], more)
        if call.kind == LIKERS:
            return Reply([], [], [FIRST_USER + each for each in there], more)
        return Reply([self._track(each) for each in there], [], [], more)

    def _entries(self, kind: str, subject: int) -> Ints:
        if kind == PLAYLISTS:
            return self.lists.inverted[subject - 1]
        if kind == LIKERS:
            return self.likes.inverted[subject - 1]
        if kind == LIKES and subject >= FIRST_USER:
            return self.likes[subject - FIRST_USER]
        if kind == UPLOADS and self.uploads and subject < FIRST_USER:
            return np.arange(*np.searchsorted(self.uploader, [subject - 1, subject]))
        raise CallError(MISSING, "404 Not Found")

    def _playlist(self, number: int, *, stubs: bool) -> dict[str, Any]:
        tracks = self.lists[number].tolist()
        full = [self._track(each) for each in tracks[:COMPLETE]]
        rest = (
            [{"id": each + 1, "kind": "track", "policy": "ALLOW"} for each in tracks[COMPLETE:]]
            if stubs
            else []
        )
        return {
            "id": FIRST_LIST + number,
            "kind": "playlist",
            "track_count": len(tracks),
            "tracks": [*full, *rest],
        }

    def _track(self, number: int) -> dict[str, Any]:
        return {
            "id": number + 1,
            "kind": "track",
            "title": f"Track {number}",
            "license": "cc-by" if self.free[number] else "all-rights-reserved",
            "genre": self.names[int(self.genre[number])],
            "likes_count": int(self.liked[number]),
            "playback_count": 20 * int(self.liked[number]),
            "artwork_url": "https://example.org/a.jpg" if self.pictured[number] else None,
            "policy": "ALLOW",
            "media": {"transcodings": [{}]},
            "user_id": int(self.uploader[number]) + 1,
        }
