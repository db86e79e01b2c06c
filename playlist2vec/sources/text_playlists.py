"""Playlists in a text file: one a line."""

from collections.abc import Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.ids import check_tokens
from playlist2vec.corpus.keys import pieces, row_keys
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.formats.text import lines_of
from playlist2vec.sources.alternating import alternating

BLANKS = " \r\n"


def read_text(path: str | Path, *, alternating: bool, piece: int = 0) -> Iterator[RawPlaylist]:
    """The playlists of a UTF-8 text file, `.gz` allowed, one a line; a blank line is an empty playlist.

    `alternating`: lines alternate track and artist (see `alternating`), with commas or blanks between them. Otherwise
    they hold track ids alone, with tabs between them if the first line that is not blank holds one, else commas if it
    holds one, else blanks; and each is cut into pieces of `piece` songs, 0 = left whole.
    Raises DataError, naming the line, for what is not UTF-8, an empty id, and a control character.
    """
    return _alternating_lines(path) if alternating else _lines_of_ids(path, piece)


def _alternating_lines(path: str | Path) -> Iterator[RawPlaylist]:
    rows = (_split(line.strip(BLANKS), "," if "," in line else "") for line in lines_of(path))
    return alternating(rows, path, "line", 1)


def _lines_of_ids(path: str | Path, piece: int) -> Iterator[RawPlaylist]:
    separator = None
    for number, (line, key) in enumerate(zip(lines_of(path), row_keys(), strict=False), start=1):
        text = line.strip(BLANKS)
        if separator is None and text:
            separator = "\t" if "\t" in text else "," if "," in text else ""
        where = f"{path}: line {number}"
        if separator == "" and ("\t" in text or "," in text):
            raise DataError(f"{where} holds a comma or a tab, and no line before it did: expected blanks between ids")
        ids = _split(text, separator or "")
        check_tokens(ids, where)
        if piece:
            yield from pieces(str(number), ids, [], piece)
        else:
            yield RawPlaylist(key, ids, [])


def _split(line: str, separator: str) -> list[str]:
    """The ids of a line without its outer blanks; one separator may follow the last id; no separator means blanks."""
    if not separator:
        return [token for token in line.split(" ") if token]
    if not line.strip():
        return []
    tokens = line.removesuffix(separator).split(separator)
    return [token.strip(" ") for token in tokens] if " " in line else tokens
