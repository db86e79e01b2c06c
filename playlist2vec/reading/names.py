"""Artist and title in a text `artist – title`, without a list number in front or outer quotes."""

import re
from typing import NamedTuple

DASH = re.compile(r"\s+[-\u2010-\u2015\u2212~]\s+|\s*\u2014\s*")
"""Separator of artist and title: a dash between spaces, or an em dash."""
QUOTES = {
    '"': '"',
    "'": "'",
    "`": "'`",
    "\u201c": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u2018": "\u2019",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u2039": "\u203a",
    "\u300c": "\u300d",
}
"""Closing quotes by opening quote."""
_BULLET = re.compile(r"[*•◦‣·●○▪▫■□►▶♪♫→+>–-]\s+|[•◦‣●○▪■►▶♪♫→]\s*|\[[ xX]\]\s+|#(?=\d)")
_TIME = re.compile(
    r"[\[(]?(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d+)?[\])]?(?=$|[\s:|.–—-])\s*(?:[-–—:|.]\s+)?"
)
_NUMBER = re.compile(
    r"(\d{1,4})(?:[.):]\)?|\s*\t)\s*(?=[^\s\d])|[\[(](\d{1,4})[\])][.:]?\s+|(\d{1,4})[.):]\s+"
)
_DASHED = re.compile(r"(0\d{0,3}|\d{1,4}(?=\s+[-–—]\s+.*\s[-–—]\s))\s+[-–—]\s+")
_BY = re.compile(r"[\"“„«](.+)[\"”“»]\s+by\s+(.+)", re.IGNORECASE)


class Name(NamedTuple):
    """Artist, title and album that a text or a path names; an unnamed part is empty."""

    artist: str = ""
    title: str = ""
    album: str = ""


def name_in(text: str) -> Name:
    """Return artist and title of `artist – title`; a text without a spaced dash is a title."""
    text = " ".join(text.split())
    if by := _BY.fullmatch(text):
        return Name(unquoted(by[2]), by[1].strip())
    whole = unquoted(text)
    parts = DASH.split(whole, maxsplit=1)
    if len(parts) == 2 and parts[0].strip() and parts[1].strip():
        return Name(unquoted(parts[0]), unquoted(parts[1]))
    return Name(title=whole)


def unnumbered(text: str) -> str:
    """Return a line of a list without bullets, numbers and times before the song, in any order.

    `1. A`, `3) A`, `[01] A`, `• A`, `00:00 A`, `01 - A` and `12 - A - B` become `A` and `A - B`;
    `1979 - A` stays.
    """
    rest = "\t".join(" ".join(cell.split()) for cell in text.strip().split("\t"))
    for _ in range(4):
        for pattern in (_BULLET, _TIME, _NUMBER, _DASHED):
            found = pattern.match(rest)
            if found and found.end() < len(rest):
                rest = rest[found.end() :].strip()
                break
        else:
            break
    return rest


def unquoted(text: str) -> str:
    """Return the text without quotes around the whole text."""
    text = text.strip()
    if len(text) > 2 and text[-1] in QUOTES.get(text[0], ""):
        inner = text[1:-1]
        if text[0] not in inner and text[-1] not in inner:
            return inner.strip()
    return text
