"""Logs of what people played: songs by artist and title, and playlists cut where somebody paused."""

import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.listens import EPOCH, Listens
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.sources.track_tables import TrackDetails

SECOND = 1_000_000
"""Microseconds."""
APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u00b4`"), "'")


class SongIds:
    """Ids of songs of which artist and title alone are known: `artist – title` in lower case.

    Spellings that differ in case, blanks, apostrophes and the forms of letters have the same id.
    `songs`: how many ids there are. `spellings`: how many pairs of artist and title they stand for.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def of(self, artist: str, title: str) -> str:
        """Return the id of a song; empty without a title."""
        pair = artist, title
        found = self._ids.get(pair)
        if found is None:
            parts = (_plain(artist), _plain(title))
            found = self._ids[pair] = " – ".join(filter(None, parts)) if parts[1] else ""
        return found

    @property
    def songs(self) -> int:
        """The number of different ids."""
        return len({song for song in self._ids.values() if song})

    @property
    def spellings(self) -> int:
        """The number of different pairs of artist and title that have an id."""
        return sum(song != "" for song in self._ids.values())

    def __str__(self) -> str:
        return f"{self.spellings:,} spellings of {self.songs:,} songs by artist and title"


def _plain(text: str) -> str:
    # Casefolding can leave a text that is not normalised any more.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(APOSTROPHES).split())


class Sessions(NamedTuple):
    """Playlists cut from a log, and the time of the last play of each in seconds since 1970: int64 (playlists,).

    `listens`: who listened when; None where a play began before anything was recorded (2002-10-01).
    """

    playlists: list[RawPlaylist]
    times: NDArray[np.int64]
    listens: Listens | None


class Log:
    """Plays of listeners, to be cut into playlists. `duplicates`: plays that were there already, and left out.

    `details`: names of the songs, the first ones that are known.
    """

    def __init__(self) -> None:
        self._listeners: dict[str, tuple[array[int], array[int], list[str]]] = {}
        self.details: dict[str, TrackDetails] = {}
        self.duplicates = 0

    def add(self, listener: str, start: int, end: int, song: str) -> None:
        """Take a play from `start` to `end`, in microseconds since 1970."""
        if listener not in self._listeners:
            self._listeners[listener] = array("q"), array("q"), []
        starts, ends, songs = self._listeners[listener]
        starts.append(start)
        ends.append(end)
        songs.append(song)

    def name(self, song: str, artist: str, title: str) -> None:
        """Keep the names of a song, unless it has some."""
        if song not in self.details:
            self.details[song] = TrackDetails(artist, title, "")

    def plays(self) -> Iterator[tuple[str, int, str]]:
        """Yield listener, start in microseconds since 1970, and song of each play, as they came."""
        for listener, (starts, _, songs) in self._listeners.items():
            yield from ((listener, start, song) for start, song in zip(starts, songs, strict=True))

    def sessions(self, pause: int) -> Sessions:
        """Return the playlists: one begins with each listener and after a pause of more than `pause` minutes.

        0 = a playlist a listener. Plays with listener, start and song of another one are left out and counted.
        """
        playlists, times, heard, edges = list[RawPlaylist](), list[int](), array("q"), [0]
        for listener, (starts, ends, songs) in self._listeners.items():
            order = sorted(range(len(songs)), key=lambda play: (starts[play], songs[play], ends[play]))
            kept = [
                play
                for before, play in zip([-1, *order], order, strict=False)
                if before < 0 or (starts[before], songs[before]) != (starts[play], songs[play])
            ]
            self.duplicates += len(order) - len(kept)
            first, last = [starts[play] for play in kept], [ends[play] for play in kept]
            for begin, stop in pieces_between(first, last, pause):
                tracks = [songs[play] for play in kept[begin:stop]]
                artists = [self.details[song].artist_name if song in self.details else "" for song in tracks]
                playlists.append(RawPlaylist(session_key(listener, first[begin]), tracks, artists))
                times.append(last[stop - 1] // SECOND)
            heard.extend(first)
            edges.append(len(heard))
        return Sessions(playlists, np.array(times, np.int64), listens_of(heard, edges))


def listens_of(starts: Sequence[int], ends: list[int]) -> Listens | None:
    """Return who listened when; None where a play began before anything was recorded, or after all that fits."""
    seconds = np.array(starts, np.int64) // SECOND - EPOCH
    if len(seconds) and (seconds.min() < 0 or seconds.max() >= 1 << 32):
        return None
    return Listens(np.array(ends, np.int64), seconds.astype(np.uint32))


def pieces_between(starts: Sequence[int], ends: Sequence[int], pause: int) -> list[tuple[int, int]]:
    """Return begin and end of each run of plays in order of time with no pause of more than `pause` minutes in it.

    `starts`, `ends`: microseconds. A pause of 0 cuts nothing.
    """
    if not len(starts):
        return []
    gaps = np.asarray(starts[1:], np.int64) - np.asarray(ends[:-1], np.int64)
    cuts = (np.flatnonzero(np.abs(gaps) > 60 * pause * SECOND) + 1).tolist() if pause else []
    return list(zip([0, *cuts], [*cuts, len(starts)], strict=True))


def session_name(listener: str, start: int) -> str:
    """Return the name of the playlist that a listener began at `start`, in microseconds since 1970."""
    return f"{listener}@{start // SECOND}"


def session_key(listener: str, start: int) -> int:
    """Return the key of that playlist, which later plays do not change."""
    return key_of_name(session_name(listener, start))
