"""CUE sheets: the tracks of a disc."""

import re
from collections.abc import Iterator
from pathlib import Path

from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.names import Name, unquoted
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import lines_of

_LINE = re.compile(r"\s*(TRACK|TITLE|PERFORMER|ISRC)\s+(.+)", re.IGNORECASE)


def read_cue(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the tracks of a CUE sheet by title and performer, by default the disc's performer."""
    disc: dict[str, str] = {}
    track: dict[str, str] = {}
    for number, line in lines_of(path, notes):
        found = _LINE.match(line)
        if not found:
            continue
        key, value = found[1].upper(), found[2].strip()
        if key == "TRACK":
            yield from _song(notes, track, disc)
            track = {"place": f"line {number}"}
        else:
            (track or disc)[key] = unquoted(value) if value.startswith('"') else value
    yield from _song(notes, track, disc)


def _song(notes: Notes, track: dict[str, str], disc: dict[str, str]) -> list[Wanted]:
    if not track:
        return []
    artist, album = track.get("PERFORMER") or disc.get("PERFORMER", ""), disc.get("TITLE", "")
    ids = spellings(track.get("ISRC", ""), "isrc")
    return song(track["place"], notes, ids, Name(artist, track.get("TITLE", ""), album), album)
