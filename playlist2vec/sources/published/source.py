"""The stages `source` and `ingest` for published data sets that are downloaded."""

from collections.abc import Callable, Iterator
from pathlib import Path

from playlist2vec.sources.copies import copy_files
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace


def list_files(data: DataSet, fetch: Fetch) -> str:
    """Copy the files, downloaded first if missing; see `Room.list_files`."""
    return copy_files({file.name: fetch(file) for file in data.description.files}, data.raw)


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the files, arrays or text; see `Room.ingest`."""
    from playlist2vec.corpus.playlists import RawPlaylist
    from playlist2vec.sources.in_memory import write_files
    from playlist2vec.sources.published.object_arrays import read_object_array
    from playlist2vec.sources.text_playlists import read_text

    readers: dict[str, Callable[[Path], Iterator[RawPlaylist]]] = {
        "npy": read_object_array,
        "text": read_text,
    }
    return write_files(data, readers[data.description.format], out)
