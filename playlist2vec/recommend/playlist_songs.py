"""Songs as playlist files name them: by an id, an address, an artist and a title."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

DEEZER = re.compile(r"track_(\d+)")
DEEZER_ADDRESS = re.compile(r"https?://(?:www\.)?deezer\.com/(?:\w\w/)?track/(\d+)")
OWN = "urn:song:"
"""What the address of a song begins with that has no page at Deezer; its id follows."""
FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True)
class Wanted:
    """A song as a file names it: by `id`, by `artist` and `title`, or by all; empty what is not said.

    `place`: where in the file, for messages. A line of text that may be an id or a title is given
    as both.
    """

    place: str
    id: str
    artist: str
    title: str

    def __str__(self) -> str:
        return " – ".join(filter(None, (self.artist, self.title))) or self.id


@dataclass(frozen=True)
class Listed:
    """A song to be written: `id`, and `artist` and `title`, empty if unknown.

    `deezer`: whether the id is Deezer's.
    """

    id: str
    artist: str
    title: str
    deezer: bool = False


def printable(text: str) -> str:
    """Return the text in one line: blanks instead of control signs and signs of direction."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def id_in(address: str) -> str:
    """Return the id in an address by `address_of`, or of a page at Deezer; empty for another."""
    deezer = DEEZER_ADDRESS.match(address)
    if deezer:
        return f"track_{deezer[1]}"
    return unquote(address.removeprefix(OWN)) if address.startswith(OWN) else ""


def address_of(song: Listed) -> str:
    """Return the page at Deezer where the id is Deezer's, else `urn:song:` and the quoted id."""
    deezer = DEEZER.fullmatch(song.id) if song.deezer else None
    return f"https://www.deezer.com/track/{deezer[1]}" if deezer else OWN + quote(song.id, safe="")


def with_apostrophe(cell: str) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def without_apostrophe(cell: str) -> str:
    """Return what `with_apostrophe` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell
