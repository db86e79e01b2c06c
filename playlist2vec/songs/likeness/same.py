"""Detection of a song under several ids: equal artists and titles, in any version."""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from playlist2vec.songs.likeness.matching import first_artist
from playlist2vec.songs.likeness.titles import parsed

_SIMPLE = re.compile(r"(?!the\b|and\b|und\b|.* (?:f|an|un))[a-z0-9' ]{8}")
"""The first letters of a title without a bracket, a dash or anything that `loose` drops."""


def same_codes(artists: Sequence[str], titles: Sequence[str]) -> NDArray[np.int64]:
    """Return codes that are equal for songs of equal artist and title: int64 (songs,).

    The code is -1 without an artist or a title. Only the first of several artists counts. Versions
    and editions do not count: `Lull`, `Lull (Live)` and `Lull - 2011 Remaster` are the same song,
    `Lull (Part 1)` and `Lull (Part 2)` are different songs.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for row, (artist, title) in enumerate(zip(artists, titles, strict=True)):
        if title and (by := _first(artist)):
            groups.setdefault((by, _beginning(title)), []).append(row)
    codes, number = [-1] * len(titles), 0
    for rows in groups.values():
        if len(rows) == 1:
            codes[rows[0]] = number
            number += 1
            continue
        # Parsing is slow: only titles of an artist that begin alike are parsed.
        songs = [parsed(titles[row])[1:3] for row in rows]
        places = {song: place for place, song in enumerate(dict.fromkeys(songs))}
        for row, song in zip(rows, songs, strict=True):
            codes[row] = number + places[song]
        number += len(places)
    return np.array(codes, np.int64)


def twins_of(codes: NDArray[np.int64]) -> dict[int, list[int]]:
    """Return the rows of every song with several rows, by row; `codes`: from `same_codes`."""
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order], append=-2)) + 1
    groups = zip([0, *ends[:-1].tolist()], ends.tolist(), strict=False)
    several = [
        order[start:end].tolist()
        for start, end in groups
        if end - start > 1 and codes[order[start]] >= 0
    ]
    return {row: rows for rows in several for row in rows}


_first = cache(first_artist)


def _beginning(title: str) -> str:
    """Return the first letters of the core of a title, shared by all versions of the title."""
    head = title[:8].lower()
    if _SIMPLE.fullmatch(head):
        return head.replace(" ", "").replace("'", "")[:3]
    return parsed(title).core[:3]
