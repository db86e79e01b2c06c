"""Parsing of titles into the title proper, versions, guests, and further text in brackets."""

import re
from functools import lru_cache
from typing import NamedTuple

from playlist2vec.songs.likeness.spelling import loose, plain

VERSIONS = {
    "live": "live",
    "unplugged": "live",
    "session": "live",
    "sessions": "live",
    "concert": "live",
    "vivo": "live",
    "remix": "remix",
    "remixed": "remix",
    "rmx": "remix",
    "mix": "remix",
    "edit": "remix",
    "rework": "remix",
    "bootleg": "remix",
    "mashup": "remix",
    "dub": "remix",
    "vip": "remix",
    "flip": "remix",
    "acoustic": "acoustic",
    "akustik": "acoustic",
    "acustico": "acoustic",
    "acoustique": "acoustic",
    "piano": "acoustic",
    "instrumental": "instrumental",
    "karaoke": "instrumental",
    "acapella": "a cappella",
    "cappella": "a cappella",
    "demo": "demo",
    "cover": "cover",
    "extended": "extended",
    "sped": "sped up",
    "nightcore": "sped up",
    "slowed": "slowed",
    "reprise": "reprise",
    "orchestral": "orchestral",
    "rerecorded": "rerecorded",
}
"""The version of a recording by the word for the version."""
EDITIONS = frozenset(
    (
        "remaster",
        "remastered",
        "version",
        "album",
        "single",
        "original",
        "radio",
        "mono",
        "stereo",
        "bonus",
        "track",
        "deluxe",
        "edition",
        "anniversary",
        "explicit",
        "clean",
        "dirty",
        "censored",
        "uncensored",
        "official",
        "video",
        "audio",
        "music",
        "lyric",
        "lyrics",
        "visualizer",
        "visualiser",
        "hd",
        "hq",
        "4k",
        "digital",
        "digitally",
        "reissue",
        "expanded",
        "super",
        "theme",
        "soundtrack",
        "ost",
    )
)
"""Words for an edition of the same recording; numbers may stand beside them."""
NEAR_ORIGINAL = frozenset(
    (
        "original mix",
        "radio edit",
        "single edit",
        "radio mix",
        "album mix",
        "mono mix",
        "stereo mix",
    )
)
_REMASTER = re.compile(r"\b(?:re-?master\w*|remasteri[sz]\w*)\b", re.IGNORECASE)
_PARTED = re.compile(r"[(\[{]|\s[-–—~|]\s|\b(?:feat|ft|featuring)\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^][]*)\]|\{([^{}]*)\}")
_NESTED = re.compile(r"([(\[][^()\[\]]*)[(\[]([^()\[\]]*)[)\]]([^()\[\]]*[)\]])")
_DASH = re.compile(r"\s[-–—~|]+\s")
_GUESTS = re.compile(r"\s*(?:feat|ft|featuring|with|w/)(?:\.\s*|\s+)(.+)", re.IGNORECASE)
_GUESTS_AFTER = re.compile(r"\s(?:feat|ft|featuring)(?:\.\s*|\s+)(.+)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th)?")


class Title(NamedTuple):
    """A parsed title; texts are in the form of `loose`, except `guests`.

    `whole`: the whole title without guests. `core`: the title proper. `others`: texts in brackets
    or after a dash that name no version, such as `Part 2`. `versions`: from VERSIONS. `marks`: the
    texts that name the versions, such as the name of a remix. `guests`: artists after `feat.`, in
    their original spelling.
    """

    whole: str
    core: str
    others: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    guests: tuple[str, ...] = ()


def parsed(title: str) -> Title:
    """Return a parsed title; a title without text outside of brackets is its own core."""
    if not _PARTED.search(title):
        whole = loose(title)
        return Title(whole, whole)
    title = _NESTED.sub(r"\1 \2 \3", title)
    parts = [part for found in _BRACKETS.findall(title) for part in found if part.strip()]
    first, *tails = _DASH.split(_BRACKETS.sub(" ", title))
    guests: list[str] = []
    if found := _GUESTS_AFTER.search(first):
        guests.append(found[1].strip())
        first = first[: found.start()]
    core = loose(first) if first.strip() else ""
    others, versions, marks = set(), set(), set()
    for part in (*parts, *tails):
        kind, said = _parsed_part(part)
        if kind == "guests":
            guests.append(said)
        elif kind == "other":
            others.add(said)
        elif kind:
            versions.add(kind)
            marks.add(said)
    whole = _whole(title)
    if not core:
        return Title(whole, whole, guests=tuple(guests))
    return Title(
        whole, core, frozenset(others), frozenset(versions), frozenset(marks), tuple(guests)
    )


def title_proper(title: str) -> str:
    """Return the original title up to the first bracket, dash between words, or guest."""
    return _PARTED.split(title, maxsplit=1)[0].strip() or title


def nearness(wanted: Title, found: Title) -> int | None:
    """Return the rank of a match of titles: 0 equal, 1 equal as a whole, from 2 on another version.

    Returns None for titles of different songs. Words in brackets or after a dash in only one title
    make another version, unless they name an edition. Different words in both titles make two
    songs: `Part 1` and `Part 2`.
    """
    if wanted.core == found.core and wanted.core:
        if wanted.others == found.others:
            if wanted.versions != found.versions:
                return 3
            return 0 if wanted.marks == found.marks else 2
        if not wanted.others or not found.others:
            return 4 if wanted.versions == found.versions else 5
    return 1 if wanted.whole == found.whole and wanted.whole else None


def _whole(title: str) -> str:
    """Return the letters of the whole title, without guests."""

    def kept(found: re.Match[str]) -> str:
        inside = next(filter(None, found.groups()), "")
        return " " if _GUESTS.fullmatch(inside) else f" {inside} "

    bare = _BRACKETS.sub(kept, title)
    return loose(_GUESTS_AFTER.sub("", bare)) or loose(title)


@lru_cache(maxsize=65_536)
def _parsed_part(part: str) -> tuple[str, str]:
    """Return the kind and the text of a part in brackets or after a dash.

    The kind is `guests`, `other`, a version, or empty for a part that does not matter, such as an
    edition. The text is the names of the guests, or else the letters of the part.
    """
    if found := _GUESTS.fullmatch(part):
        return "guests", found[1].strip()
    words = plain(part).split()
    if (
        not words
        or _REMASTER.search(part)
        or " ".join(words) in NEAR_ORIGINAL
        or words[0] == "from"
    ):
        return "", ""
    if all(word in EDITIONS or _NUMBER.fullmatch(word) for word in words) and (
        not EDITIONS.isdisjoint(words) or (len(words) == 1 and len(words[0]) == 4)
    ):
        return "", ""
    version = next((VERSIONS[word] for word in words if word in VERSIONS), "")
    return (version or "other"), loose(part)
