"""One song under several ids: equal artists and titles, whatever the version."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from playlist2vec.songs.matching import artists_in
from playlist2vec.songs.titles import parsed


def same_codes(artists: Sequence[str], titles: Sequence[str]) -> NDArray[np.int64]:
    """Return equal numbers for songs of one artist and title, -1 where one of the two is not known: int64 (songs,).

    Of several artists the first one counts. Versions and editions do not: `Lull`, `Lull (Live)` and `Lull - 2011
    Remaster` are one song, `Lull (Part 1)` and `Lull (Part 2)` are two.
    """
    code_of: dict[tuple[str, str, frozenset[str]], int] = {}
    codes = np.full(len(titles), -1, np.int64)
    for row, (artist, title) in enumerate(zip(artists, titles, strict=True)):
        by = _first(artist) if title else ""
        if by:
            taken = parsed(title)
            codes[row] = code_of.setdefault((by, taken.core, taken.others), len(code_of))
    return codes


def twins_of(codes: NDArray[np.int64]) -> dict[int, list[int]]:
    """Return all rows of a song, by each of its rows, for the songs that have several: `codes` of `same_codes`."""
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order], append=-2)) + 1
    groups = zip([0, *ends[:-1].tolist()], ends.tolist(), strict=False)
    several = [order[start:end].tolist() for start, end in groups if end - start > 1 and codes[order[start]] >= 0]
    return {row: rows for rows in several for row in rows}


@cache
def _first(artist: str) -> str:
    """The first artist that a text names; empty where it names nobody."""
    names = artists_in(artist)
    return names[1] if len(names) > 1 else next(iter(names), "")
