"""Playlists in a table with a row for each play: the user's own CSV or TSV file."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.ids import is_id
from playlist2vec.corpus.keys import pieces
from playlist2vec.corpus.playlists import RawPlaylist, offsets_of
from playlist2vec.formats.tables import Table
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.track_tables import TrackDetails

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
NUMBERS_INSIDE = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)")
ANY_DIGIT = str.maketrans("123456789", "000000000")
OrderKey = tuple[int, Decimal, list[str | Decimal]]


@dataclass
class Plays:
    """The plays of a table in its order; playlists and tracks are numbered in order of their first appearance.

    `playlists`, `tracks`: int32, one code a play. `orders`: the cell to order by, one a play, or empty.
    `names`, `ids`: code of each playlist's name and of each track's id. `details`: of each track, by its id.
    """

    playlists: "array[int]" = field(default_factory=lambda: array("i"))
    tracks: "array[int]" = field(default_factory=lambda: array("i"))
    orders: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    details: dict[str, TrackDetails] = field(default_factory=dict)


def read_table(path: str | Path, params: LocalParams) -> tuple[Iterator[RawPlaylist], dict[str, TrackDetails]]:
    """The playlists of a table of plays, in order of first appearance, and what it says of each track.

    The plays of a playlist may stand anywhere. They are ordered by the order column (see `order_key`), rows that are
    equal in it as in the file. An artist's id is its name. Raises DataError for a column that is not there, and, naming
    the line, for a row of another width, an empty cell in one of the columns playlist, track and order, and an id with
    a control character in it.
    """
    plays = _read_plays(Table(path), params)
    return _playlists(plays, params), plays.details


def _read_plays(table: Table, params: LocalParams) -> Plays:
    playlist, track = table.column(params.playlist_column), table.column(params.track_column)
    order, artist, title = (
        table.column(name) if name else None
        for name in (params.order_column, params.artist_column, params.title_column)
    )
    plays = Plays()
    names, ids = plays.names, plays.ids
    for row in table:
        name, track_id = row[playlist].strip(), row[track].strip()
        if name not in names:
            _check_id(name, params.playlist_column, table)
        if track_id not in ids:
            _check_id(track_id, params.track_column, table)
        plays.playlists.append(names.setdefault(name, len(names)))
        plays.tracks.append(ids.setdefault(track_id, len(ids)))
        if order is not None:
            plays.orders.append(_order_cell(row[order], params.order_column, table))
        if artist is not None or title is not None:
            _learn(
                plays.details,
                track_id,
                row[artist] if artist is not None else "",
                row[title] if title is not None else "",
            )
    return plays


def _check_id(cell: str, column: str, table: Table) -> None:
    if not cell:
        raise DataError(f"{table.place} has nothing in the column {column}: expected text")
    if not is_id(cell):
        raise DataError(f"{table.place} has {ascii(cell)[:80]} in the column {column}: expected no control character")


def _order_cell(cell: str, column: str, table: Table) -> str:
    found = cell.strip()
    if not found:
        raise DataError(f"{table.place} has nothing in the column {column}: expected what the plays are ordered by")
    return found


def _learn(details: dict[str, TrackDetails], track: str, artist: str, title: str) -> None:
    """Keep the first artist and the first title that a track has."""
    known = details.get(track)
    if known is None or not (known.artist_name and known.title):
        known = known or TrackDetails("", "", "")
        details[track] = TrackDetails(known.artist_name or artist.strip(), known.title or title.strip(), "")


def _playlists(plays: Plays, params: LocalParams) -> Iterator[RawPlaylist]:
    if not plays.names:
        return
    ids = np.array(list(plays.ids), object)
    artists = {track: each.artist_name for track, each in plays.details.items()} if params.artist_column else {}
    of_play = np.frombuffer(plays.playlists, np.intc)
    tracks = np.frombuffer(plays.tracks, np.intc)
    grouped = np.argsort(of_play, kind="stable")
    ends = offsets_of(np.bincount(of_play, minlength=len(plays.names)).astype(np.int64))
    for name, (start, end) in zip(plays.names, pairwise(ends.tolist()), strict=True):
        chosen = grouped[start:end]
        if plays.orders:
            chosen = np.array(_in_order(chosen.tolist(), plays.orders, params.order == "descending"))
        songs = ids[tracks[chosen]].tolist()
        yield from pieces(name, songs, [artists[song] for song in songs] if artists else [], params.piece)


def _in_order(chosen: list[int], orders: list[str], descending: bool) -> list[int]:
    """Plays by their order cells; Python's sort leaves equal ones as they are in both directions."""
    if _are_alike([orders[play] for play in chosen]):
        return sorted(chosen, key=orders.__getitem__, reverse=descending)
    return sorted(chosen, key=lambda play: order_key(orders[play]), reverse=descending)


def _are_alike(cells: list[str]) -> bool:
    """Whether cells differ in digits alone, as ISO dates do: then texts fall in that order, and faster."""
    shape = cells[0].translate(ANY_DIGIT)
    signed = NUMBER.fullmatch(shape) is not None and shape.strip("0") != ""
    return not signed and all(cell.translate(ANY_DIGIT) == shape for cell in cells)


def order_key(cell: str) -> OrderKey:
    """What a cell is sorted by: numbers come first, by their value; other cells as text in which numbers count as such.

    So -5 < 2 < 10.5, KGLK9 < KGLK10, and ISO dates and times fall in their order.
    """
    if NUMBER.fullmatch(cell):
        return 0, Decimal(cell), []
    parts: list[str | Decimal] = list(NUMBERS_INSIDE.split(cell))
    parts[1::2] = [Decimal(part) for part in parts[1::2]]
    return 1, Decimal(0), parts
