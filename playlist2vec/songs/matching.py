"""Whether two sources mean the same song: artists and titles are seldom written alike twice."""

import re
import unicodedata

_BRACKETS = re.compile(r"\([^()]*\)|\[[^][]*\]")
_VERSION = re.compile("\\s[-\u2013\u2014]\\s.*", re.DOTALL)
_APOSTROPHE = re.compile("['\u2018\u2019]")
_NEXT_ARTIST = re.compile(r"\s*[,;/&+]\s*|\s+(?:feat|ft|featuring|vs|with|and|x)\b\.?\s+", re.IGNORECASE)


def plain(text: str) -> str:
    """The words of a text without case, accents and punctuation, a blank between them; a text of signs stays itself."""
    letters = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text))
    words = re.findall(r"\w+", "".join(sign for sign in letters if not unicodedata.combining(sign)).casefold())
    return " ".join(words) or " ".join(text.casefold().split())


def same_artist(a: str, b: str) -> bool:
    """Whether two artists agree: they are equal, or the first of several named is; `The` in front does not matter."""
    return not _artist_forms(a).isdisjoint(_artist_forms(b))


def same_title(a: str, b: str) -> bool:
    """Whether two titles agree: they are equal, or one of them has words in brackets or after a dash in addition."""
    return plain(a) in _title_forms(b) or plain(b) in _title_forms(a)


def _artist_forms(name: str) -> set[str]:
    first = _NEXT_ARTIST.split(name.strip(), maxsplit=1)[0]
    return {plain(form).removeprefix("the ") for form in (name, first) if form.strip()}


def _title_forms(title: str) -> set[str]:
    forms = (title, _BRACKETS.sub(" ", title), _VERSION.sub("", title))
    return {plain(form) for form in forms if form.strip()}
