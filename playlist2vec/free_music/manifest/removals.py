"""The list of tracks, playlists and users removed on request."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import reading
from playlist2vec.free_music.manifest.entries import Entry

EXPECTED = (
    "the id of a track (17), soundcloud:tracks:17, soundcloud:playlists:3, soundcloud:users:9, or "
    "the address of a track or a user (https://soundcloud.com/user/title), one a line"
)
_ID = re.compile(r"[0-9]{1,18}")
_URN = re.compile(r"soundcloud:(tracks|playlists|users):([0-9]{1,18})")
_ADDRESS = re.compile(r"https?://(?:www\.|m\.)?soundcloud\.com/([\w-]+(?:/[\w-]+)?)/?(?:\?.*)?")


@dataclass
class Removals:
    """Tracks, playlists and users to leave out.

    `tracks`, `playlists`, `users`: numbers at SoundCloud. `pages`: paths of addresses in lower
    case, `user` or `user/title`.
    """

    tracks: set[int] = field(default_factory=set)
    playlists: set[int] = field(default_factory=set)
    users: set[int] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.tracks or self.playlists or self.users or self.pages)

    def __contains__(self, entry: Entry) -> bool:
        track = entry.track
        return self.has_track(entry.id, int(track.artist or 0), track.address)

    def has_track(self, number: int, uploader: int, address: object) -> bool:
        """Return True for a track removed by number, by uploader or by address at SoundCloud."""
        if number in self.tracks or uploader in self.users:
            return True
        match = _ADDRESS.fullmatch(address) if self.pages and isinstance(address, str) else None
        page = match[1].lower() if match else ""
        return bool(page) and (page in self.pages or page.partition("/")[0] in self.pages)

    def has_playlist(self, number: int, maker: int) -> bool:
        """Return True for a playlist removed by number or by maker."""
        return number in self.playlists or maker in self.users


def read_removals(path: str | Path) -> Removals:
    """Read remove.txt; blank lines, and lines beginning with #, are ignored.

    Raises DataError, naming the line, for text that is no track, playlist or user: a typing error
    must not leave a track in. The address of a playlist is rejected too, because the addresses of
    playlists are not stored.
    """
    with reading(path, EXPECTED):
        lines = Path(path).read_text("utf-8-sig").split("\n")
    found = Removals()
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if _ID.fullmatch(text):
            found.tracks.add(int(text))
        elif match := _URN.fullmatch(text):
            getattr(found, match[1]).add(int(match[2]))
        elif match := _ADDRESS.fullmatch(text):
            found.pages.add(match[1].lower())
        else:
            raise DataError(f"{path}: line {number} is {text[:100]!r}: expected {EXPECTED}")
    return found
