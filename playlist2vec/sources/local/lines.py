"""The user's playlists in a text file: one a line, as track ids alone."""

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
    """Yield the playlists of a text file in any encoding, `.gz` allowed; a blank line is an empty
    playlist.

    Between ids are tabs if the first line that is not blank holds one, else commas if it holds one,
    else blanks. Each playlist is cut into pieces of `piece` songs, 0 = left whole. Raises
    DataError, naming the line, for an empty id.
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
                f"{where} holds a comma or a tab, and no line before it did: "
                "expected blanks between ids"
            )
        ids = split(text, separator or "")
        check_tokens(ids, where)
        if piece:
            yield from pieces(str(number), ids, [], piece)
        else:
            yield RawPlaylist(key, ids, [])
