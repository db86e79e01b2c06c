"""Listens sorted into pieces on disk: all listens of a user go into one piece, and all that is said of a track.

So what needs all listens of a user, or all names of a track, needs one piece in memory and no more.
"""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from playlist2vec.alternating import is_id
from playlist2vec.hashing import key_of_name, mix
from playlist2vec.listen_dumps import Listen
from playlist2vec.tracks import one_line

EARLIEST = 1033430400
"""2002-10-01, in seconds since 1970: what is older was imported without its time, for nothing recorded listens yet."""
LATEST = 1 << 32
"""In the year 2106, in seconds since 1970; what is not below it is no time in seconds."""
PIECES = 128
"""The first seven bits of a key say which piece it belongs to."""
HELD = 1 << 20
"""Listens, and names of tracks, that are held in memory before they go to their pieces."""
REMEMBERED = 1 << 18
"""Tracks, twice that many at most, and users that are remembered; of others keys are made and names written anew."""
LONGEST_ID = 100
"""Characters of a track's or a user's id; what is longer is none."""
LONGEST_NAME = 500
"""Characters of a name; the rest is cut off."""
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PLAY = np.dtype([("user", "<u8"), ("time", "<i8"), ("track", "<u8")])
"""A listen: the key of its user, its time in seconds since 1970, the key of its track."""


@dataclass
class Unfit:
    """The listens that were read, and those of them that cannot be used, each under the first reason that holds.

    `read`: all of them. `user`, `time`, `recording`, `names`: they have none, or nothing that can be one.
    `early`: before EARLIEST.
    """

    read: int = 0
    user: int = 0
    time: int = 0
    recording: int = 0
    names: int = 0
    early: int = 0


class _Track:
    """A track's key and id, and what the earliest listen says of it: the first by artist and title of several."""

    __slots__ = ("artist", "id", "key", "time", "title")

    def __init__(self, recording: str) -> None:
        self.id, self.key = recording, key_of_name(recording)
        self.time, self.artist, self.title = LATEST, "", ""


class Pieces:
    """Sorts listens into pieces in `folder`, which must not be there yet.

    `plays-<n>` holds PLAY records whose user's key begins with n. `names-<n>` holds a JSON list a line,
    `[key, time, id, artist, title]`, whose key, a track's, begins with n: one for each track at least, that of its
    earliest listen.
    A key is a hash of the id: `mix` of a user's number, else `key_of_name`. UUIDs are taken in lower case.
    """

    def __init__(self, folder: Path) -> None:
        self.unfit = Unfit()
        self._folder = folder
        self._user_keys: dict[int | str, int | None] = {}
        self._tracks: dict[str, _Track] = {}
        self._older_tracks: dict[str, _Track] = {}
        self._users, self._times, self._played = array("Q"), array("q"), array("Q")
        self._names: list[list[bytes]] = [[] for _ in range(PIECES)]
        self._learned = 0
        folder.mkdir(parents=True)

    def add(self, listens: Iterable[Listen]) -> None:
        """Sort these in; `finish` writes what is in memory then."""
        unfit = self.unfit
        for user, time, recording, artist, title in listens:
            unfit.read += 1
            if (user_key := self._user_key(user)) is None:
                unfit.user += 1
            elif type(time) is not int or time >= LATEST:
                unfit.time += 1
            elif (track := self._track(recording)) is None:
                unfit.recording += 1
            elif not (type(artist) is str and type(title) is str and artist.strip() and title.strip()):
                unfit.names += 1
            elif time < EARLIEST:
                unfit.early += 1
            else:
                self._users.append(user_key)
                self._times.append(time)
                self._played.append(track.key)
                if time <= track.time:
                    self._learn(track, time, artist, title)
                if len(self._users) == HELD:
                    self._write_plays()

    def finish(self) -> None:
        """Write what is still in memory to its pieces."""
        self._write_plays()
        self._write_names()

    def _user_key(self, user: object) -> int | None:
        if type(user) is not int and (type(user) is not str or len(user) > LONGEST_ID):
            return None
        if user not in self._user_keys:
            if len(self._user_keys) == REMEMBERED:
                self._user_keys.clear()
            self._user_keys[user] = _key_of_user(user)
        return self._user_keys[user]

    def _track(self, recording: object) -> _Track | None:
        if type(recording) is not str or len(recording) > LONGEST_ID:
            return None
        track = self._tracks.get(recording)
        if track is None and (track := self._older_tracks.get(recording) or _new_track(recording)) is not None:
            if len(self._tracks) == REMEMBERED:
                self._older_tracks, self._tracks = self._tracks, {}
            self._tracks[recording] = track
        return track

    def _learn(self, track: _Track, time: int, artist: str, title: str) -> None:
        artist, title = (one_line(name.strip())[:LONGEST_NAME] for name in (artist, title))
        if (time, artist, title) < (track.time, track.artist, track.title):
            track.time, track.artist, track.title = time, artist, title
            self._names[piece_of(track.key)].append(orjson.dumps([track.key, time, track.id, artist, title]) + b"\n")
            self._learned += 1
            if self._learned == HELD:
                self._write_names()

    def _write_plays(self) -> None:
        plays = np.empty(len(self._users), PLAY)
        for name, values in zip(("user", "time", "track"), (self._users, self._times, self._played), strict=True):
            plays[name] = values
            del values[:]
        write_pieces(self._folder, "plays", plays, "user")

    def _write_names(self) -> None:
        for number, lines in enumerate(self._names):
            if lines:
                with open(self._folder / f"names-{number}", "ab") as file:
                    file.writelines(lines)
                lines.clear()
        self._learned = 0


def _key_of_user(user: int | str) -> int | None:
    if type(user) is int:
        return int(mix(np.array([user], np.uint64))[0]) if 0 <= user < 1 << 64 else None
    name = str(user).strip()
    return key_of_name(name) if name else None


def _new_track(recording: str) -> _Track | None:
    found = recording.lower() if UUID.fullmatch(recording) else recording.strip()
    return _Track(found) if is_id(found) else None


def piece_of(key: int) -> int:
    """The number of the piece that a 64-bit key belongs to."""
    return key * PIECES >> 64


def write_pieces(folder: Path, kind: str, records: NDArray[np.void], key: str) -> None:
    """Append each record to the file `<kind>-<n>` in `folder`, n as its field `key` says; pieces keep the order."""
    piece = (records[key] >> np.uint64(57)).astype(np.uint8)
    order = np.argsort(piece, kind="stable")
    ends = np.cumsum(np.bincount(piece, minlength=PIECES)).tolist()
    start = 0
    for number, end in enumerate(ends):
        if end > start:
            with open(folder / f"{kind}-{number}", "ab") as file:
                records[order[start:end]].tofile(file)
        start = end


def read_piece(folder: Path, kind: str, number: int, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """The records that `write_pieces` wrote to a piece; none where there is no such file."""
    path = folder / f"{kind}-{number}"
    return np.fromfile(path, dtype) if path.exists() else np.empty(0, dtype)
