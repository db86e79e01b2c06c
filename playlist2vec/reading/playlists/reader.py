"""Songs of a playlist file in any supported format."""

from collections.abc import Callable, Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.apple import read_apple
from playlist2vec.reading.playlists.cue import read_cue
from playlist2vec.reading.playlists.json_files import read_json, read_json_lines
from playlist2vec.reading.playlists.lines import read_lines
from playlist2vec.reading.playlists.m3u import read_m3u
from playlist2vec.reading.playlists.pls import read_pls
from playlist2vec.reading.playlists.scrobbles import read_scrobbles
from playlist2vec.reading.playlists.table_files import read_table
from playlist2vec.reading.playlists.xml_lists import read_asx, read_rhythmbox, read_wpl, read_xspf
from playlist2vec.reading.playlists.zips import read_zip
from playlist2vec.reading.recognition import kind_of
from playlist2vec.reading.songs import Wanted

Reader = Callable[[Path, Notes], Iterator[Wanted]]
READERS: dict[str, Reader] = {
    "m3u": read_m3u,
    "xspf": read_xspf,
    "pls": read_pls,
    "wpl": read_wpl,
    "asx": read_asx,
    "rhythmbox": read_rhythmbox,
    "cue": read_cue,
    "apple": read_apple,
    "json": read_json,
    "json lines": read_json_lines,
    "table": read_table,
    "scrobbles": read_scrobbles,
    "lines": read_lines,
}
"""Readers by the kinds of `kind_of`; `zip` is missing, as its reader calls all readers."""
MAX_NAMED = 20
"""Playlists of a file that are named in a message."""


def read_playlist(path: str | Path, notes: Notes, playlist: str = "") -> Iterator[Wanted]:
    """Yield the songs of a file, in the file's order.

    The format is recognised by the first bytes of the file, else by the extension of the name; any
    other file is text with a song a line. `playlist`: the name of one playlist, if the file has
    several; without a name all playlists are read, and `notes` names them. Entries that cannot be
    read are left out and counted in `notes`, with their places. Raises DataError, in one line, for
    a file of another format, for a damaged file, for a file in which no song is left, and for a
    `playlist` that the file does not have.
    """
    path = Path(path)
    found: dict[str, None] = {}
    number = 0
    for song in _all_songs(path, notes):
        if song.playlist and len(found) <= MAX_NAMED:
            found[song.playlist] = None
        if not playlist or song.playlist.casefold() == playlist.casefold():
            number += 1
            yield song
    names = _named(list(found))
    if playlist and not number:
        has = f"expected one of {names}" if found else "the file says no names of playlists"
        raise DataError(f"{path}: no playlist {playlist!r}: {has}")
    if not number:
        why = "; ".join(f"{count:,} {what}" for what, count in notes.counts.items())
        raise DataError(
            f"{path}: no song is left{f' ({why})' if why else ''}: expected one at least"
        )
    if len(found) > 1 and not playlist:
        notes.say(f"it has several playlists, and all are read: {names}; --playlist NAME reads one")


def _all_songs(path: Path, notes: Notes) -> Iterator[Wanted]:
    kind = kind_of(path)
    return read_zip(path, notes, _all_songs) if kind == "zip" else READERS[kind](path, notes)


def _named(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:MAX_NAMED])
    return f"{shown}, ..." if len(names) > MAX_NAMED else shown
