"""The file remove.txt: tracks, playlists and users of which a crawl keeps nothing, and asks for nothing."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.online.crawling.bodies import uploader_of
from playlist2vec.online.crawling.state import DONE, CrawlState
from playlist2vec.online.soundcloud.calls import LIKERS, LIKES, LISTS, PLAYLIST, PLAYLISTS, TRACKS, UPLOADS
from playlist2vec.sources.soundcloud.records import id_of

NAME = "remove.txt"
EXPECTED = "soundcloud:tracks:ID, soundcloud:playlists:ID, soundcloud:users:ID, or a page https://soundcloud.com/..."
_KEY = "removed"
_URN = re.compile("soundcloud:(tracks|playlists|users):([0-9]{1,18})")
_PAGE = re.compile("https://soundcloud.com/[!-~]+")


@dataclass
class Removed:
    """Ids of what is not wanted, and addresses of pages: of tracks, or of users with all their tracks."""

    tracks: set[int] = field(default_factory=set)
    playlists: set[int] = field(default_factory=set)
    users: set[int] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)

    def has_track(self, body: dict[str, Any]) -> bool:
        """Return whether a track, as it came or as it is kept, is not wanted."""
        if id_of(body) in self.tracks or uploader_of(body) in self.users:
            return True
        page = body.get("permalink_url")
        return bool(self.pages) and isinstance(page, str) and not self.pages.isdisjoint((page, page.rpartition("/")[0]))

    def has_playlist(self, number: int, maker: int) -> bool:
        """Return whether a playlist is not wanted."""
        return number in self.playlists or maker in self.users


def read_removed(folder: Path) -> Removed:
    """Read remove.txt in a folder, if it is there: a thing a line; lines that begin with # are for people.

    Raises DataError, naming the line, for what names no track, playlist or user.
    """
    path, removed = folder / NAME, Removed()
    if not path.exists():
        return removed
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8: expected lines of {EXPECTED}") from None
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        urn = _URN.fullmatch(text)
        if urn:
            getattr(removed, urn[1]).add(int(urn[2]))
        elif _PAGE.fullmatch(text):
            removed.pages.add(text.rstrip("/"))
        elif text and not text.startswith("#"):
            raise DataError(f"{path}: line {number} is {text[:80]!r}: expected {EXPECTED}")
    return removed


def remove(state: CrawlState, removed: Removed) -> int:
    """Delete what is not wanted from the state, and return the number of tracks and playlists that went.

    Ids of tracks that a user or a page stood for, now or before, are in `removed` afterwards.
    """
    removed.tracks |= set(state.meta(_KEY) or ())
    if not (removed.tracks or removed.playlists or removed.users or removed.pages):
        return 0
    with state.transaction():
        gone = {number for number, _ in _unwanted(state, removed)}
        genres = [(genre,) for number, genre in _unwanted(state, removed) if genre]
        state.connection.executemany("UPDATE genres SET tracks = tracks - 1 WHERE genre = ?", genres)
        _delete(state, "tracks", gone)
        lists = [row[0] for row in state.rows("SELECT id, maker FROM playlists") if removed.has_playlist(*row)]
        _delete(state, "playlists", lists)
        removed.tracks |= gone
        _end_calls(state, (TRACKS, PLAYLISTS, LIKERS), removed.tracks)
        _end_calls(state, (PLAYLIST,), {*lists, *removed.playlists})
        _end_calls(state, (LIKES, UPLOADS, LISTS), removed.users)
        keep_removed(state, removed)
    return len(gone) + len(lists)


def keep_removed(state: CrawlState, removed: Removed) -> None:
    """Keep the ids of the tracks that are not wanted: once a track is deleted, nobody knows its page."""
    if removed.tracks:
        state.keep(_KEY, sorted(removed.tracks))


def _end_calls(state: CrawlState, kinds: Iterable[str], subjects: Iterable[int]) -> None:
    rows = [(DONE, kind, subject) for kind in kinds for subject in sorted(subjects)]
    state.connection.executemany("UPDATE calls SET state = ? WHERE kind = ? AND subject = ?", rows)


def _unwanted(state: CrawlState, removed: Removed) -> list[tuple[int, str]]:
    """Return the tracks of the state that are not wanted: their ids, and their genres if they count."""
    if not (removed.tracks or removed.users or removed.pages):
        return []
    rows = state.connection.execute("SELECT id, uploader, counts, genre, body FROM tracks")
    return [
        (number, genre if counts else "")
        for number, uploader, counts, genre, body in rows
        if number in removed.tracks
        or uploader in removed.users
        or (removed.pages and removed.has_track(json.loads(body)))
    ]


def _delete(state: CrawlState, table: str, ids: Iterable[int]) -> None:
    state.connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(each,) for each in sorted(ids)])  # noqa: S608
