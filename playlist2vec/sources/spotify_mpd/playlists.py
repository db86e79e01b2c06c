"""Reading of Spotify's Million Playlist Dataset, several slices at once.

A slice holds playlists by their `pid`, with tracks by their `pos` (Ching-Wei Chen and others,
RecSys Challenge 2018, ACM RecSys 2018). Neither the order of files nor the order inside a file
matters.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.ids import is_id
from playlist2vec.sources.canonical import FirstSeen
from playlist2vec.sources.parts import LONGEST_ID, Assembly, Part, named
from playlist2vec.sources.spotify_mpd.slices import Slice, bytes_of

if TYPE_CHECKING:
    from playlist2vec.engine.local import Engine

COLUMNS = ("duration",)
"""The column of the table of tracks beside names: the duration in whole seconds."""
LONGEST = 10**9
"""Milliseconds; a larger number is not the duration of a track."""
LOCAL = "spotify:local:"
"""The beginning of the uri of a file on a user's own disk, which is not a track for other users."""
STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*+"|["\[\]{}]', re.DOTALL)
"""The tokens of nested JSON: whole texts (brackets inside do not count), brackets, open texts."""


class Track(msgspec.Struct, gc=False):
    """The needed keys of a track in a playlist; further keys are ignored.

    `duration_ms`: unknown if missing or not a number of milliseconds.
    """

    pos: int
    track_uri: str
    artist_uri: str
    artist_name: str
    track_name: str
    duration_ms: object = None


class Playlist(msgspec.Struct, gc=False):
    """The needed keys of a playlist."""

    pid: int
    num_tracks: int
    tracks: list[Track]


class Content(msgspec.Struct, gc=False):
    """The needed key of a slice."""

    playlists: list[Playlist]


class _Pid(msgspec.Struct, gc=False):
    pid: int


class _Pids(msgspec.Struct, gc=False):
    playlists: list[_Pid]


@dataclass
class Ingested:
    """The counts of the slices; all `playlists` are kept, and all `entries` but the `local` ones.

    `empty`: playlists without an entry. `fewer`: playlists promised by the names of the slices but
    missing.
    """

    slices: int = 0
    playlists: int = 0
    empty: int = 0
    fewer: int = 0
    entries: int = 0
    local: int = 0
    tracks: int = 0


def ingest_slices(
    slices: Sequence[Slice], engine: "Engine", playlists: Path, tracks: Path, scratch: Path
) -> Ingested:
    """Convert slices, ascending, to the canonical form: `playlists`, .npz, and a table of `tracks`.

    Playlists are in the order of their pid, which is the row; the key is the hash of the pid. The
    names of a track come from the playlist with the lowest pid. `scratch`: a folder for
    `parts.Assembly`. Raises DataError, naming file and playlist, for a slice rejected by
    `read_slice`, and if no entry is left.
    """
    summary = Ingested()
    assembly = Assembly(scratch, COLUMNS)
    for each, (part, local) in zip(slices, engine.map(read_part, slices), strict=True):
        summary.slices += 1
        summary.playlists += len(part.lengths)
        summary.fewer += each.last + 1 - each.first - len(part.lengths)
        summary.empty += int(np.count_nonzero(part.lengths == 0))
        summary.entries += len(part.codes) + local
        summary.local += local
        assembly.add(part)
    if summary.entries == summary.local:
        raise DataError(
            f"{summary.playlists:,} playlists without a track that can be kept: "
            "expected some tracks"
        )
    summary.tracks = assembly.write(playlists, tracks).tracks
    return summary


def read_part(found: Slice) -> tuple[Part, int]:
    """Return a slice as a part of the canonical form, and the number of entries of local files."""
    playlists = read_slice(found)
    entries = sum(len(playlist.tracks) for playlist in playlists)
    for playlist in playlists:
        if any(track.track_uri.startswith(LOCAL) for track in playlist.tracks):
            playlist.tracks = [
                track for track in playlist.tracks if not track.track_uri.startswith(LOCAL)
            ]
    every = [track for playlist in playlists for track in playlist.tracks]
    first_of = {track.track_uri: track for track in reversed(every)}
    for uri in first_of:
        if not is_id(uri) or len(uri) > LONGEST_ID:
            pid = next(
                each.pid for each in playlists for track in each.tracks if track.track_uri == uri
            )
            raise DataError(
                f"{found.place}: pid {pid}: track_uri = {ascii(uri)[:80]}: "
                f"expected an id without control characters, of at most {LONGEST_ID} characters"
            )
    seen = FirstSeen[str]()
    codes = np.fromiter(
        map(seen.__getitem__, [track.track_uri for track in every]), np.int32, len(every)
    )
    pids = np.array([playlist.pid for playlist in playlists], np.int64)
    tracks = [first_of[uri] for uri in seen]
    part = Part(
        lengths=np.array([len(playlist.tracks) for playlist in playlists], np.int64),
        keys=mix(pids.astype(np.uint64)),
        rows=pids,
        codes=codes,
        ids="\n".join(seen).encode(),
        names="\n".join(map(_named, tracks)).encode(),
    )
    return part, entries - len(every)


