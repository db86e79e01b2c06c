"""Text with a song a line, typed by hand or pasted from pages and chats."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.names import Name, name_in, unnumbered
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.paths import looks_like_path, name_in_path
from playlist2vec.reading.playlists.entries import ids_of_file, song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import lines_of

LOOKED_AT = 20
"""Non-empty lines that are examined to recognise a numbered list."""
NUMBERED = "the number at the beginning of each line is taken off"
_LINK = re.compile(r"(?:https?://|spotify:track:|urn:song:|deezer:track:)[^\s<>\"'\])]+")
_MARKDOWN = re.compile(r"\[([^][]*)\]\((?=https?://)([^)\s]*)\)")
_EMPTY = re.compile(r"<\s*>|\(\s*\)|\[\s*\]")
"""Brackets from which an address was removed."""
_BARE = re.compile(r"[\W_]*(?:\d{1,4}[.):\]]\W*)?")
"""The rest of a line with an address, if the rest names no song."""
_NUMBER = re.compile(r"\D{0,2}?(\d{1,4})(?:[.):\]-]|\s)\s*(?=\S)")


def read_lines(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield a song a line: an id, an address, a path or `artist – title`.

    A number, time or bullet before the song is removed.
    """
    lines = ((number, line.strip()) for number, line in lines_of(path, notes) if line.strip())
    first = list(islice(lines, LOOKED_AT))
    numbered = _is_numbered([line for _, line in first])
    if numbered:
        notes.say(NUMBERED)
    for number, line in chain(first, lines):
        text = _NUMBER.sub("", line, count=1) if numbered and _NUMBER.match(line) else line
        yield from _song(f"line {number}", notes, line, text)


def _is_numbered(lines: list[str]) -> bool:
    """Return True if there are several lines, and all begin with consecutive numbers."""
    numbers = [int(found[1]) for line in lines if (found := _NUMBER.match(line))]
    return (
        len(lines) > 1 and numbers == list(range(numbers[0], numbers[0] + len(lines)))
        if numbers
        else False
    )


def _song(place: str, notes: Notes, line: str, text: str) -> list[Wanted]:
    if looks_like_path(line):
        return song(place, notes, ids_of_file(line), name_in_path(line))
    text = _MARKDOWN.sub(r"\1 \2", text)
    links = _LINK.findall(text)
    if links:
        rest = _EMPTY.sub(" ", _LINK.sub(" ", text)).strip(" \t|,;-–—")
        name = Name() if _BARE.fullmatch(rest) else name_in(_tabs(unnumbered(rest)))
        return song(
            place, notes, (each for link in links for each in spellings(link.rstrip(".,;"))), name
        )
    rest = unnumbered(text)
    return song(place, notes, (*spellings(line), *spellings(rest)), name_in(_tabs(rest)))


def _tabs(text: str) -> str:
    """Return the text with a dash for the tab between two cells."""
    cells = [cell.strip() for cell in text.split("\t") if cell.strip()]
    return " – ".join(cells) if len(cells) == 2 else " ".join(cells)
