"""Sessions of the users in the user's own tables, cut at pauses."""

from playlist2vec.corpus.keys import pieces
from playlist2vec.corpus.listens import EPOCH, LATEST
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.reading.notes import Notes
from playlist2vec.sources.listening import SECOND, Log, Sessions
from playlist2vec.sources.local.ordering import dates_of
from playlist2vec.sources.local.plays import Plays

OUTSIDE = "rows before October 2002 or after 2138 in the column {}: left out"
AGAIN = "rows with user, time and song of another row: left out"


def sessions_of(plays: Plays, notes: Notes) -> Sessions:
    """Return the sessions of the tables, followed by the playlists of playlist files.

    Times are those of the column `local.time_column`; the playlists have times only without
    playlist files. Rows without a date, outside the range of times of `Listens`, and equal to an
    earlier row are dropped and counted in `notes`. Raises DataError as `dates_of` does.
    """
    params, names, ids = plays.params, list(plays.names), list(plays.ids)
    log = Log()
    log.details = plays.details
    rows = [play for play, cell in enumerate(plays.orders) if cell]
    cells = [plays.orders[play] for play in rows]
    stamps = (dates_of(cells, params, notes) if cells else None) or []
    for play, cell, stamp in zip(rows, cells, stamps, strict=True):
        if stamp is None:
            continue
        if not EPOCH <= stamp // SECOND <= LATEST:
            notes.count(OUTSIDE.format(params.time_column), repr(cell[:40]))
            continue
        log.add(names[plays.playlists[play]], stamp, stamp, ids[plays.tracks[play]])
    found = log.sessions(params.pause, params.piece, keep_users=params.keep_users)
    if log.duplicates:
        notes.count(AGAIN, number=log.duplicates)
    listed = _listed(plays, names, ids)
    if not listed:
        return found
    return Sessions(found.playlists + listed, found.times[:0], found.listens)


def _listed(plays: Plays, names: list[str], ids: list[str]) -> list[RawPlaylist]:
    """Return the playlists of playlist files in order of first appearance."""
    songs: dict[int, list[str]] = {}
    for play, cell in enumerate(plays.orders):
        if not cell:
            songs.setdefault(plays.playlists[play], []).append(ids[plays.tracks[play]])
    by = {track: each.artist_name for track, each in plays.details.items()}
    return [
        playlist
        for code, tracks in songs.items()
        for playlist in pieces(
            names[code], tracks, [by.get(track, "") for track in tracks], plays.params.piece
        )
    ]
