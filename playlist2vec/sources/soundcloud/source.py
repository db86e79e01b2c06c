"""The stages `source` and `ingest` for saved responses of SoundCloud."""

from pathlib import Path

from playlist2vec.base.rules import read_parameter, read_section
from playlist2vec.sources.placed import find_files, list_found, load_list, path_of
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace
from playlist2vec.sources.soundcloud.crawls import SUFFIXES
from playlist2vec.sources.soundcloud.params import SoundCloudParams

LIST = "files.tsv"


def list_files(data: DataSet, fetch: Fetch) -> str:
    """List the files of a crawl; see `Room.list_files`."""
    crawl = read_parameter(data.params, SoundCloudParams, "crawl")
    return list_found(find_files(crawl, SUFFIXES, "crawl"), crawl, data.raw / LIST)


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the listed files in place, with the table of genres; see `Room.ingest`."""
    from playlist2vec.sources.soundcloud.genres import Genres
    from playlist2vec.sources.soundcloud.playlists import ingest_crawl
    from playlist2vec.sources.soundcloud.summary import in_words

    section = read_section(data.params, SoundCloudParams)
    paths = [path_of(section.crawl, each) for each in load_list(data.raw / LIST)]
    genres = Genres.load(data.folder / "genres.tsv")
    with open_workplace() as (engine, _, scratch):
        summary = ingest_crawl(
            paths, section, genres, engine, out / "playlists.npz", out / "tracks.tsv", scratch
        )
    return in_words(summary)
