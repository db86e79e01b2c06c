"""The user's playlists in a text file: a playlist a line, as track ids alone."""

from collections.abc import Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.ids import check_tokens
from playlist2vec.corpus.keys import pieces, row_keys
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.formats.text import LONGEST
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.text import lines_of
from playlist2vec.sources.text_playlists import BLANKS, split


def read_ids(path: str | Path, piece: int, notes: Notes) -> Iterator[RawPlaylist]:
    """Yield the playlists of a text file in any encoding, `.gz` allowed.

    A blank line is an empty playlist. The first other line decides the separator: tabs if the line
    has a tab, else commas if the line has a comma, else blanks. Playlists are cut after every
    `piece` songs, 0 = not cut. Raises DataError, naming the line, for an empty id.
    """
    separator = None
    lines = (line for _, line in lines_of(path, notes, LONGEST))
    for number, (line, key) in enumerate(zip(lines, row_keys(), strict=False), start=1):
        text = line.strip(BLANKS)
        if separator is None and text:
            separator = "\t" if "\t" in text else "," if "," in text else ""
        where = f"{path}: line {number}"
        if separator == "" and ("\t" in text or "," in text):
            raise DataError(
                f"{where} holds a comma or a tab, unlike the lines before: "
                "expected blanks between ids"
            )
        ids = split(text, separator or "")
        check_tokens(ids, where)
        if piece:
            yield from pieces(str(number), ids, [], piece)
        else:
            yield RawPlaylist(key, ids, [])
