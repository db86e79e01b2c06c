"""An index of songs by artist and title."""

from collections.abc import Sequence
from typing import NamedTuple

from playlist2vec.corpus.songs import Row
from playlist2vec.songs.likeness.matching import artist_nearness, artists_in, guests_in
from playlist2vec.songs.likeness.spelling import plain
from playlist2vec.songs.likeness.titles import Title, nearness, parsed

ANOTHER_VERSION = 2
"""The lowest rank of `nearness` at which a title counts as another version of the wanted song."""
SAME_WORDS = 3
"""The highest rank of `nearness` for titles that differ in versions alone."""


class Found(NamedTuple):
    """The best matches for an artist and a title.

    `rows`: the most played first. `exact`: True if the names are equal but for case and accents.
    `near`: the rank of the titles, as `nearness` returns it. `artist`: the rank of the artists, as
    `artist_nearness` returns it.
    """

    rows: list[Row]
    exact: bool
    near: int
    artist: int


class NameIndex:
    """An index of songs by title, which compares artists only among the few songs of a title."""

    def __init__(self, artists: Sequence[str], titles: Sequence[str]) -> None:
        """Index songs by row; `artists`, `titles`: an entry for every row, empty where unknown."""
        self._artists, self._titles = artists, titles
        self._rows: dict[str, list[Row] | Row] = {}
        for row, title in enumerate(titles):
            if title:
                taken = parsed(title)
                for key in {taken.core, taken.whole}:
                    self._add(key, Row(row))

    def find(self, artist: str, title: str) -> Found | None:
        """Return the best matches for an artist and a title, or None.

        An empty artist matches any artist. Equal names rank before similar names, and similar
        titles before similar artists.
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
        """Return the rank of a song, smaller for a better match; None for no match."""
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
