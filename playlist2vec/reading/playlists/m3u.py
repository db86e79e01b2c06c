"""M3U and M3U8: a path or address a line, described by lines that begin with `#`."""

import re
from collections.abc import Iterator
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.reading.names import name_in
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import ids_of_file, name_of_entry, song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import lines_of

STREAM = "#EXT-X-"
"""Prefix of lines in a list of stream segments, which are no songs."""
WITHOUT_FILE = "names without a file: taken by the name alone"
_ATTRIBUTE = re.compile(r'\s*([\w-]+)=(?:"([^"]*)"|([^\s,"]*))')


def read_m3u(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of an M3U file. Raises DataError for a list of stream segments."""
    said: dict[str, str] = {}
    title = ""
    for number, raw in lines_of(path, notes):
        line = raw.strip()
        if line.startswith(STREAM):
            raise DataError(
                f"{path}: line {number}: it lists the pieces of one stream: expected a list of "
                "songs"
            )
        key, colon, value = line.partition(":")
        key = key.upper()
        if key in ("#PLAYLIST", "#EXTINF") and colon:
            if key == "#PLAYLIST":
                title = value.strip()
                continue
            if "#EXTINF" in said:
                notes.count(WITHOUT_FILE, said["place"])
                yield from _song(said["place"], notes, said, "", title)
                said = {}
            said |= {key: value, "place": f"line {number}"}
        elif line.startswith("#"):
            said |= {key: value.strip()} if key in ("#EXTART", "#EXTALB") else {}
        elif line:
            yield from _song(f"line {number}", notes, said, line, title)
            said = {}
    if "#EXTINF" in said:
        notes.count(WITHOUT_FILE, said["place"])
        yield from _song(said["place"], notes, said, "", title)


def _song(
    place: str, notes: Notes, said: dict[str, str], address: str, playlist: str
) -> list[Wanted]:
    text, attributes = _name_and_attributes(said.get("#EXTINF", ""))
    artist = said.get("#EXTART", "") or attributes.get("artist", "")
    named = attributes.get("tvg-name", "")
    if named and (not text or (not artist and name_in(named).artist and not name_in(text).artist)):
        text = named
    name = name_of_entry(
        attributes.get("title", "") or text, address, artist, said.get("#EXTALB", "")
    )
    return song(place, notes, ids_of_file(address), name, playlist)


def _name_and_attributes(text: str) -> tuple[str, dict[str, str]]:
    """Return the name and the attributes of `#EXTINF:123 key="value",name`.

    Quoted values may contain commas.
    """
    length = re.match(r"\s*-?\d*(?:\.\d+)?", text)
    at = length.end() if length else 0
    attributes = dict[str, str]()
    while found := _ATTRIBUTE.match(text, at):
        attributes[found[1].lower()] = (found[2] or found[3] or "").strip()
        at = found.end()
    rest = text[at:].lstrip()
    if rest.startswith(","):
        return rest[1:].strip(), attributes
    return text.partition(",")[2].strip(), attributes
