"""Conversion of playlists from a reader to the canonical form."""

from array import array
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import Playlists, RawPlaylist, offsets_of
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sources.track_tables import NO_DETAILS, TrackDetails

Code = TypeVar("Code", np.int32, np.int64, np.uint64)
Value = TypeVar("Value", bound=Hashable)


class FirstSeen(dict[Value, int], Generic[Value]):
    """Numbers for values, from 0, in the order of the first look-up."""

    def __missing__(self, value: Value) -> int:
        code = self[value] = len(self)
        return code


def encode(playlists: Iterable[RawPlaylist]) -> tuple[Playlists, Tracks]:
    """Return the canonical form of playlists, and the table of tracks without names and titles.

    Track codes ascend with the UTF-8 bytes of the track ids, in whatever order the ids come. The
    artist of a track is the artist beside the first play.
    """
    seen, artist_of = FirstSeen[str](), list[str]()
    plays, lengths, keys = array("i"), array("q"), array("Q")
    for key, tracks, artists in playlists:
        codes = list(map(seen.__getitem__, tracks))
        plays.extend(codes)
        lengths.append(len(codes))
        keys.append(key)
        if len(seen) > len(artist_of):
            artist_of.extend(
                _artists_of_new(codes, artists, len(artist_of))
                or [""] * (len(seen) - len(artist_of))
            )
    ids = list(seen)
    del seen
    order = order_of(ids)
    code_of = np.empty(len(ids), np.int32)
    code_of[order] = np.arange(len(ids), dtype=np.int32)
    canonical = Playlists(
        tracks=code_of[_as_array(plays, np.int32)],
        offsets=offsets_of(_as_array(lengths, np.int64)),
        keys=_as_array(keys, np.uint64),
        rows=np.arange(len(lengths), dtype=np.int64),
    )
    places = order.tolist()
    nothing = [""] * len(ids)
    return canonical, Tracks(
        [ids[i] for i in places],
        [artist_of[i] for i in places],
        nothing,
        list(nothing),
        list(nothing),
    )


def order_of(ids: list[str]) -> NDArray[np.int64]:
    """Return the places of the ids in ascending order of the UTF-8 bytes: int64 (ids,)."""
    # NumPy compares the UTF-8 bytes of a StringDType, and sorts faster than Python.
    return np.argsort(np.array(ids, np.dtypes.StringDType()), kind="stable")


def _artists_of_new(codes: list[int], artists: list[str], first: int) -> list[str]:
    """Return the artists of the new codes, from `first` on; empty if artists are unknown.

    New codes appear in ascending order.
    """
    found: list[str] = []
    for code, artist in zip(codes, artists, strict=False):
        if code == first + len(found):
            found.append(artist)
    return found


def _as_array(values: "array[int]", dtype: type[Code]) -> NDArray[Code]:
    return np.frombuffer(values, dtype) if values else np.zeros(0, dtype)


def with_details(tracks: Tracks, details: Mapping[str, TrackDetails]) -> Tracks:
    """Return the tracks with names, titles and previews from `details`.

    Details of unknown tracks are ignored.
    """
    found = [details.get(track, NO_DETAILS) for track in tracks.ids]
    return Tracks(
        ids=tracks.ids,
        artists=tracks.artists,
        artist_names=[each.artist_name for each in found],
        titles=[each.title for each in found],
        previews=[each.preview for each in found],
    )
