"""Comparison of artists and titles from different sources, despite different spellings."""

import re
from functools import lru_cache

from playlist2vec.songs.likeness.spelling import loose
from playlist2vec.songs.likeness.titles import nearness, parsed

_NEXT_ARTIST = re.compile(
    r"\s*[,;/&+|、·]\s*|\s+(?:feat|ft|featuring|vs|versus|with|and|und|x|×)\b\.?\s+|\s+[x×]\s+",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s(?:feat|ft|featuring|vs|versus|with|and|und|x)\s", re.IGNORECASE)
_GUESTS = re.compile(r"[(\[]\s*((?:feat|ft|featuring|with)\b[^)\]]*)[)\]]", re.IGNORECASE)
NOBODY = frozenset(
    ("various", "variousartists", "va", "unknown", "unknownartist", "diverse", "diverseinterpreten")
)
"""Names, in the form of `loose`, that stand for no particular artist."""


@lru_cache(maxsize=65_536)
def artists_in(name: str) -> tuple[str, ...]:
    """Return the artists in a text in the form of `loose`; empty for NOBODY.

    The whole text comes first, then every single artist.
    """
    name = _GUESTS.sub(r" \1", name).strip()
    parts = [part for part in _NEXT_ARTIST.split(name) if part.strip().lower() != "the"]
    names = [loose(part) for part in (name, *parts) if part.strip()]
    return tuple(dict.fromkeys(each for each in names if each and each not in NOBODY))


def first_artist(name: str) -> str:
    """Return the first artist in a text, in the form of `loose`; empty for NOBODY."""
    if name.isascii() and name.replace(" ", "").isalnum() and not _JOINT.search(name):
        only = loose(name)
        return "" if only in NOBODY else only
    names = artists_in(name)
    return names[1] if len(names) > 1 else next(iter(names), "")


def artist_nearness(
    wanted: tuple[str, ...], found: tuple[str, ...], guests: tuple[str, ...] = ()
) -> int | None:
    """Return the rank of a match of artists: 0 equal, from 1 on a shared artist, None for no match.

    `wanted`, `found`: from `artists_in`. `guests`: artists in the title, counted after those of
    `found`. The rank of a shared artist is 1 + the place in `wanted`.
    """
    if (
        wanted
        and found
        and (wanted[0] == found[0] or (len(wanted) > 1 and wanted[1:] == found[1:]))
    ):
        return 0
    there = (*found, *guests)
    return next((1 + place for place, each in enumerate(wanted) if each in there), None)


def guests_in(guests: tuple[str, ...]) -> tuple[str, ...]:
    """Return the artists among the guests of a title, in the form of `loose`."""
    return tuple(each for name in guests for each in artists_in(name))


def same_artist(a: str, b: str) -> bool:
    """Return True if two artists are equal or share an artist; a leading `The` does not matter."""
    return artist_nearness(artists_in(a), artists_in(b)) is not None


def same_title(a: str, b: str) -> bool:
    """Return True if two titles are equal, or versions of the same title as in `nearness`."""
    near = nearness(parsed(a), parsed(b))
    return near is not None
