"""Spotify's Million Playlist Dataset: slices of JSON in a folder or in the zip file that they came in.

A slice `mpd.slice.<first>-<last>.json` holds playlists by their `pid`, each with tracks by their `pos` (Ching-Wei Chen
and others, RecSys Challenge 2018, ACM RecSys 2018). Files and entries may stand in any order.
"""

import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from json import JSONDecodeError, JSONDecoder
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import numpy as np

from playlist2vec.errors import DataError
from playlist2vec.hashing import mix
from playlist2vec.playlists import RawPlaylist
from playlist2vec.track_tables import TrackDetails

NAME = re.compile(r"mpd\.slice\.(\d{1,12})-(\d{1,12})\.json")
LARGEST = 512 * 2**20
"""Bytes of a slice; those of the data set have about 35 million for 1,000 playlists."""


@dataclass(frozen=True)
class Slice:
    """One file: `place` for messages, the playlists that its name promises, and how to get its bytes."""

    place: str
    first: int
    last: int
    read: Callable[[], bytes]


@dataclass(eq=False)
class Playlists:
    """All playlists of the data set in the order of their pid, read slice by slice.

    `details`: names and titles of the tracks that have been read so far.
    """

    slices: list[Slice]
    details: dict[str, TrackDetails] = field(default_factory=dict)

    def __iter__(self) -> Iterator[RawPlaylist]:
        """Yield each playlist; its key comes from its pid alone.

        Raises DataError, in one line with file and playlist, for what is not a slice.
        """
        for each in self.slices:
            entries = _entries(each)
            keys = mix(np.array([entry["pid"] for entry in entries], np.uint64)).tolist()
            for key, entry in zip(keys, entries, strict=True):
                yield self._playlist(each.place, key, entry)

    def _playlist(self, place: str, key: int, entry: dict[str, Any]) -> RawPlaylist:
        place = f"{place}: playlist {entry['pid']}"
        tracks, artists = list[str](), list[str]()
        for track in _in_order(place, entry):
            uri, artist = _text(place, track, "track_uri"), _text(place, track, "artist_uri")
            if not uri or not uri.isprintable():
                raise DataError(f"{place}: track {track['pos']}: track_uri = {_shown(uri)}: expected printable text")
            tracks.append(uri)
            artists.append(artist)
            if uri not in self.details:
                name, title = _text(place, track, "artist_name"), _text(place, track, "track_name")
                self.details[uri] = TrackDetails(name, title, "")
        return RawPlaylist(key, tracks, artists)


def read_mpd(path: str | Path) -> Playlists:
    """The playlists in a folder with slices, its folders included, or in a zip file with them.

    Files with other names are passed over. Raises DataError where there is no slice, where two hold the same
    playlists, or where an archive has a member that leads out of it or is a link.
    """
    path = Path(path)
    try:
        slices = _in_zip(path) if path.is_file() else _in_folder(path)
    except (BadZipFile, NotImplementedError) as error:
        raise DataError(
            f"{path}: not a zip file that can be read ({error}): expected the data set's, or a folder"
        ) from None
    if not slices:
        raise DataError(f"{path}: no slice: expected files mpd.slice.<first>-<last>.json in this folder or zip file")
    slices.sort(key=lambda each: (each.first, each.place))
    for before, after in pairwise(slices):
        if after.first <= before.last:
            raise DataError(f"{after.place}: holds playlists that {before.place} holds: expected each of them once")
    return Playlists(slices)


def _in_folder(folder: Path) -> list[Slice]:
    found = []
    for file in folder.rglob("mpd.slice.*.json"):
        bounds = NAME.fullmatch(file.name)
        if bounds:
            found.append(Slice(str(file), int(bounds[1]), int(bounds[2]), partial(_content, file)))
    return found


