"""What a reader says beside the songs: how a file was read, and what was left out of it."""

from collections.abc import Iterator
from pathlib import Path

PLACES = 5
"""Places of one kind that are named; more are counted."""


class Notes:
    """Notes on one file: texts, and counts of what was left out or changed, with the first places
    of each.

    `path`: the file as the user named it, for messages.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path
        self._texts: dict[str, None] = {}
        self._counts: dict[str, int] = {}
        self._places: dict[str, list[str]] = {}

    def say(self, text: str) -> None:
        """Keep a note. The same note is kept once."""
        self._texts[text] = None

    def count(self, what: str, place: str = "", number: int = 1) -> None:
        """Add to the count of one kind, such as `rows of another width than the header: left out`.

        `place`: such as `line 7`.
        """
        self._counts[what] = self._counts.get(what, 0) + number
        places = self._places.setdefault(what, [])
        if place and len(places) < PLACES and place not in places:
            places.append(place)

    def take(self, other: "Notes") -> None:
        """Keep the notes on a file inside this one, with its path before the places."""
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
        """Return the count of one kind, 0 for one that was not met."""
        return self._counts.get(what, 0)

    @property
    def counts(self) -> dict[str, int]:
        """The counts by kind, in the order in which the kinds were met."""
        return dict(self._counts)

    def __iter__(self) -> Iterator[str]:
        """Yield one line a note: the texts, then the counts with their first places."""
        yield from (f"{self.path}: {text}" for text in self.texts())

    def texts(self) -> Iterator[str]:
        """Yield the notes without the name of the file."""
        yield from self._texts
        for what, number in self._counts.items():
            places = self._places[what]
            named = ", ".join([*places, "..."] if len(places) < number else places)
            yield f"{number:,} {what}{f' ({named})' if places else ''}"