def _named(track: Track) -> str:
    """Return names and duration of a track as a line.

    The duration is in whole seconds, empty if unknown.
    """
    found = track.duration_ms
    seconds = f"{(found + 500) // 1_000}" if type(found) is int and 0 < found < LONGEST else ""
    return named(track.artist_uri, track.artist_name, track.track_name, seconds)


def read_slice(found: Slice) -> list[Playlist]:
    """Return the playlists of a slice, ascending by `pid`, with the tracks ascending by `pos`.

    Raises DataError on a single line that names file and playlist: for bytes that differ from the
    list, for incomplete JSON (naming the last complete playlist), for missing values or values of
    another type, for a pid that occurs twice or lies outside the range in the file name, for a
    num_tracks that is not the number of tracks, and for a pos that occurs twice.
    """
    playlists = _parsed(found.place, bytes_of(found)).playlists
    for playlist in playlists:
        if not found.first <= playlist.pid <= found.last:
            raise DataError(
                f"{found.place}: pid {playlist.pid}: expected a number from {found.first} to "
                f"{found.last}, as the file is named"
            )
        _put_in_order(playlist, f"{found.place}: pid {playlist.pid}")
    playlists.sort(key=lambda playlist: playlist.pid)
    for before, after in pairwise(playlists):
        if before.pid == after.pid:
            raise DataError(f"{found.place}: pid {after.pid}: found twice: expected it once")
    return playlists


def _put_in_order(playlist: Playlist, where: str) -> None:
    tracks = playlist.tracks
    if playlist.num_tracks != len(tracks):
        raise DataError(
            f"{where}: num_tracks = {playlist.num_tracks}: expected {len(tracks)}, "
            "the number of tracks"
        )
    places = [track.pos for track in tracks]
    if places == list(range(len(places))):
        return
    if min(places) < 0 or len(set(places)) < len(places):
        wrong = (
            min(places)
            if min(places) < 0
            else next(pos for pos in sorted(places) if places.count(pos) > 1)
        )
        raise DataError(
            f"{where}: pos = {wrong}: expected a number of its own for each track, from 0"
        )
    tracks.sort(key=lambda track: track.pos)


DECODE: Callable[[bytes], Content] = msgspec.json.Decoder(Content).decode


def _parsed(place: str, content: bytes) -> Content:
    try:
        return DECODE(content)
    except msgspec.ValidationError as error:
        raise DataError(f"{place}: {_wrong_value(content, str(error))}") from None
    except RecursionError:
        raise DataError(f"{place}: nested too deeply: expected a slice of playlists") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{place}: a text that is not UTF-8 ({error.reason}): expected JSON in UTF-8"
        ) from None
    except msgspec.DecodeError as error:
        broken = re.search(r"\(byte (\d+)\)$", str(error))
        pid = _last_whole(content, int(broken[1]) if broken else len(content))
        until = (
            "no playlist before the error is whole"
            if pid is None
            else f"the last whole playlist is pid {pid}"
        )
        raise DataError(
            f"{place}: not whole JSON ({error}): {until}: expected a whole slice"
        ) from None


def _wrong_value(content: bytes, said: str) -> str:
    """Return msgspec's message about a value, with the pid of the playlist instead of its place.

    The place stays if the pid cannot be read.
    """
    problem, _, path = said.partition(" - at `$")
    path = path.removesuffix("`").removeprefix(".")
    inside = re.match(r"playlists\[(\d+)\]\.?", path)
    if inside:
        try:
            pid = msgspec.json.decode(content, type=_Pids).playlists[int(inside[1])].pid
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        else:
            path = f"pid {pid}: {path[inside.end() :]}".removesuffix(": ")
    problem = problem[:1].lower() + problem[1:]
    if problem.startswith("object missing"):
        problem += ": expected it to be there"
    return f"{path}: {problem}" if path else problem


def _last_whole(content: bytes, end: int) -> int | None:
    """Return the pid of the last complete playlist before byte `end`, or None."""
    begin = re.search(rb'"playlists"\s*:\s*\[', content)
    depth, start, last = 0, 0, b""
    for token in STRUCTURE.finditer(content, begin.end() if begin else end, end):
        kind = token[0]
        if kind in (b"{", b"["):
            start = start if depth else token.start()
            depth += 1
        elif kind in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                last = content[start : token.end()]
        if depth < 0 or kind == b'"':
            break
    try:
        return msgspec.json.decode(last, type=_Pid).pid
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
