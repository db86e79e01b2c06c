"""Playlists from rows that alternate a track and an artist, as published files do."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.ids import check_tokens
from playlist2vec.corpus.keys import row_keys
from playlist2vec.corpus.playlists import RawPlaylist

TRACK, ARTIST = "track_", "artist_"
NOTHING_KNOWN = "useless"
"""The word in a file beside an item without metadata."""


def alternating(
    rows: Iterable[list[str]], path: str | Path, place: str, first: int
) -> Iterator[RawPlaylist]:
    """Yield the playlists of rows that alternate `track_<id>` and `artist_<id>`.

    An empty row is an empty playlist. If the first token of the file does not begin with `track_`,
    rows alternate an item and its metadata, which becomes the artist unless it is the word
    `useless`. Errors call row i, counted from 0, `<place> <first + i>` of `path`. Raises DataError
    for an odd number of tokens, a token of the wrong kind, an empty token, and a control character.
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
    """Return True only if all tokens begin with `prefix` and hold no blank or control character.

    False may be wrong: the caller then checks every token. Counting in the joined text is ten times
    as fast as a look at every token.
    """
    joined = " " + " ".join(tokens)
    return joined.count(" " + prefix) == joined.count(" ") == len(tokens) and joined.isprintable()


def _check_kinds(row: list[str], where: str) -> None:
    for index, token in enumerate(row):
        prefix = ARTIST if index % 2 else TRACK
        if not token.startswith(prefix):
            raise DataError(f"{where}, entry {index + 1} is {token[:80]}: expected {prefix}<id>")
