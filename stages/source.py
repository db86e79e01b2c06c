"""source: the folder of raw data of the data set named by `dataset`."""

import shutil
from functools import partial
from pathlib import Path

from playlist2vec.sources.descriptions import read_data_set
from playlist2vec.sources.registry import room_of
from playlist2vec.sources.room import SourceFile
from stages import run


def main(params: str, source: str, incoming: str, raw: str) -> str:
    """Write exactly the files of the data set described by `source` to `raw`; return a summary."""
    data = read_data_set(params, source, raw)
    empty(data.raw)
    files = room_of(data.description).list_files(data, partial(fetched, incoming=incoming))
    return f"{data.description.name}: {files}"


def fetched(file: SourceFile, incoming: str) -> Path:
    """Return the path of a verified file in `incoming`, downloaded first if missing."""
    from playlist2vec.online.download import fetch

    return fetch(file, incoming)


def empty(folder: Path) -> None:
    """Make `folder` an empty folder."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


if __name__ == "__main__":
    run("source", main, "PARAMS", "SOURCE", "INCOMING", "RAW")