def _content(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise DataError(f"{file}: {file.stat().st_size:,} bytes: expected at most {LARGEST:,}")
    return file.read_bytes()


def _in_zip(path: Path) -> list[Slice]:
    found = []
    with ZipFile(path) as archive:
        members = archive.infolist()
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in member.filename:
            raise DataError(f"{path}: member {_shown(member.filename)}: expected a path inside the archive")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise DataError(f"{path}: member {_shown(member.filename)} is a link: expected files")
        bounds = NAME.fullmatch(parts.name)
        if bounds:
            place = f"{path}: {member.filename}"
            found.append(
                Slice(
                    place,
                    int(bounds[1]),
                    int(bounds[2]),
                    partial(_member, path, place, member),
                )
            )
    return found


def _member(path: Path, place: str, member: ZipInfo) -> bytes:
    """The bytes of a member; never more than LARGEST are unpacked, whatever the archive says of it."""
    import zlib

    try:
        with ZipFile(path) as archive, archive.open(member) as file:
            content = file.read(LARGEST + 1)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{place}: cannot be unpacked ({error}): expected a whole zip file") from None
    if len(content) > LARGEST:
        raise DataError(f"{place}: more than {LARGEST:,} bytes: expected a slice")
    return content


def _entries(each: Slice) -> list[dict[str, Any]]:
    """The playlists of a slice in the order of their pid, all within the bounds of its name, each once."""
    content = _parsed(each.place, each.read())
    playlists = content.get("playlists") if isinstance(content, dict) else None
    if not isinstance(playlists, list):
        raise DataError(f"{each.place}: expected an object with a list `playlists`")
    for number, entry in enumerate(playlists):
        pid = entry.get("pid") if isinstance(entry, dict) else None
        if not isinstance(pid, int) or isinstance(pid, bool) or not each.first <= pid <= each.last:
            raise DataError(
                f"{each.place}: playlists[{number}].pid = {_shown(pid)}: expected a whole number from {each.first} to "
                f"{each.last}, as the file is named"
            )
    playlists.sort(key=lambda entry: entry["pid"])
    for before, after in pairwise(playlists):
        if before["pid"] == after["pid"]:
            raise DataError(f"{each.place}: two playlists with the pid {after['pid']}: expected one")
    return playlists


def _parsed(place: str, content: bytes) -> Any:
    import orjson

    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        whole = _last_whole(content)
        until = f"the last whole playlist is {whole}" if whole is not None else "no playlist in it is whole"
        raise DataError(f"{place}: not whole JSON ({' '.join(str(error).split())[:100]}); {until}") from None


def _last_whole(content: bytes) -> int | None:
    """The pid of the last playlist before the text breaks off; None if there is none."""
    text = content.decode("utf-8", "replace")
    begin = re.search(r'"playlists"\s*:\s*\[', text)
    decoder, place, pid = JSONDecoder(), begin.end() if begin else len(text), None
    try:
        while True:
            place = re.compile(r"[\s,]*").match(text, place).end()  # type: ignore[union-attr]
            entry, place = decoder.raw_decode(text, place)
            if not isinstance(entry, dict) or not isinstance(entry.get("pid"), int):
                return pid
            pid = entry["pid"]
    except (JSONDecodeError, RecursionError, ValueError):
        return pid


def _in_order(place: str, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The tracks of a playlist in the order of `pos`, as many as it says."""
    tracks = entry.get("tracks")
    if not isinstance(tracks, list) or not all(isinstance(track, dict) for track in tracks):
        raise DataError(f"{place}: tracks = {_shown(tracks)}: expected a list of objects")
    places = [track.get("pos") for track in tracks]
    if not all(isinstance(pos, int) and not isinstance(pos, bool) for pos in places) or len(set(places)) < len(places):
        raise DataError(f"{place}: pos: expected a different whole number for each track")
    if entry.get("num_tracks") != len(tracks):
        raise DataError(f"{place}: num_tracks = {_shown(entry.get('num_tracks'))}: expected {len(tracks)}, its tracks")
    return sorted(tracks, key=lambda track: int(track["pos"]))


def _text(place: str, track: dict[str, Any], key: str) -> str:
    value = track.get(key)
    if not isinstance(value, str):
        raise DataError(f"{place}: track {track['pos']}: {key} = {_shown(value)}: expected text")
    return value


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"
