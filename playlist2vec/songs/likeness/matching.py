"""Whether two sources mean the same song: artists and titles are seldom written alike twice."""

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
"""Artists, as `loose` writes them, that name nobody."""


@lru_cache(maxsize=65_536)
def artists_in(name: str) -> tuple[str, ...]:
    """Return the artists that a text names, as `loose` writes them: all of it, then the first of
    several, the others.

    None for a text that names nobody, such as `Various Artists`.
    """
    name = _GUESTS.sub(r" \1", name).strip()
    parts = [part for part in _NEXT_ARTIST.split(name) if part.strip().lower() != "the"]
    names = [loose(part) for part in (name, *parts) if part.strip()]
    return tuple(dict.fromkeys(each for each in names if each and each not in NOBODY))


def first_artist(name: str) -> str:
    """Return the first artist that a text names, as `loose` writes it; empty where it names nobody."""
    if name.isascii() and name.replace(" ", "").isalnum() and not _JOINT.search(name):
        only = loose(name)
        return "" if only in NOBODY else only
    names = artists_in(name)
    return names[1] if len(names) > 1 else next(iter(names), "")


def artist_nearness(
    wanted: tuple[str, ...], found: tuple[str, ...], guests: tuple[str, ...] = ()
) -> int | None:
    """Return how near two artists are: 0 equal, 1 and more where one of several is, None for
    others.

    `wanted`, `found`: of `artists_in`. `guests`: artists that a title names, who count as the last
    ones.
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
    """Return the artists that the guests of a title name, as `loose` writes them."""
    return tuple(each for name in guests for each in artists_in(name))


def same_artist(a: str, b: str) -> bool:
    """Whether two artists agree: they are equal, or one of several is; `The` in front does not
    matter.
    """
    return artist_nearness(artists_in(a), artists_in(b)) is not None


def same_title(a: str, b: str) -> bool:
    """Whether two titles agree: they are equal, or one of them has words in brackets or after a
    dash in addition.
    """
    near = nearness(parsed(a), parsed(b))
    return near is not None
