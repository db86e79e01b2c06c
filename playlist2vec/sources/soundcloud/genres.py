"""Normalization of genres typed by users, with a table of aliases."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError

HEADER = "alias\tgenre"
NOTHING = "-"
"""The mark in the column genre for an alias that says nothing about music."""
LONGEST = 60
"""The most characters of a genre; the rest is cut off."""
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_QUOTES = re.compile("['\"`\u00b4\u2018-\u201f\u2032\u2033]")
_AND = re.compile(r" (?:and|n|\+) ")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")
_BETWEEN = re.compile(r"[,;/|\\\n\u2022\u00b7]+")
_MUSIC = "music"


class Genre(NamedTuple):
    """A genre, and the way it was found.

    `name`: a genre of the table, or a genre as typed, or empty. `how`: TABLE, TYPED, IGNORED or
    NONE.
    """

    name: str
    how: str


TABLE, TYPED, IGNORED, NONE = "by the table", "as typed", "ignored", "none"


def normal(text: str) -> str:
    """Return a genre in normal form: lower case, plain dashes, single blanks, no quotes.

    The ends are letters or digits. `and`, `n` and `+` between words become `&`. The normal form of
    a normal form is the same text.
    """
    found = text
    # A step may produce text that an earlier step changes, so repeat until nothing changes.
    while (once := _normal_once(found)) != found:
        found = once
    return found


def _normal_once(text: str) -> str:
    found = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    found = _QUOTES.sub("", _DASHES.sub("-", found)).replace("_", " ")
    found = _AND.sub(" & ", " ".join(found.split()))
    return _ENDS.sub("", _ENDS.sub("", found)[:LONGEST])


def letters(text: str) -> str:
    """Return the letters and digits of a genre without accents, equal for similar spellings."""
    plain = unicodedata.normalize("NFKD", normal(text))
    return "".join(sign for sign in plain if sign.isalnum())


@dataclass(frozen=True)
class Genres:
    """The table of genres.

    `genre_of`: the genre by the letters of an alias or a genre, empty for an alias to be ignored.
    """

    genre_of: dict[str, str]

    @staticmethod
    def load(path: str | Path) -> "Genres":
        """Read a TSV file with the columns alias and genre.

        NOTHING as genre marks an alias to be ignored. A genre is an alias of itself and need not be
        listed. Raises DataError, naming the line, for a text not in normal form, an alias of two
        genres, and an alias of an alias.
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
        """Return the genre for a text typed by a user.

        The whole text is looked up first, with and without `music` at the end; then the parts
        between commas or slashes, of which the first known part counts. A text that the table does
        not know stays as typed, in normal form.
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
