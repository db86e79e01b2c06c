"""Writing of the files of the stage `ingest` for data sets that fit into memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.listens import FILE as LISTENS
from playlist2vec.corpus.listens import Listens
from playlist2vec.corpus.playlists import Playlists, RawPlaylist
from playlist2vec.corpus.tracks import FILE, Tracks
from playlist2vec.sources.canonical import encode, with_details
from playlist2vec.sources.room import DataSet
from playlist2vec.sources.track_tables import TrackDetails, read_track_table

NO_FILES: Mapping[str, str] = {}


def write_files(data: DataSet, read: Callable[[Path], Iterable[RawPlaylist]], out: Path) -> str:
    """Write the canonical form of the files that source.yaml names; return the summary.

    `read`: the reader of the file of playlists. Names come from the table of tracks, if there is a
    table. Raises DataError if no song is left.
    """
    paths = {file.role: data.raw / file.name for file in data.description.files}
    details = read_track_table(paths["tracks"]) if "tracks" in paths else {}
    return write_playlists(read(paths["playlists"]), details, data.raw, out)


def write_playlists(
    found: Iterable[RawPlaylist],
    details: Mapping[str, TrackDetails],
    raw: str | Path,
    out: Path,
    times: Sequence[int] | NDArray[np.int64] = (),
    files: Mapping[str, str] = NO_FILES,
    listens: Listens | None = None,
) -> str:
    """Write the canonical form of playlists to `out`; return the summary on a single line.

    `details`: names by track id. `times`: the time of the last play of every playlist, in seconds
    since 1970, or empty; complete when `found` is exhausted. `files`: the path of the audio file by
    track id, likewise complete at the end; goes into a column of the table of tracks unless empty.
    `listens`: users and times of the plays; written to a file of their own if there is a user.
    Raises DataError, which names `raw`, if no song is left.
    """
    playlists, tracks = encode(found)
    if len(playlists.tracks) == 0:
        raise DataError(f"{raw}: {len(playlists)} playlists without a song: expected songs")
    if len(times):
        playlists = replace(playlists, times=np.array(times, np.int64))
    tracks = with_details(tracks, details)
    if files:
        tracks = replace(
            tracks, more={**tracks.more, FILE: [files.get(track, "") for track in tracks.ids]}
        )
    playlists.save(out / "playlists.npz")
    tracks.save(out / "tracks.tsv")
    if listens is not None and len(listens):
        listens.checked(len(playlists.tracks)).save(out / LISTENS)
    return _summary(playlists, tracks)


def _summary(playlists: Playlists, tracks: Tracks) -> str:
    empty = int(np.count_nonzero(playlists.lengths == 0))
    artists = len(set(tracks.artists) - {""})
    titled = sum(title != "" for title in tracks.titles)
    return (
        f"{len(playlists):,} playlists ({empty:,} empty), {len(playlists.tracks):,} songs, "
        f"{len(tracks):,} distinct, {artists:,} artists, {titled:,} with a title"
    )
