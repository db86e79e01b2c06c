"""Playlists and tracks of SoundCloud in partitions on disk: a partition holds all copies of an id.

So the choice among copies needs one partition in memory and no more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playlist2vec.base.hashing import mix
from playlist2vec.sources.soundcloud.crawls import PLAYLIST, TRACK, Item, PassedOver
from playlist2vec.sources.soundcloud.records import (
    LARGEST_ID,
    id_of,
    is_system,
    playlist_line,
    stub_line,
    track_line,
)

BITS = 7
"""The first bits of the hash of an id, which are the number of the partition."""
HELD = 1 << 24
"""Bytes of lines in memory before they go to the partitions."""
REMEMBERED = 1 << 16
"""Tracks whose greatest line is cached, up to twice as many, so that no lesser line is written."""
PLAYLISTS, TRACKS = "playlists", "tracks"


@dataclass
class Seen:
    """The number of copies of playlists and tracks that were read, tracks inside of playlists
    included.

    `nameless_playlists`, `nameless_tracks`: copies without an id, which are in no partition; a
    track without an id inside a playlist is counted as an entry of the playlist alone. `system`:
    copies of playlists that SoundCloud made.
    """

    playlists: int = 0
    tracks: int = 0
    nameless_playlists: int = 0
    nameless_tracks: int = 0
    system: int = 0

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(*map(sum, zip(vars(self).values(), vars(other).values(), strict=True)))


def numbers() -> range:
    """Return the numbers of all partitions."""
    return range(1 << BITS)


class Pieces:
    """A writer of playlists and tracks, as lines, into partitions in `folder`, an empty folder.

    `playlists-<n>` and `tracks-<n>` hold lines of `records`, n by the hash of the id. `seen`,
    `passed`: the counts of the copies that were added and of the items that were passed over.
    """

    def __init__(self, folder: Path) -> None:
        self.seen, self.passed = Seen(), PassedOver()
        self.folder = folder
        self._lines: dict[str, list[bytes]] = {PLAYLISTS: [], TRACKS: []}
        self._ids: dict[str, list[int]] = {PLAYLISTS: [], TRACKS: []}
        self._size = 0
        self._known: dict[int, bytes] = {}
        self._older: dict[int, bytes] = {}

    def add(self, items: Iterable[Item]) -> int:
        """Add playlists and tracks, and return their number; `passed` counts all other items.

        `finish` writes the last of them.
        """
        number = 0
        passed: Counter[str] = Counter()
        for kind, found, name in items:
            if kind == PLAYLIST:
                self._add_playlist(found, name)
            elif kind == TRACK:
                self._add_track(found, name)
            else:
                passed[kind] += 1
                continue
            number += 1
            if self._size > HELD:
                self.finish()
        self.passed += PassedOver(**passed)
        return number

    def finish(self) -> None:
        """Write everything that is still in memory to the partitions."""
        for kind, lines in self._lines.items():
            ids = self._ids[kind]
            pieces = (mix(np.array(ids, np.uint64)) >> np.uint64(64 - BITS)).astype(np.uint8)
            order = np.argsort(pieces, kind="stable").tolist()
            start = 0
            for number, end in enumerate(np.cumsum(np.bincount(pieces)).tolist()):
                if end > start:
                    with open(self.folder / f"{kind}-{number}", "ab") as file:
                        file.writelines(lines[place] for place in order[start:end])
                start = end
            lines.clear()
            ids.clear()
        self._size = 0

    def _add_playlist(self, found: dict[str, Any], name: str) -> None:
        self.seen.playlists += 1
        if is_system(found):
            self.seen.system += 1
            return
        number = id_of(found, name)
        if number is None:
            self.seen.nameless_playlists += 1
            return
        tracks = found.get("tracks")
        entries = [self._entry(track) for track in tracks] if type(tracks) is list else None
        self._hold(PLAYLISTS, number, playlist_line(found, number, entries))

    def _entry(self, found: object) -> int:
        """Add a track inside a playlist, and return the id of the track, 0 without an id."""
        if type(found) is dict:
            number = id_of(found)
            if number is None:
                return 0
            line = track_line(found, number)
        elif type(found) is int and 0 < found <= LARGEST_ID:
            number, line = found, stub_line(found)
        else:
            return 0
        self.seen.tracks += 1
        self._learn(number, line)
        return number

    def _add_track(self, found: dict[str, Any], name: str) -> None:
        self.seen.tracks += 1
        number = id_of(found, name)
        if number is None:
            self.seen.nameless_tracks += 1
            return
        self._learn(number, track_line(found, number))

    def _learn(self, number: int, line: bytes) -> None:
        known = self._known.get(number)
        if known is None:
            if len(self._known) == REMEMBERED:
                self._older, self._known = self._known, {}
            known = self._known[number] = self._older.get(number, b"")
        if line > known:
            self._known[number] = line
            self._hold(TRACKS, number, line)

    def _hold(self, kind: str, number: int, line: bytes) -> None:
        self._ids[kind].append(number)
        self._lines[kind].append(line)
        self._size += len(line)


def greatest_lines(folders: Iterable[Path], kind: str, number: int) -> tuple[int, Iterator[bytes]]:
    """Return the number of lesser copies in a partition, and the greatest line of every id.

    Lines come in the order of the ids' hashes. The partition is read from all `folders`.
    """
    best: dict[int, bytes] = {}
    copies = 0
    place = 2 if kind == TRACKS else 3
    for path in (folder / f"{kind}-{number}" for folder in folders):
        if not path.exists():
            continue
        with open(path, "rb") as file:
            for line in file:
                copies += 1
                key = _id_in(line, place)
                if line > best.get(key, b""):
                    best[key] = line
    ids = np.fromiter(best, np.uint64, len(best))
    order = ids[np.argsort(mix(ids))].tolist()
    return copies - len(best), (best[key] for key in order)


def delete_piece(folders: Iterable[Path], kind: str, number: int) -> None:
    """Delete the files of a partition in all folders."""
    for folder in folders:
        (folder / f"{kind}-{number}").unlink(missing_ok=True)


def _id_in(line: bytes, place: int) -> int:
    # No field before the id holds a comma.
    return int(line.split(b",", place + 1)[place])
