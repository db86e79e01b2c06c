"""The file remove.txt: tracks, playlists and users of which a crawl keeps nothing, and asks for nothing."""

import json
from collections.abc import Iterable
from pathlib import Path

from playlist2vec.free_music.manifest.removals import Removals, read_removals
from playlist2vec.online.crawling.state import DONE, CrawlState
from playlist2vec.online.soundcloud.calls import LIKERS, LIKES, LISTS, PLAYLISTS, TRACKS, UPLOADS

NAME = "remove.txt"
_KEY = "removed"


def read_removed(folder: Path) -> Removals:
    """Read remove.txt in a folder, if it is there. Raises DataError as `read_removals`."""
    path = folder / NAME
    return read_removals(path) if path.exists() else Removals()


def remove(state: CrawlState, removed: Removals) -> int:
    """Delete what is not wanted from the state, and return the number of tracks and playlists that went.

    Ids of tracks that a user or a page stood for, now or before, are in `removed` afterwards.
    """
    removed.tracks |= set(state.meta(_KEY) or ())
    if not removed:
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
        _end_calls(state, (LIKES, UPLOADS, LISTS), removed.users)
        keep_removed(state, removed)
    return len(gone) + len(lists)


def keep_removed(state: CrawlState, removed: Removals) -> None:
    """Keep the ids of the tracks that are not wanted: once a track is deleted, nobody knows its page."""
    if removed.tracks:
        state.keep(_KEY, sorted(removed.tracks))


def _end_calls(state: CrawlState, kinds: Iterable[str], subjects: Iterable[int]) -> None:
    rows = [(DONE, kind, subject) for kind in kinds for subject in sorted(subjects)]
    state.connection.executemany("UPDATE calls SET state = ? WHERE kind = ? AND subject = ?", rows)


def _unwanted(state: CrawlState, removed: Removals) -> list[tuple[int, str]]:
    """Return the tracks of the state that are not wanted: their ids, and their genres if they count."""
    if not (removed.tracks or removed.users or removed.pages):
        return []
    rows = state.connection.execute("SELECT id, uploader, counts, genre, body FROM tracks")
    return [
        (number, genre if counts else "")
        for number, uploader, counts, genre, body in rows
        if removed.has_track(number, uploader, json.loads(body).get("permalink_url") if removed.pages else "")
    ]


def _delete(state: CrawlState, table: str, ids: Iterable[int]) -> None:
    state.connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(each,) for each in sorted(ids)])  # noqa: S608
