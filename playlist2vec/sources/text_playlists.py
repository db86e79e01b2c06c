"""Playlists in a text file: a playlist a line, with alternating tracks and artists."""

from collections.abc import Iterator
from pathlib import Path

from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.formats.text import lines_of
from playlist2vec.sources.alternating import alternating

BLANKS = " \r\n"


def read_text(path: str | Path) -> Iterator[RawPlaylist]:
    """Yield the playlists of a UTF-8 text file, `.gz` allowed; a blank line is an empty playlist.

    Lines alternate track and artist (see `alternating`), with commas or blanks between them. Raises
    DataError, naming the line, for bytes other than UTF-8, an empty id, and a control character.
    """
    rows = (split(line.strip(BLANKS), "," if "," in line else "") for line in lines_of(path))
    return alternating(rows, path, "line", 1)


def split(line: str, separator: str) -> list[str]:
    """Return the ids of a line without outer blanks; an empty separator means blanks.

    A separator may follow the last id.
    """
    if not separator:
        return [token for token in line.split(" ") if token]
    if not line.strip():
        return []
    tokens = line.removesuffix(separator).split(separator)
    return [token.strip(" ") for token in tokens] if " " in line else tokens
