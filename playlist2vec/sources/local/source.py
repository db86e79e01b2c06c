"""The stages `source` and `ingest` for the user's own playlists."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_parameter, read_section
from playlist2vec.sources.copies import RAW, TABLES, TEXT, copy_all, ending_of
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.room import DataSet, Fetch, OpenWorkplace


def list_files(data: DataSet, fetch: Fetch) -> str:
    """Copy the file, or those of a folder or zip file, as `playlists`; see `Room.list_files`."""
    file = str(read_parameter(data.params, LocalParams, "file"))
    try:
        return copy_all(file, data.raw)
    except DataError as error:
        if str(error).startswith((file, str(data.raw))):
            raise
        raise DataError(f"{data.params}: local.file = {file}: {error}") from None


def ingest(data: DataSet, out: Path, open_workplace: OpenWorkplace) -> str:
    """Read the files copied by `list_files`; see `Room.ingest`.

    Errors and counts name the user's own files.
    """
    from playlist2vec.reading.notes import Notes
    from playlist2vec.sources.in_memory import write_playlists
    from playlist2vec.sources.local.lines import read_ids
    from playlist2vec.sources.local.reading import read_files, read_one
    from playlist2vec.sources.local.sessions import sessions_of

    local = read_section(data.params, LocalParams)
    copied = _copied(data.raw)
    with own_names(copied, local.file):
        if ending_of(copied.name).startswith(TEXT):
            notes = Notes(local.file)
            summary = write_playlists(read_ids(copied, local.piece, notes), {}, local.file, out)
            return "; ".join([summary, *notes.texts()])
        if copied.is_dir():
            read = read_files(copied, local)
        else:
            read = read_one(copied, local, table=ending_of(copied.name).startswith(TABLES))
        plays = read.plays
        if local.time_column:
            made = sessions_of(plays, read.notes)
            summary = write_playlists(
                made.playlists,
                plays.details,
                local.file,
                out,
                made.times,
                plays.files,
                made.listens,
            )
        else:
            times: list[int] = []
            summary = write_playlists(
                read.playlists(times), plays.details, local.file, out, times, plays.files
            )
    return "; ".join([summary, *read.said()])


def _copied(raw: Path) -> Path:
    """Return the file or folder copied by `list_files`; raise DataError unless there is one."""
    found = sorted(raw.glob(f"{RAW}*"))
    if len(found) != 1:
        raise DataError(
            f"{raw}: {len(found)} files {RAW}.*: expected one; `dvc repro source` puts it there"
        )
    return found[0]


@contextmanager
def own_names(raw: Path, file: str) -> Iterator[None]:
    """Raise the errors of the block with the user's own file in place of its copy."""
    try:
        yield
    except DataError as error:
        raise DataError(str(error).replace(str(raw), file)) from None
