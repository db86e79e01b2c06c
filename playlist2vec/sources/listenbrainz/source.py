"""The stages `source` and `ingest` for ListenBrainz's dumps."""

from pathlib import Path

from playlist2vec.base.rules import read_parameter, read_section
from playlist2vec.sources.listenbrainz.dumps import find_dumps, others
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.placed import load_list, path_of, save_list
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace

LIST = "dumps.tsv"


def list_files(data: DataSet, fetch: Fetch) -> str:
    """Check the dumps and list them; see `Room.list_files`."""
    dumps = read_parameter(data.params, ListenBrainzParams, "dumps")
    found = find_dumps(dumps)
    save_list(found, data.raw / LIST)
    checked = sum(dump.published for dump in found)
    return (
        f"{len(found):,} dumps with {sum(dump.size for dump in found):,} bytes in {dumps} listed, "
        f"not copied; {checked:,} agree with a published SHA-256, {len(found) - checked:,} have "
        f"none beside them{others(dumps, found)}"
    )


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the listed dumps in place; see `Room.ingest`."""
    from playlist2vec.sources.listenbrainz.sessions import ingest_dumps, left_out

    section = read_section(data.params, ListenBrainzParams)
    paths = [path_of(section.dumps, dump) for dump in load_list(data.raw / LIST)]
    with open_workplace() as (engine, workers, scratch):
        summary = ingest_dumps(
            paths,
            section,
            engine,
            out / "playlists.npz",
            out / "tracks.tsv",
            scratch / "pieces",
            turns=workers,
        )
    passed = (
        f"; {len(summary.passed):,} archives without listens passed over: "
        f"{', '.join(summary.passed)}"
    )
    return (
        f"{summary.rejected.read:,} listens read, {summary.kept:,} kept in "
        f"{summary.playlists:,} playlists of {summary.users:,} users, "
        f"{summary.tracks:,} distinct tracks; {left_out(summary)}{passed if summary.passed else ''}"
    )
