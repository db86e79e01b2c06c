"""Plays of the user's own tables and playlist files, and their playlists."""

import posixpath
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from playlist2vec.corpus.keys import pieces
from playlist2vec.corpus.playlists import RawPlaylist, offsets_of
from playlist2vec.reading.addresses import OWN, is_file
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.paths import is_absolute, path_of
from playlist2vec.reading.songs import Wanted
from playlist2vec.reading.tables import Table, named
from playlist2vec.reading.text import CONTROL
from playlist2vec.sources.listening import SECOND, SongIds, pieces_between, session_name
from playlist2vec.sources.local.ordering import dates_of, in_order
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.track_tables import NO_DETAILS, TrackDetails

EMPTY = "rows with nothing in the column {}: left out"
UNKNOWN = "songs without an id and a title: left out"
ID = re.compile(r"spotify:track:[0-9A-Za-z]+|track_\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Ids of Spotify, Deezer and MusicBrainz."""
ONE = "all"
"""The name of the playlist of a table without a column of playlists."""
LEFT_OUT = -1
"""The code of a missing playlist or song."""


@dataclass
class Plays:
    """The plays of all files in order; playlists and tracks are numbered by first appearance.

    With a column of times, the playlists of tables are users, whose plays `local.sessions` cuts.
    `playlists`, `tracks`: int32, a code a play. `orders`: the cell to order by of every play, if
    there is an order column. `names`, `ids`: the code by name of playlist and by track id. `lists`:
    the playlists that keep the order of their file. `details`: names by track id. `files`: paths of
    audio files by track id.
    """

    params: LocalParams
    playlists: "array[int]" = field(default_factory=lambda: array("i"))
    tracks: "array[int]" = field(default_factory=lambda: array("i"))
    orders: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    lists: set[int] = field(default_factory=set)
    details: dict[str, TrackDetails] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    song_ids: SongIds = field(default_factory=SongIds)

    def add_table(self, path: str | Path, notes: Notes) -> None:
        """Add the rows of a table.

        Rows without playlist, track or order are dropped and counted in `notes`. Raises DataError
        for a table without all columns named in `params`.
        """
        params = self.params
        table = Table(
            path, notes, named(*params.columns), f"the columns {', '.join(params.columns)}"
        )
        codes, names = dict[str, int](), dict[str, int]()
        labelled, ordered = bool(params.artist_column or params.title_column), bool(params.ordering)
        for line, name, song, cell, artist, title in self._rows(table, notes):
            if (code := names.get(name)) is None:
                code = names[name] = self._code(name, self.names)
            if (number := codes.get(song)) is None:
                number = codes[song] = self._code(song, self.ids)
            if code == LEFT_OUT or number == LEFT_OUT or (ordered and not cell):
                missing = params.grouping if code == LEFT_OUT else params.ordering
                missing = (
                    params.track_column or params.title_column if number == LEFT_OUT else missing
                )
                notes.count(EMPTY.format(missing), f"line {line}")
                continue
            self.playlists.append(code)
            self.tracks.append(number)
            if ordered:
                self.orders.append(cell)
            if labelled:
                _learn(self.details, song, artist, title)

    def _rows(self, table: Table, notes: Notes) -> Iterator[tuple[int, str, str, str, str, str]]:
        """Yield line, playlist, track, cell to order by, artist and title of every row.

        A missing value is empty.
        """
        params = self.params
        playlist, track, order, artist, title = (
            table.column(name) if name else -1
            for name in (
                *(params.grouping, params.track_column, params.ordering),
                *(params.artist_column, params.title_column),
            )
        )
        tabs = table.separator != "\t"
        for line, row in table:
            by, called = row[artist] if artist >= 0 else "", row[title] if title >= 0 else ""
            name, song = (
                row[playlist] if playlist >= 0 else ONE,
                row[track] if track >= 0 else self.song_ids.of(by, called),
            )
            if tabs and ("\t" in name or "\t" in song):
                notes.count(CONTROL, f"line {line}")
                name, song = name.replace("\t", " "), song.replace("\t", " ")
            yield line, name, song, row[order] if order >= 0 else "", by, called

    def add_list(self, name: str, songs: Iterable[Wanted], notes: Notes) -> None:
        """Add a playlist file, or several playlists in a file.

        The id of a song is its own id, or else made from artist and title.
        """
        for song in songs:
            track = id_of(song) or self.song_ids.of(song.artist, song.title)
            number = self._code(track, self.ids)
            if number == LEFT_OUT:
                notes.count(UNKNOWN, song.place)
                continue
            code = self._code(f"{name}: {song.playlist}" if song.playlist else name, self.names)
            self.lists.add(code)
            self.playlists.append(code)
            self.tracks.append(number)
            if self.params.ordering:
                self.orders.append("")
            _learn(self.details, track, song.artist, song.title)
            if path := next(
                filter(None, (path_of(each) for each in song.ids if is_file(each))), ""
            ):
                self.files.setdefault(track, below(name, path))

    def _code(self, text: str, codes: dict[str, int]) -> int:
        return codes.setdefault(text, len(codes)) if text else LEFT_OUT


def id_of(song: Wanted) -> str:
    """Return the id of a song beside its name; empty for a name, or the path of a file, alone."""
    if known := next(filter(ID.fullmatch, song.ids), ""):
        return known
    own = any(text.startswith(OWN) for text in song.ids)
    return song.ids[0] if song.ids and (own or not song.title) else ""


def below(name: str, path: str) -> str:
    """Return a path relative to the folder of all files; an absolute path is returned unchanged.

    `name`: the file in which the path stands, relative to the same folder. Absolute paths of
    Windows are unchanged too.
    """
    if is_absolute(path):
        return path
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path.replace("\\", "/")))


