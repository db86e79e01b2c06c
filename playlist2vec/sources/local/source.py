"""The user's own file, as the stages see it."""

import re
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_parameter, read_section
from playlist2vec.sources.copies import copy_files
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace

ENDINGS = re.compile(r"\.(csv|tsv|txt)(\.gz)?$")


def list_files(data: DataSet, fetch: Fetch) -> str:
    """Copy the file as `playlists.` and its ending; see `Room.list_files`."""
    file = str(read_parameter(data.params, LocalParams, "file"))
    ending = ENDINGS.search(file.lower())
    if ending is None:
        raise DataError(
            f"{data.params}: local.file = {file}: expected a file that ends in .csv, .tsv or "
            ".txt, or in one of these and .gz"
        )
    if not Path(file).is_file():
        raise DataError(f"{data.params}: local.file = {file}: expected the path of a file that is there")
    return copy_files({f"playlists{ending[0]}": Path(file)}, data.raw)


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the one file in `data.raw` whose name begins with `playlists.`; see `Room.ingest`."""
    from playlist2vec.sources.in_memory import write_playlists
    from playlist2vec.sources.local.plays import read_table
    from playlist2vec.sources.text_playlists import read_text

    local = read_section(data.params, LocalParams)
    found = sorted(data.raw.glob("playlists.*"))
    if len(found) != 1:
        raise DataError(f"{data.raw}: {len(found)} files playlists.*: expected one; `dvc repro source` puts it there")
    if ".txt" in [suffix.lower() for suffix in found[0].suffixes]:
        playlists = read_text(found[0], alternating=False, piece=local.piece)
        return write_playlists(playlists, {}, data.raw, out)
    playlists, details = read_table(found[0], local)
    return write_playlists(playlists, details, data.raw, out)
