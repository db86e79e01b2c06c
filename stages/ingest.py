"""Turn the raw data of a data set, whatever its format, into playlists of track codes and a table of tracks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.playlists import Playlists, RawPlaylist
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.engine.local import Engine, open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.sources.canonical import encode, with_details
from playlist2vec.sources.descriptions import Source, read_source
from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
from playlist2vec.sources.listenbrainz.sessions import ingest_dumps, left_out
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.local.plays import read_table
from playlist2vec.sources.placed import load_list, path_of
from playlist2vec.sources.published.object_arrays import read_object_array
from playlist2vec.sources.soundcloud.genres import Genres
from playlist2vec.sources.soundcloud.params import SoundCloudParams
from playlist2vec.sources.soundcloud.playlists import in_words, ingest_crawl
from playlist2vec.sources.spotify_mpd.playlists import ingest_slices
from playlist2vec.sources.spotify_mpd.slices import listed_slices
from playlist2vec.sources.text_playlists import read_text
from playlist2vec.sources.track_tables import TrackDetails, read_track_table
from stages import run

Reading = tuple[Iterator[RawPlaylist], Mapping[str, TrackDetails]]


def main(params: str, source: str, raw: str, dumps: str, slices: str, crawl: str, genres: str, canonical: str) -> str:
    """Read the data set that `source` describes from `raw`, write it to `canonical`; return the summary line."""
    room = read_source(source)
    if room.format == "mpd":
        return ingest_mpd(params, raw, slices, Path(canonical))
    if room.format == "soundcloud":
        return ingest_soundcloud(params, raw, crawl, genres, Path(canonical))
    if room.kind == "placed":
        return ingest_listens(params, raw, dumps, Path(canonical))
    raw_playlists, details = read_local(params, raw) if room.kind == "local" else read_files(room, Path(raw))
    playlists, tracks = encode(raw_playlists)
    if len(playlists.tracks) == 0:
        raise DataError(f"{raw}: {len(playlists)} playlists without a song: expected songs")
    tracks = with_details(tracks, details)
    playlists.save(Path(canonical) / "playlists.npz")
    tracks.save(Path(canonical) / "tracks.tsv")
    return summary(playlists, tracks)


def read_local(params: str, raw: str) -> Reading:
    """The user's own file, the one in `raw` whose name begins with `playlists.`, and what it says of tracks."""
    local = read_section(params, LocalParams)
    found = sorted(Path(raw).glob("playlists.*"))
    if len(found) != 1:
        raise DataError(f"{raw}: {len(found)} files playlists.*: expected one; `dvc repro source` puts it there")
    if ".txt" in [suffix.lower() for suffix in found[0].suffixes]:
        return read_text(found[0], alternating=False, piece=local.piece), {}
    return read_table(found[0], local)


@contextmanager
def workplace(where: EngineParams, canonical: Path) -> Iterator[tuple[Engine, Path, Path, Path]]:
    """The engine, the two files to write in `canonical`, and an empty folder that is deleted when the block ends.

    It is on the disk of the output, for it can be large; after a kill DVC deletes it with the output.
    """
    canonical.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=canonical, prefix=".ingest.", suffix=".unfinished") as scratch,
        open_engine(where) as engine,
    ):
        yield engine, canonical / "playlists.npz", canonical / "tracks.tsv", Path(scratch)


def ingest_listens(params: str, raw: str, dumps: str, canonical: Path) -> str:
    """Read the dumps that are listed in `raw` where they lie, write them to `canonical`; return the summary line."""
    section, where = read_section(params, ListenBrainzParams), read_section(params, EngineParams)
    paths = [path_of(dumps, dump) for dump in load_list(Path(raw) / "dumps.tsv")]
    with workplace(where, canonical) as (engine, playlists, tracks, scratch):
        told = ingest_dumps(paths, section, engine, playlists, tracks, scratch / "pieces", turns=where.workers)
    return (
        f"{told.unfit.read:,} listens read, {told.kept:,} kept in {told.playlists:,} playlists of {told.users:,} "
        f"users, {told.tracks:,} distinct tracks; {left_out(told)}"
    )


def ingest_mpd(params: str, raw: str, slices: str, canonical: Path) -> str:
    """Read the slices that are listed in `raw` where they lie, write them to `canonical`; return the summary line."""
    found = listed_slices(slices, Path(raw) / "slices.tsv")
    with workplace(read_section(params, EngineParams), canonical) as (engine, playlists, tracks, scratch):
        told = ingest_slices(found, engine, playlists, tracks, scratch)
    return (
        f"{told.slices:,} slices: {told.playlists:,} playlists read, all kept, {told.empty:,} empty, {told.fewer:,} "
        f"fewer than the slices' names promise; {told.entries:,} entries read, {told.entries - told.local:,} kept, "
        f"{told.tracks:,} distinct tracks; left out {told.local:,} files on users' disks"
    )


def ingest_soundcloud(params: str, raw: str, crawl: str, genres: str, canonical: Path) -> str:
    """Read the files that are listed in `raw` where they lie, write them to `canonical`; return the summary line."""
    section, where = read_section(params, SoundCloudParams), read_section(params, EngineParams)
    paths = [path_of(crawl, each) for each in load_list(Path(raw) / "files.tsv")]
    with workplace(where, canonical) as (engine, playlists, tracks, scratch):
        told = ingest_crawl(paths, section, Genres.load(genres), engine, playlists, tracks, scratch)
    return in_words(told)


def read_files(room: Source, raw: Path) -> Reading:
    """The files of a generated or published data set, and what its table of tracks, if it has one, says of them."""
    paths = {file.role: raw / file.name for file in room.files}
    details = read_track_table(paths["tracks"]) if "tracks" in paths else {}
    if room.format == "npy":
        return read_object_array(paths["playlists"]), details
    return read_text(paths["playlists"], alternating=True), details


def summary(playlists: Playlists, tracks: Tracks) -> str:
    """What was read, in one line."""
    empty = int(np.count_nonzero(playlists.lengths == 0))
    artists = len(set(tracks.artists) - {""})
    titled = sum(title != "" for title in tracks.titles)
    return (
        f"{len(playlists):,} playlists ({empty:,} empty), {len(playlists.tracks):,} songs, {len(tracks):,} distinct, "
        f"{artists:,} artists, {titled:,} with a title"
    )


if __name__ == "__main__":
    run("ingest", main, "PARAMS", "SOURCE", "RAW", "DUMPS", "SLICES", "CRAWL", "GENRES", "CANONICAL")
