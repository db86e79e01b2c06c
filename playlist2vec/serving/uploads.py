"""Playlist files in requests, read as in the command line, within size limits."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from playlist2vec.corpus.songs import Row
from playlist2vec.formats.zips import members_of
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.reading.songs import Wanted
from playlist2vec.recommend.entries import Entry
from playlist2vec.serving.answers import Wanted as Options
from playlist2vec.serving.answers import suggested, wishes_of
from playlist2vec.serving.models import NotFoundError, Served

LARGEST_UNPACKED = 1 << 26
"""Maximum unpacked bytes of a packed file, or of all files in a zip."""
MAX_ENTRIES = 10_000
"""Maximum number of songs in a playlist file."""
MAX_NOTES = 40
"""Maximum number of notes on a file in an answer; more are counted."""
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"


def complete(served: Served, name: str, content: bytes, playlist: str, options: Options) -> Entry:
    """Return the songs that fit a playlist file.

    `name`: the file name, of which only the ending is used, to detect the format. `playlist`: the
    name of a playlist in the file. Raises NotFoundError if the file contains no playlist, or the
    model knows none of its songs.
    """
    notes: list[str] = []
    wishes = wishes_of(served, options)
    try:
        wanted = _read(name, content, playlist, notes)
    except DataError as error:
        raise NotFoundError(as_line(error)) from None
    songs, unknown = _matched(served, wanted, notes)
    if not songs:
        raise NotFoundError(
            f"{_shown(name)}: none of its {len(unknown):,} songs is known: expected one at least"
        )
    with served.lock:
        listed = served.recommender.complete(songs, options.k, wishes)
    answer = suggested(served, songs, unknown, listed, "history", why=options.why)
    more = len(notes) - MAX_NOTES
    return answer | {"notes": [*notes[:MAX_NOTES], *([f"{more:,} more notes"] if more > 0 else [])]}


def _matched(served: Served, wanted: list[Wanted], notes: list[str]) -> tuple[list[Row], list[str]]:
    """Return the songs and the unknown entries of a file; add a note for every inexact match."""
    songs: list[Row] = []
    unknown: list[str] = []
    for each in wanted:
        match = served.recommender.match(each)
        if match is None:
            unknown.append(f"{each}")
            continue
        songs.append(match.row)
        if match.note:
            notes.append(f"{each.place}: {match.note}")
    return songs, unknown


def _read(name: str, content: bytes, playlist: str, said: list[str]) -> list[Wanted]:
    """Return the entries of a file, stored in a temporary folder while it is read."""
    with _as_file(name, content) as path:
        notes = Notes(path)
        try:
            wanted = list(islice(read_playlist(path, notes, playlist), MAX_ENTRIES + 1))
        except DataError as error:
            raise DataError(_without_folder(as_line(error), path, name)) from None
        said.extend(_without_folder(as_line(note), path, name) for note in notes.texts())
    if len(wanted) > MAX_ENTRIES:
        raise DataError(
            f"{_shown(name)}: more than {MAX_ENTRIES:,} songs: expected a shorter playlist"
        )
    return wanted


@contextmanager
def _as_file(name: str, content: bytes) -> Iterator[Path]:
    """Yield the path of a temporary file with the unpacked content and the same ending."""
    ending = Path(_shown(name)).suffix.lower()
    if content.startswith(GZIP):
        content, ending = _unpacked(name, content), Path(Path(_shown(name)).stem).suffix.lower()
    if not ending.removeprefix(".").isalnum() or not ending.isascii() or ending == ".gz":
        ending = ".txt"
    with TemporaryDirectory(prefix="playlist2vec-") as folder:
        path = Path(folder, f"playlist{ending[:10]}")
        path.write_bytes(content)
        if content.startswith(ZIP):
            _check_zip(name, path)
        yield path


def _unpacked(name: str, content: bytes) -> bytes:
    """Return the content of a gzip file.

    Raises DataError for a damaged file, and for more than LARGEST_UNPACKED bytes.
    """
    import io

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            whole = file.read(LARGEST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        why = as_line(error)
        raise DataError(
            f"{_shown(name)}: cannot be unpacked ({why}): expected a whole .gz file"
        ) from None
    if len(whole) > LARGEST_UNPACKED:
        raise DataError(
            f"{_shown(name)}: more than {LARGEST_UNPACKED:,} bytes unpacked: expected fewer"
        )
    return whole


def _check_zip(name: str, path: Path) -> None:
    try:
        size = sum(member.size for member in members_of(path))
    except DataError as error:
        raise DataError(_without_folder(as_line(error), path, name)) from None
    if size > LARGEST_UNPACKED:
        raise DataError(
            f"{_shown(name)}: {size:,} bytes unpacked: expected at most {LARGEST_UNPACKED:,}"
        )


def _shown(name: str) -> str:
    """Return a file name without folders, in a line."""
    return as_line(name.replace("\\", "/").rpartition("/")[2])[:200] or "playlist"


def _without_folder(line: str, path: Path, name: str) -> str:
    """Return a message with the name of the uploaded file in place of the temporary path."""
    return line.replace(f"{path}", _shown(name)).replace(f"{path.parent}/", "")
