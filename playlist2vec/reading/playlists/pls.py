"""PLS: `File1=`, `Title1=` and `Length1=` below `[playlist]`, in any order."""

import re
from collections.abc import Iterator
from pathlib import Path

from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import ids_of_file, name_of_entry, song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import lines_of

MAX_ENTRIES = 100_000
"""Entries held until the end of the file, as lines may stand in any order."""
BEYOND = f"entries beyond the first {MAX_ENTRIES:,}: left out"
_LINE = re.compile(r"(file|title)(\d{1,9})\s*=\s*(.*)", re.IGNORECASE)


def read_pls(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the songs of a PLS file in the order of their numbers."""
    entries: dict[int, dict[str, str]] = {}
    places: dict[int, int] = {}
    for number, line in lines_of(path, notes):
        found = _LINE.match(line.strip())
        if not found:
            continue
        entry = int(found[2])
        if entry not in entries and len(entries) == MAX_ENTRIES:
            notes.count(BEYOND, f"line {number}")
            continue
        entries.setdefault(entry, {})[found[1].lower()] = found[3].strip()
        places.setdefault(entry, number)
    for entry in sorted(entries):
        said = entries[entry]
        address = said.get("file", "")
        name = name_of_entry(said.get("title", ""), address)
        yield from song(f"line {places[entry]}", notes, ids_of_file(address), name)
