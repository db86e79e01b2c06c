"""The stages `source` and `ingest` for a person's own data from Spotify."""

from functools import partial
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_parameter, read_section
from playlist2vec.sources.placed import (
    documents,
    find_files,
    list_found,
    load_list,
    passed_over,
    path_of,
)
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace
from playlist2vec.sources.spotify_history.exports import is_read
from playlist2vec.sources.spotify_history.params import SpotifyHistoryParams

LIST = "files.tsv"
SUFFIXES = (".json", ".json.gz", ".zip")
EXPECTED = (
    "Streaming_History_Audio_*.json, StreamingHistory_music_*.json, "
    "Playlist*.json or YourLibrary.json"
)


def list_files(data: DataSet, fetch: Fetch) -> str:
    """List the files of plays and playlists, or the zip file; see `Room.list_files`."""
    place = read_parameter(data.params, SpotifyHistoryParams, "export")
    alone = Path(place).is_file()
    found = find_files(
        place,
        SUFFIXES,
        EXPECTED,
        lambda name: alone or is_read(name) or name.lower().endswith(".zip"),
    )
    return list_found(found, place, data.raw / LIST) + passed_over(place, found)


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the listed files in place; see `Room.ingest`."""
    from playlist2vec.sources.in_memory import write_playlists
    from playlist2vec.sources.spotify_history.sessions import read_history

    section = read_section(data.params, SpotifyHistoryParams)
    paths = [path_of(section.export, file) for file in load_list(data.raw / LIST)]
    history = read_history(partial(documents, paths, is_read), section)
    made = history.made()
    if not made.playlists and not history.read:
        raise DataError(
            f"{section.export}: no file of plays or playlists in it: expected {EXPECTED}"
        )
    details = history.log.details
    summary = write_playlists(
        made.playlists, details, section.export, out, made.times, listens=made.listens
    )
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(history.left_out.items()))
    passed = (
        f"; {history.passed:,} files of the last year passed over, "
        "as the extended history has the same plays"
    )
    said = (
        f"{summary}; {history.read:,} plays read, {history.kept:,} kept in "
        f"{history.sessions:,} sessions, {history.listed:,} songs kept in "
        f"{len(history.playlists):,} playlists; left out {reasons or 'nothing'}; "
        f"{history.ids}{passed if history.passed else ''}"
    )
    return "; ".join([said, *history.log.said()])
