"""The stages `source` and `ingest` for a person's export from Last.fm."""

from pathlib import Path

from playlist2vec.base.rules import read_parameter, read_section
from playlist2vec.formats.zips import is_of_macos
from playlist2vec.sources.lastfm.params import LastfmParams
from playlist2vec.sources.placed import find_files, list_found, load_list, passed_over, path_of
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace

LIST = "files.tsv"
PLAIN = (".csv", ".tsv", ".txt", ".json")
SUFFIXES = (*PLAIN, *(f"{ending}.gz" for ending in PLAIN))


def list_files(data: DataSet, fetch: Fetch) -> str:
    """List the tables and JSON files; see `Room.list_files`."""
    place = read_parameter(data.params, LastfmParams, "export")
    found = find_files(place, SUFFIXES, "export of Last.fm", lambda name: not is_of_macos(name))
    return list_found(found, place, data.raw / LIST) + passed_over(place, found)


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the listed files in place; see `Room.ingest`."""
    from playlist2vec.sources.in_memory import write_playlists
    from playlist2vec.sources.lastfm.sessions import read_exports

    section = read_section(data.params, LastfmParams)
    found = read_exports([path_of(section.export, file) for file in load_list(data.raw / LIST)])
    sessions = found.log.sessions(section.pause)
    details = found.log.details
    summary = write_playlists(
        sessions.playlists, details, section.export, out, sessions.times, listens=sessions.listens
    )
    kept = found.kept - found.log.duplicates
    found.left_out["duplicates"] = found.log.duplicates
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(found.left_out.items()))
    said = (
        f"{summary}; {found.read:,} scrobbles read, {kept:,} kept; left out {reasons}; {found.ids}"
    )
    return "; ".join([said, *found.log.said(), *found.notes])
