"""The list of tracks and uploaders that are left out, because somebody asked for it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_lines
from playlist2vec.free_music.manifest.entries import Entry

EXPECTED = (
    "the id of a track (17), soundcloud:tracks:17, soundcloud:users:9, or the address of a track or an "
    "uploader (https://soundcloud.com/uploader/title), one a line"
)
_ID = re.compile(r"(?:soundcloud:tracks:)?([0-9]{1,18})")
_USER = re.compile(r"soundcloud:users:([0-9]{1,18})")
_ADDRESS = re.compile(r"https?://(?:www\.|m\.)?soundcloud\.com/([\w-]+(?:/[\w-]+)?)/?(?:\?.*)?")


@dataclass
class Removals:
    """`tracks`, `uploaders`: by number. `pages`: what follows the host in addresses, `uploader` or `uploader/title`."""

    tracks: set[int] = field(default_factory=set)
    uploaders: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)

    def __contains__(self, entry: Entry) -> bool:
        track = entry.track
        match = _ADDRESS.fullmatch(track.address)
        page = match[1].lower() if match else ""
        return (
            entry.id in self.tracks
            or track.artist in self.uploaders
            or page in self.pages
            or page.partition("/")[0] in self.pages
        )


def read_removals(path: str | Path) -> Removals:
    """Read remove.txt; blank lines, and what follows a # at the beginning of a line, say nothing.

    Raises DataError, naming the line, for what is neither a track nor an uploader: a typing error
    must not leave a track in.
    """
    found = Removals()
    for number, line in read_lines(path, EXPECTED):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if match := _ID.fullmatch(text):
            found.tracks.add(int(match[1]))
        elif match := _USER.fullmatch(text):
            found.uploaders.add(str(int(match[1])))
        elif match := _ADDRESS.fullmatch(text):
            found.pages.add(match[1].lower())
        else:
            raise DataError(f"{path}: line {number} is {text[:100]}: expected {EXPECTED}")
    return found
