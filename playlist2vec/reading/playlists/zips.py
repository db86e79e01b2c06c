"""Zip files of playlist files, as Exportify and Spotify deliver them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from playlist2vec.base.errors import DataError
from playlist2vec.formats.zips import is_of_macos, members_of, read_member
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.songs import Wanted

LARGEST = 1 << 26
"""Maximum bytes of a member, which is decompressed in memory."""
ENDINGS = (
    *(
        ".m3u",
        ".m3u8",
        ".csv",
        ".tsv",
        ".txt",
        ".json",
        ".jspf",
        ".jsonl",
        ".ndjson",
        ".xspf",
        ".pls",
        ".wpl",
        ".zpl",
    ),
    *(".asx", ".wax", ".cue", ".xml", ".log"),
)
"""Extensions of members that may be playlist files."""
DOCUMENTS = {
    "word/": "a document of Word",
    "xl/": "a table of Excel (save it as CSV)",
    "ppt/": "a document of PowerPoint",
    "Index/": "a document of Pages or Numbers (export it as CSV)",
    "META-INF/": "an OpenDocument file (save a table as CSV)",
}
"""Kinds of documents that are zip files, by a folder inside the zip file."""
OTHERS = "files of other kinds in it: passed over"
NO_PLAYLISTS = "files in it that are no playlists: left out"


def read_zip(
    path: Path, notes: Notes, read: Callable[[Path, Notes], Iterator[Wanted]]
) -> Iterator[Wanted]:
    """Yield the songs of all playlist files in a zip file; the file names become playlist names.

    `read`: the reader of a file. Members that are no playlists are counted. Raises DataError for
    documents that are zip files, and for a zip file without a playlist file.
    """
    members = [each for each in members_of(path) if not is_of_macos(each.name)]
    for folder, what in DOCUMENTS.items():
        if any(member.name.startswith(folder) for member in members):
            raise DataError(f"{path}: it is {what}, which is not read: expected a playlist file")
    own = [member for member in members if member.name.lower().endswith(ENDINGS)]
    if not own:
        raise DataError(
            f"{path}: a zip file without a playlist file among its {len(members):,} files"
        )
    if len(own) < len(members):
        notes.count(OTHERS, number=len(members) - len(own))
    with TemporaryDirectory() as folder:
        for number, member in enumerate(own):
            file = Path(folder, f"{number}{PurePosixPath(member.name).suffix}")
            file.write_bytes(read_member(path, member.name, LARGEST))
            inner = Notes(member.name)
            try:
                for song in read(file, inner):
                    name = song.playlist or PurePosixPath(member.name).stem
                    yield replace(song, place=f"{member.name}, {song.place}", playlist=name)
            except DataError as error:
                notes.count(NO_PLAYLISTS, f"{member.name}: {str(error).removeprefix(f'{file}: ')}")
            notes.take(inner)
            file.unlink()
