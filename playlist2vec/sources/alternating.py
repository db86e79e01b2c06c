"""Rows that alternate a track and its artist, as the published files of playlists do."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.ids import check_tokens
from playlist2vec.corpus.keys import row_keys
from playlist2vec.corpus.playlists import RawPlaylist

TRACK, ARTIST = "track_", "artist_"
NOTHING_KNOWN = "useless"
"""The word that a file has beside an item of which nothing is known."""


def alternating(
    rows: Iterable[list[str]], path: str | Path, place: str, first: int
) -> Iterator[RawPlaylist]:
    """Playlists of rows that alternate `track_<id>` and `artist_<id>`, an empty row being an empty
    playlist.

    If the first token of the file does not begin with `track_`, rows alternate an item and its
    metadata, which is taken for its artist unless it is the word `useless`. Errors call row number
    i, from 0, `<place> <first + i>` of `path`. Raises DataError for an odd number of tokens, a
    token of the other kind, an empty one, and a control character.
    """
    prefixed = None
    for number, (row, key) in enumerate(zip(rows, row_keys(), strict=False), start=first):
        if prefixed is None and row:
            prefixed = row[0].startswith(TRACK)
        tracks, artists = row[::2], row[1::2]
        if not prefixed or not (_all_begin(tracks, TRACK) and _all_begin(artists, ARTIST)):
            check_tokens(row, f"{path}: {place} {number}")
            if prefixed:
                _check_kinds(row, f"{path}: {place} {number}")
        if len(tracks) > len(artists):
            wanted = "a track and its artist" if prefixed else "an item and its metadata"
            raise DataError(
                f"{path}: {place} {number} has {len(row)} entries, an odd number: "
                f"expected {wanted} in turn"
            )
        if not prefixed and artists.count(NOTHING_KNOWN) == len(artists):
            artists = []
        yield RawPlaylist(key, tracks, artists)


def _all_begin(tokens: list[str], prefix: str) -> bool:
    """Return whether all tokens begin with `prefix` and none holds a blank or a control character;
    False may be wrong.

    One count over all of them is ten times as fast as a look at each.
    """
    joined = " " + " ".join(tokens)
    return joined.count(" " + prefix) == joined.count(" ") == len(tokens) and joined.isprintable()


def _check_kinds(row: list[str], where: str) -> None:
    for index, token in enumerate(row):
        prefix = ARTIST if index % 2 else TRACK
        if not token.startswith(prefix):
            raise DataError(f"{where}, entry {index + 1} is {token[:80]}: expected {prefix}<id>")
