"""Notes of a reader: how a file was read, and counts of entries that were left out."""

from collections.abc import Iterator
from pathlib import Path

PLACES = 5
"""Places of a kind that are named; further places are only counted."""


class Notes:
    """Notes on a file: texts, and counts of left out or changed entries with the first places.

    `path`: the file as the user named it, for messages.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path
        self._texts: dict[str, None] = {}
        self._counts: dict[str, int] = {}
        self._places: dict[str, list[str]] = {}

    def say(self, text: str) -> None:
        """Keep a note; a repeated note is kept once."""
        self._texts[text] = None

    def count(self, what: str, place: str = "", number: int = 1) -> None:
        """Add to the count of a kind, for example `empty rows: left out`.

        `place`: for example `line 7`.
        """
        self._counts[what] = self._counts.get(what, 0) + number
        places = self._places.setdefault(what, [])
        if place and len(places) < PLACES and place not in places:
            places.append(place)

    def take(self, other: "Notes") -> None:
        """Add the notes on a file inside this file, with the inner path before the places."""
        for text in list(other._texts)[:PLACES]:
            self.say(f"{other.path}: {text}")
        for what, number in other._counts.items():
            places = [f"{other.path}, {place}" for place in other._places[what]] or [
                str(other.path)
            ]
            for place in places:
                self.count(what, place, 0)
            self.count(what, number=number)

    def number(self, what: str) -> int:
        """Return the count of a kind, 0 for an unknown kind."""
        return self._counts.get(what, 0)

    @property
    def counts(self) -> dict[str, int]:
        """Return the counts by kind, in the order in which the kinds were first counted."""
        return dict(self._counts)

    def __iter__(self) -> Iterator[str]:
        """Yield a line for every note: the texts, then the counts with the first places."""
        yield from (f"{self.path}: {text}" for text in self.texts())

    def texts(self) -> Iterator[str]:
        """Yield the notes without the name of the file."""
        yield from self._texts
        for what, number in self._counts.items():
            places = self._places[what]
            named = ", ".join([*places, "..."] if len(places) < number else places)
            yield f"{number:,} {what}{f' ({named})' if places else ''}"
