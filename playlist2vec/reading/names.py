"""Artist and title in a text: `artist – title`, whatever stands before it, and quotes around it."""

import re
from typing import NamedTuple

DASH = re.compile(r"\s+[-\u2010-\u2015\u2212~]\s+|\s*\u2014\s*")
"""What stands between an artist and a title: a dash between blanks, or an em dash."""
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
"""Quotes, and those that close them."""
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
    """What a text or a path says of a song; empty what it does not say."""

    artist: str = ""
    title: str = ""
    album: str = ""


def name_in(text: str) -> Name:
    """Return the artist and the title in `artist – title`; a text without a dash between blanks is
    a title.
    """
    text = " ".join(text.split())
    if by := _BY.fullmatch(text):
        return Name(unquoted(by[2]), by[1].strip())
    whole = unquoted(text)
    parts = DASH.split(whole, maxsplit=1)
    if len(parts) == 2 and parts[0].strip() and parts[1].strip():
        return Name(unquoted(parts[0]), unquoted(parts[1]))
    return Name(title=whole)


def unnumbered(text: str) -> str:
    """Return a line of a list without what stands before its song: bullets, numbers and times, in
    any order.

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
    """Return the text without quotes around all of it."""
    text = text.strip()
    if len(text) > 2 and text[-1] in QUOTES.get(text[0], ""):
        inner = text[1:-1]
        if text[0] not in inner and text[-1] not in inner:
            return inner.strip()
    return text
