"""Listening logs: ids of songs by artist and title, and playlists cut at pauses."""

import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.keys import pieces
from playlist2vec.corpus.listens import EPOCH, LATEST, Listens, seconds_of
from playlist2vec.corpus.playlists import RawPlaylist, offsets_of
from playlist2vec.sources.track_tables import TrackDetails

SECOND = 1_000_000
"""Microseconds in a second."""
APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u00b4`"), "'")


class SongIds:
    """Ids of songs known only by artist and title: `artist – title` in lower case.

    Spellings that differ in case, blanks, apostrophes and Unicode forms of letters get the same id.
    `songs`: the number of ids. `spellings`: the number of pairs of artist and title with an id.
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
        """The number of different pairs of artist and title with an id."""
        return sum(song != "" for song in self._ids.values())

    def __str__(self) -> str:
        return f"{self.spellings:,} spellings of {self.songs:,} songs by artist and title"


def _plain(text: str) -> str:
    # Casefolding can undo the normalization, so normalize again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(APOSTROPHES).split())


class Sessions(NamedTuple):
    """Playlists cut from a log.

    `times`: the time of the last play of every playlist in seconds since 1970, int64 (playlists,);
    empty if any playlist has no time. `listens`: the listeners and times of the plays of playlists
    from the log.
    """

    playlists: list[RawPlaylist]
    times: NDArray[np.int64]
    listens: Listens


class Log:
    """Plays of listeners, to be cut into playlists.

    `details`: the first known names of the songs. `duplicates`: plays dropped as duplicates.
    `outside`: kept plays before or after the range of times of `Listens`; they get the nearest time
    in the range.
    """

    def __init__(self) -> None:
        self._listeners: dict[str, tuple[array[int], array[int], list[str]]] = {}
        self.details: dict[str, TrackDetails] = {}
        self.duplicates = self.outside = 0

    def add(self, listener: str, start: int, end: int, song: str) -> None:
        """Add a play from `start` to `end`, in microseconds since 1970."""
        if listener not in self._listeners:
            self._listeners[listener] = array("q"), array("q"), []
        starts, ends, songs = self._listeners[listener]
        starts.append(start)
        ends.append(end)
        songs.append(song)

    def name(self, song: str, artist: str, title: str) -> None:
        """Set the names of a song without names."""
        if song not in self.details:
            self.details[song] = TrackDetails(artist, title, "")

    def plays(self) -> Iterator[tuple[str, int, str]]:
        """Yield listener, start in microseconds since 1970, and song of every play, as added."""
        for listener, (starts, _, songs) in self._listeners.items():
            yield from ((listener, start, song) for start, song in zip(starts, songs, strict=True))

    def sessions(self, pause: int, piece: int = 0, *, keep_users: bool = False) -> Sessions:
        """Return the playlists, cut per listener and at every pause of more than `pause` minutes.

        A pause of 0 makes a playlist a listener. `piece`: the largest number of songs in a
        playlist, 0 = no limit. Plays with the same listener, start and song are duplicates: they
        are dropped and counted. The time of a play is its start. `keep_users`: True if the listens
        keep hashes of the listeners.
        """
        playlists, times = list[RawPlaylist](), list[int]()
        began, lengths = array("q"), list[int]()
        for listener, (starts, ends, songs) in self._listeners.items():
            order = sorted(
                range(len(songs)), key=lambda play: (starts[play], songs[play], ends[play])
            )
            kept = [
                play
                for before, play in zip([-1, *order], order, strict=False)
                if before < 0 or (starts[before], songs[before]) != (starts[play], songs[play])
            ]
            self.duplicates += len(order) - len(kept)
            first, last = [starts[play] for play in kept], [ends[play] for play in kept]
            began.extend(start // SECOND for start in first)
            lengths.append(len(kept))
            for begin, stop in pieces_between(first, last, pause):
                tracks = [songs[play] for play in kept[begin:stop]]
                artists = [
                    self.details[song].artist_name if song in self.details else ""
                    for song in tracks
                ]
                playlists += pieces(session_name(listener, first[begin]), tracks, artists, piece)
                times += [last[stop - 1] // SECOND] * (len(playlists) - len(times))
        heard = np.frombuffer(began, np.int64) if began else np.empty(0, np.int64)
        self.outside = int(np.count_nonzero((heard < EPOCH) | (heard > LATEST)))
        keys = np.array([key_of_name(listener) for listener in self._listeners], np.uint64)
        offsets = offsets_of(np.array(lengths, np.int64))
        listens = Listens(offsets, seconds_of(heard), keys if keep_users else None)
        return Sessions(playlists, np.array(times, np.int64), listens)

    def said(self) -> list[str]:
        """Return the sentence of a summary on plays at impossible times; empty without any."""
        said = (
            f"{self.outside:,} kept plays before October 2002 or after 2138, "
            "with the nearest possible time in listens.npz"
        )
        return [said] if self.outside else []


def pieces_between(starts: Sequence[int], ends: Sequence[int], pause: int) -> list[tuple[int, int]]:
    """Return begin and end of the runs of plays without a pause of more than `pause` minutes.

    `starts`, `ends`: microseconds, in order of time. A pause of 0 cuts nothing.
    """
    if not len(starts):
        return []
    gaps = np.asarray(starts[1:], np.int64) - np.asarray(ends[:-1], np.int64)
    cuts = (np.flatnonzero(np.abs(gaps) > 60 * pause * SECOND) + 1).tolist() if pause else []
    return list(zip([0, *cuts], [*cuts, len(starts)], strict=True))


def session_name(listener: str, start: int) -> str:
    """Return the name of the playlist that a listener began at `start`, in microseconds since 1970.

    The key of the playlist is a hash of the name, so that later plays do not change the key.
    """
    return f"{listener}@{start // SECOND}"
