"""Playlist files that a request brings, read by the readers of the command line within bounds of
their own.
"""

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
"""Bytes of a packed file, or of all files in a zip, when unpacked."""
MAX_ENTRIES = 10_000
"""Songs of a playlist file that is taken."""
MAX_NOTES = 40
"""Lines on how a file was read that are given; more are counted."""
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"


def complete(served: Served, name: str, content: bytes, playlist: str, options: Options) -> Entry:
    """Return the songs that fit a playlist file.

    `name`: the file's name; only its ending tells of the form. `playlist`: one of several in the
    file. Raises NotFoundError where no playlist is found in the file, or the model knows none of
    its songs.
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
    """Return the songs that entries mean, and those that the model does not know; note what is
    taken for what.
    """
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
    """Return the entries of a file, which lies in a folder of its own as long as it is read."""
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
    """Yield the path of a temporary file with the content, unpacked, under a name with the same
    ending.
    """
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
    """Return what a gzip file holds. Raises DataError for a damaged one, and for more than
    LARGEST_UNPACKED bytes.
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
    """Return a file's name without folders, in one line."""
    return as_line(name.replace("\\", "/").rpartition("/")[2])[:200] or "playlist"


def _without_folder(line: str, path: Path, name: str) -> str:
    """Return a message with the name that the file came with in place of its temporary path."""
    return line.replace(f"{path}", _shown(name)).replace(f"{path.parent}/", "")
