"""The file remove.txt: tracks, playlists and users that a crawl neither keeps nor requests."""

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
    """Read remove.txt in a folder, if present. Raises DataError as `read_removals`."""
    path = folder / NAME
    return read_removals(path) if path.exists() else Removals()


def remove(state: CrawlState, removed: Removals) -> int:
    """Delete unwanted content from the state; return the number of deleted tracks and playlists.

    Afterwards `removed` also has the ids of all tracks that a user or a page stood for, now or
    before.
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
    """Delete tracks from the state and from the counts of genres."""
    values = [(number,) for number in sorted(ids)]
    genre = "(SELECT genre FROM tracks WHERE id = ? AND counts)"
    state.connection.executemany(
        f"UPDATE genres SET tracks = tracks - 1 WHERE genre = {genre}",  # noqa: S608
        values,
    )
    state.connection.executemany("DELETE FROM tracks WHERE id = ?", values)


def forget_tracks(state: CrawlState, ids: Iterable[int]) -> None:
    """Delete tracks for good: no call requests the ids again, and exported playlists omit them."""
    gone = set(ids)
    if gone:
        delete_tracks(state, gone)
        _end_calls(state, (TRACKS, PLAYLISTS, LIKERS), gone)
        state.keep(_KEY, sorted(gone | set(state.meta(_KEY) or ())))


def keep_removed(state: CrawlState, removed: Removals) -> None:
    """Keep the ids of unwanted tracks, since the page of a deleted track is unknown."""
    if removed.tracks:
        state.keep(_KEY, sorted(removed.tracks))


def _end_calls(state: CrawlState, kinds: Iterable[str], subjects: Iterable[int]) -> None:
    rows = [(DONE, kind, subject) for kind in kinds for subject in sorted(subjects)]
    state.connection.executemany("UPDATE calls SET state = ? WHERE kind = ? AND subject = ?", rows)


def _unwanted(state: CrawlState, removed: Removals) -> set[int]:
    """Return the unwanted tracks of the state."""
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
