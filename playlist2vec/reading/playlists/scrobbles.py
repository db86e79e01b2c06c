"""Logs of offline music players: `.scrobbler.log` of Rockbox and similar players."""

from collections.abc import Iterator
from pathlib import Path

from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.names import Name
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.entries import song
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.text import lines_of

SKIPPED = "songs that were skipped while they played: left out"
NARROW = "lines with fewer cells than a log has: left out"
FEWEST = 6
"""Fewest cells of a line: artist, album, title, number, seconds, rating; time and id may follow.

The id is a recording of MusicBrainz.
"""


def read_scrobbles(path: Path, notes: Notes) -> Iterator[Wanted]:
    """Yield the played songs of a log, in the order of the log.

    Songs rated `S`, for skipped, are left out and counted.
    """
    for number, line in lines_of(path, notes):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < FEWEST:
            notes.count(NARROW, f"line {number}")
        elif cells[5].upper() == "S":
            notes.count(SKIPPED, f"line {number}")
        else:
            mbid = cells[7] if len(cells) > 7 else ""
            name = Name(cells[0], cells[2], cells[1])
            yield from song(f"line {number}", notes, spellings(mbid, "recording mbid"), name)