def _learn(details: dict[str, TrackDetails], track: str, artist: str, title: str) -> None:
    """Keep the first artist and the first title of a track."""
    known = details.get(track, NO_DETAILS)
    if (artist and not known.artist_name) or (title and not known.title):
        details[track] = TrackDetails(known.artist_name or artist, known.title or title, "")


def playlists_of(plays: Plays, notes: Notes) -> Iterator[tuple[RawPlaylist, int | None]]:
    """Yield the playlists by first appearance, and the time of the last play if cut at pauses.

    The time is in seconds since 1970, or None. Plays of a playlist are sorted by the order column;
    rows with equal cells keep the order of their file. The name of an artist is also the id.
    `notes`: of the files with an order column.
    """
    if not plays.names:
        return
    params = plays.params
    ids = np.array(list(plays.ids), object)
    of_play, tracks = np.frombuffer(plays.playlists, np.intc), np.frombuffer(plays.tracks, np.intc)
    dated = [cell for cell in plays.orders if cell]
    stamps = (
        dates_of(plays.orders if len(dated) == len(plays.orders) else dated, params, notes)
        if dated
        else None
    )
    if stamps is not None and len(dated) < len(plays.orders):
        following = iter(stamps)
        stamps = [next(following) if cell else None for cell in plays.orders]
    put = in_order(plays.orders, stamps, params.order == "descending") if dated else None
    artists = {track: each.artist_name for track, each in plays.details.items() if each.artist_name}
    grouped = np.argsort(of_play, kind="stable")
    ends = offsets_of(np.bincount(of_play, minlength=len(plays.names)).astype(np.int64))
    for code, (name, (start, end)) in enumerate(
        zip(plays.names, pairwise(ends.tolist()), strict=True)
    ):
        chosen = grouped[start:end]
        in_time = put is not None and code not in plays.lists
        if in_time and put:
            chosen = np.array(put(chosen.tolist()), np.int64)
        times = (
            [stamps[play] or 0 for play in chosen.tolist()]
            if in_time and stamps and params.pause
            else []
        )
        for part, (first, last) in _parts(name, times, len(chosen), params.pause):
            songs = ids[tracks[chosen[first:last]]].tolist()
            by = [artists.get(song, "") for song in songs] if artists else []
            time = times[last - 1] // SECOND if times else None
            for playlist in pieces(part, songs, by, params.piece):
                yield playlist, time


def _parts(
    name: str, times: list[int], plays: int, pause: int
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield name and range of plays of every session, or of the whole playlist without times."""
    if not times:
        yield name, (0, plays)
        return
    for begin, end in pieces_between(times, times, pause):
        yield session_name(name, min(times[begin], times[end - 1])), (begin, end)
