"""Names of genres as people type them, made alike by a table."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError

HEADER = "alias\tgenre"
NOTHING = "-"
"""Stands in the table for the genre of an alias that says nothing of music."""
LONGEST = 60
"""Characters of a genre; the rest is cut off."""
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_QUOTES = re.compile("['\"`\u00b4\u2018-\u201f\u2032\u2033]")
_AND = re.compile(r" (?:and|n|\+) ")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")
_BETWEEN = re.compile(r"[,;/|\\\n\u2022\u00b7]+")
_MUSIC = "music"


class Genre(NamedTuple):
    """`name`: a genre of the table, one as it was typed, or empty. `how`: one of the words below."""

    name: str
    how: str


TABLE, TYPED, IGNORED, NONE = "by the table", "as typed", "ignored", "none"


def normal(text: str) -> str:
    """A genre in lower case, with plain dashes and single blanks, no quotes, and nothing but words
    at its ends.

    `and`, `n` and `+` between words are `&`. What is normal stays as it is.
    """
    found = text
    # Each step can make work for one before it, as a sign that stands for several does.
    while (once := _normal_once(found)) != found:
        found = once
    return found


def _normal_once(text: str) -> str:
    found = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    found = _QUOTES.sub("", _DASHES.sub("-", found)).replace("_", " ")
    found = _AND.sub(" & ", " ".join(found.split()))
    return _ENDS.sub("", _ENDS.sub("", found)[:LONGEST])


def letters(text: str) -> str:
    """Letters and digits of a genre alone, without accents: what spellings that mean the same have
    in common.
    """
    plain = unicodedata.normalize("NFKD", normal(text))
    return "".join(sign for sign in plain if sign.isalnum())


@dataclass(frozen=True)
class Genres:
    """The table. `genre_of`: by the letters of an alias or a genre, the genre, or empty where it
    says nothing of it.
    """

    genre_of: dict[str, str]

    @staticmethod
    def load(path: str | Path) -> "Genres":
        """Read a TSV file with the columns alias and genre; an alias whose genre is NOTHING is to
        be ignored.

        A genre is one of its own aliases and need not be listed as such. Raises DataError, naming
        the line, for what is not normal, an alias that leads elsewhere as well, and one that leads
        to an alias.
        """
        try:
            lines = Path(path).read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            raise DataError(
                f"{path}: not UTF-8: expected a table with the columns alias and genre"
            ) from None
        if lines[:1] != [HEADER]:
            raise DataError(
                f"{path}: line 1 is {lines[0] if lines else ''!r}: "
                "expected the columns alias and genre"
            )
        genre_of: dict[str, str] = {}
        for number, line in enumerate(lines[1:], start=2):
            alias, genre = _row(line, f"{path}: line {number}")
            if genre_of.setdefault(letters(alias), genre) != genre:
                raise DataError(
                    f"{path}: line {number}: {alias} is {genre or 'ignored'}, "
                    f"and was {genre_of[letters(alias)]!r} before: expected one of the two"
                )
        for genre in sorted(set(genre_of.values()) - {""}):
            if genre_of.setdefault(letters(genre), genre) != genre:
                raise DataError(
                    f"{path}: {genre} is a genre, and an alias of another: expected one of the two"
                )
        return Genres(genre_of)

    def of(self, text: str) -> Genre:
        """The genre that somebody typed. Of several with commas or slashes between them it is the
        first that is known.

        One that the table does not know is known without the word music at its end if what is left
        is; else it stays as it was typed, but normal.
        """
        whole = normal(text)
        if (known := self._known(whole)) is not None:
            return Genre(known, TABLE if known else IGNORED)
        parts = [part for each in _BETWEEN.split(text) if (part := normal(each))]
        genres = [self._known(part) for part in parts]
        named = [genre for genre in genres if genre]
        if named:
            return Genre(named[0], TABLE)
        typed = [part for part, genre in zip(parts, genres, strict=True) if genre is None]
        if typed:
            return Genre(typed[0], TYPED)
        return Genre("", IGNORED if parts else NONE)

    def _known(self, text: str) -> str | None:
        found = letters(text)
        known = self.genre_of.get(found)
        if known is None and found.endswith(_MUSIC):
            known = self.genre_of.get(found.removesuffix(_MUSIC))
        return known


def _row(line: str, where: str) -> tuple[str, str]:
    fields = line.split("\t")
    if len(fields) != 2:
        raise DataError(f"{where} has {len(fields)} fields: expected an alias, a tab and a genre")
    for name, value in zip(("alias", "genre"), fields, strict=True):
        if value != NOTHING * (name == "genre") and (value != normal(value) or not letters(value)):
            raise DataError(
                f"{where}: {name} = {value}: expected {normal(value) or 'letters'}, the normal form"
            )
    return fields[0], fields[1].removeprefix(NOTHING)
