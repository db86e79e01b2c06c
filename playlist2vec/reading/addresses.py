"""Ids of songs and the addresses that stand for them: one table, for reading and for writing."""

import re
from urllib.parse import quote, unquote

from playlist2vec.reading.songs import Listed

DEEZER = re.compile(r"track_(\d+)")
DEEZER_ADDRESS = re.compile(r"https?://(?:www\.)?deezer\.com/(?:\w\w/)?track/(\d+)")
OWN = "urn:song:"
"""What the address of a song begins with that has no page elsewhere; its id follows."""


def spellings(text: str, column: str = "") -> tuple[str, ...]:
    """Return every id that a text may stand for, the likeliest first and the text itself last; none for no text.

    `column`: the name of the column in which the text stands, which may say whose ids it holds, as `Spotify - id` does.
    """
    if deezer := DEEZER_ADDRESS.match(text):
        return (f"track_{deezer[1]}", text)
    if text.startswith(OWN):
        return (unquote(text.removeprefix(OWN)), text)
    return (text,) if text else ()


def address_of(song: Listed) -> str:
    """Return the page at Deezer where the id is Deezer's, else `urn:song:` and the quoted id."""
    deezer = DEEZER.fullmatch(song.id) if song.deezer else None
    return f"https://www.deezer.com/track/{deezer[1]}" if deezer else OWN + quote(song.id, safe="")
