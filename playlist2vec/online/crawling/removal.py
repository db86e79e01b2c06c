"""The file remove.txt: tracks, playlists and users of which a crawl keeps nothing, and asks for
nothing.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from playlist2vec.free_music.manifest.removals import Removals, read_removals
from playlist2vec.online.crawling.state import DONE, CrawlState
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    LISTS,
    PLAYLIST,
    PLAYLISTS,
    TRACKS,
    UPLOADS,
)

NAME = "remove.txt"
_KEY = "removed"


def read_removed(folder: Path) -> Removals:
    """Read remove.txt in a folder, if it is there. Raises DataError as `read_removals`."""
    path = folder / NAME
    return read_removals(path) if path.exists() else Removals()


def remove(state: CrawlState, removed: Removals) -> int:
    """Delete what is not wanted from the state, and return the number of tracks and playlists that
    went.

    Ids of tracks that a user or a page stood for, now or before, are in `removed` afterwards.
    """
    removed.tracks |= set(state.meta(_KEY) or ())
    if not removed:
        return 0
    with state.transaction():
        gone = _unwanted(state, removed)
        delete_tracks(state, gone)
        lists = [
            row[0]
            for row in state.rows("SELECT id, maker FROM playlists")
            if removed.has_playlist(*row)
        ]
        state.connection.executemany(
            "DELETE FROM playlists WHERE id = ?", [(each,) for each in lists]
        )
        removed.tracks |= gone
        _end_calls(state, (TRACKS, PLAYLISTS, LIKERS), removed.tracks)
        _end_calls(state, (PLAYLIST,), {*lists, *removed.playlists})
        _end_calls(state, (LIKES, UPLOADS, LISTS), removed.users)
        keep_removed(state, removed)
    return len(gone) + len(lists)


def delete_tracks(state: CrawlState, ids: Iterable[int]) -> None:
    """Delete tracks from the state, and from its numbers of genres."""
    values = [(number,) for number in sorted(ids)]
    genre = "(SELECT genre FROM tracks WHERE id = ? AND counts)"
    state.connection.executemany(
        f"UPDATE genres SET tracks = tracks - 1 WHERE genre = {genre}",  # noqa: S608
        values,
    )
    state.connection.executemany("DELETE FROM tracks WHERE id = ?", values)


def forget_tracks(state: CrawlState, ids: Iterable[int]) -> None:
    """Delete tracks for good: no call asks for them again, and playlists lose them when they are
    handed on.
    """
    gone = set(ids)
    if gone:
        delete_tracks(state, gone)
        _end_calls(state, (TRACKS, PLAYLISTS, LIKERS), gone)
        state.keep(_KEY, sorted(gone | set(state.meta(_KEY) or ())))


def keep_removed(state: CrawlState, removed: Removals) -> None:
    """Keep the ids of the tracks that are not wanted: once a track is deleted, nobody knows its
    page.
    """
    if removed.tracks:
        state.keep(_KEY, sorted(removed.tracks))


def _end_calls(state: CrawlState, kinds: Iterable[str], subjects: Iterable[int]) -> None:
    rows = [(DONE, kind, subject) for kind in kinds for subject in sorted(subjects)]
    state.connection.executemany("UPDATE calls SET state = ? WHERE kind = ? AND subject = ?", rows)


def _unwanted(state: CrawlState, removed: Removals) -> set[int]:
    """Return the tracks of the state that are not wanted."""
    if not (removed.tracks or removed.users or removed.pages):
        return set()
    rows = state.connection.execute("SELECT id, uploader, body FROM tracks")
    return {
        number
        for number, uploader, body in rows
        if removed.has_track(
            number, uploader, json.loads(body).get("permalink_url") if removed.pages else ""
        )
    }
