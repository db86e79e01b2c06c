"""Songs by artist and title: an index in which one look-up finds all that a text may mean."""

from collections.abc import Sequence
from typing import NamedTuple

from playlist2vec.corpus.songs import Row
from playlist2vec.songs.likeness.matching import artist_nearness, artists_in, guests_in
from playlist2vec.songs.likeness.spelling import plain
from playlist2vec.songs.likeness.titles import Title, nearness, parsed

ANOTHER_VERSION = 2
"""How near titles are, from which on the song found is another version of the one wanted."""
SAME_WORDS = 3
"""How near titles are at most that differ in versions alone."""


class Found(NamedTuple):
    """The songs that an artist and a title mean best.

    `rows`: the most played first. `exact`: whether the names are equal, whatever their case and
    accents. `near`: of the titles, as `nearness` says. `artist`: of the artists, as
    `artist_nearness` says.
    """

    rows: list[Row]
    exact: bool
    near: int
    artist: int


class NameIndex:
    """An index of songs by their titles, which compares artists among the few songs of a title."""

    def __init__(self, artists: Sequence[str], titles: Sequence[str]) -> None:
        """Index songs by row; `artists`, `titles`: one entry a row, empty where unknown."""
        self._artists, self._titles = artists, titles
        self._rows: dict[str, list[Row] | Row] = {}
        for row, title in enumerate(titles):
            if title:
                taken = parsed(title)
                for key in {taken.core, taken.whole}:
                    self._add(key, Row(row))

    def find(self, artist: str, title: str) -> Found | None:
        """Return the songs that these names mean best; without `artist`, songs of any artist. None
        if there is none.

        Equal names go before others, then near titles before near artists.
        """
        wanted, artists = parsed(title), artists_in(artist)
        names = plain(artist), plain(title)
        if artists:
            artists += guests_in(wanted.guests)
        best: tuple[bool, int, int] | None = None
        rows: list[Row] = []
        for row in self._candidates(wanted):
            rank = self._rank(row, wanted, artists, names)
            if rank and (best is None or rank < best):
                best, rows = rank, [row]
            elif rank and rank == best:
                rows.append(row)
        return Found(rows, not best[0], best[1], best[2]) if best else None

    def _add(self, key: str, row: Row) -> None:
        held = self._rows.setdefault(key, row)
        if isinstance(held, list):
            held.append(row)
        elif held != row:
            self._rows[key] = [held, row]

    def _candidates(self, wanted: Title) -> list[Row]:
        rows: set[Row] = set()
        for key in (wanted.core, wanted.whole):
            held = self._rows.get(key, [])
            rows.update(held if isinstance(held, list) else (held,))
        return sorted(rows)

    def _rank(
        self, row: Row, wanted: Title, artists: tuple[str, ...], names: tuple[str, str]
    ) -> tuple[bool, int, int] | None:
        """How good a song is, the smaller the better; None for another song."""
        found = parsed(self._titles[row])
        near = nearness(wanted, found)
        if near is None:
            return None
        by = (
            artist_nearness(artists, artists_in(self._artists[row]), guests_in(found.guests))
            if artists
            else 0
        )
        if by is None:
            return None
        same = plain(self._titles[row]) == names[1] and (
            not artists or plain(self._artists[row]) == names[0]
        )
        return not same, near, by
