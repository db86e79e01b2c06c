"""The stages `source` and `ingest` for Spotify's Million Playlist Dataset."""

from pathlib import Path

from playlist2vec.base.rules import read_parameter, read_section
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace
from playlist2vec.sources.spotify_mpd.params import SpotifyMpdParams
from playlist2vec.sources.spotify_mpd.slices import find_slices, listed_slices, save_list, with_crc

LIST = "slices.tsv"


def list_files(data: DataSet, fetch: Fetch) -> str:
    """List the slices; see `Room.list_files`."""
    place = read_parameter(data.params, SpotifyMpdParams, "slices")
    found = [with_crc(each) for each in find_slices(place)]
    save_list(found, data.raw / LIST)
    promised = sum(each.last + 1 - each.first for each in found)
    return (
        f"{len(found):,} slices with {sum(each.size for each in found):,} bytes in {place} "
        f"listed, not copied; by their names they hold {promised:,} playlists"
    )


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the listed slices in place; see `Room.ingest`."""
    from playlist2vec.sources.spotify_mpd.playlists import ingest_slices

    section = read_section(data.params, SpotifyMpdParams)
    found = listed_slices(section.slices, data.raw / LIST)
    with open_workplace() as (engine, _, scratch):
        summary = ingest_slices(found, engine, out / "playlists.npz", out / "tracks.tsv", scratch)
    return (
        f"{summary.slices:,} slices: {summary.playlists:,} playlists read, all kept, "
        f"{summary.empty:,} empty, {summary.fewer:,} fewer than the slices' names promise; "
        f"{summary.entries:,} entries read, {summary.entries - summary.local:,} kept, "
        f"{summary.tracks:,} distinct tracks; left out {summary.local:,} files on users' disks"
    )
