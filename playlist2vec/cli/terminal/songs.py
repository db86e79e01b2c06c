"""Tables of songs for people."""

from collections.abc import Sequence

from playlist2vec.base.visible import visible
from playlist2vec.cli.terminal.looks import Looks, Style
from playlist2vec.recommend.columns import clipped
from playlist2vec.recommend.entries import Entry

SPARE = ("genre", "track", "plays")
"""Columns to leave out on a narrow terminal, in this order."""


def name_of(entry: Entry) -> str:
    """Return `Artist – Title`, or the known part of both, or the id."""
    return " – ".join(filter(None, (entry["artist"], entry["title"]))) or str(entry["track"])


def songs_table(entries: Sequence[Entry], number: str | None, digits: int, looks: Looks) -> str:
    """Return songs as a table for people, without columns that are empty for all songs.

    `number`: key of the number in the last column, shown with `digits` decimals; None for no such
    column.
    """
    genres = ["genre"] if any("genre" in entry for entry in entries) else []
    header = ["", "artist", "title", *genres, "track", "plays", *([number] if number else [])]
    rows = [
        _cells(place, entry, header, number, digits) for place, entry in enumerate(entries, start=1)
    ]
    filled = [place for place, column in enumerate(zip(*rows, strict=True)) if any(column)]
    kept = filled or range(len(header))
    header = [header[place] for place in kept]
    # People know a song without a name only by its id.
    spare = SPARE if {"artist", "title"} & set(header) else ("genre", "plays")
    numbers = ("", "plays", number or "")
    shown = [[row[place] for place in kept] for row in rows]
    lines = looks.table(header, shown, numbers=numbers, spare=spare).splitlines()
    for place in range(len(entries), 0, -1):
        reasons = (clipped(line, looks.width) for line in _reasons(entries[place - 1]))
        lines[place + 1 : place + 1] = [looks.styled(line, Style.FAINT) for line in reasons]
    return "".join(f"{line}\n" for line in lines)


def cold_table(entries: Sequence[Entry], looks: Looks) -> str:
    """Return cold songs as a table for people, under a heading."""
    if not entries:
        return "no song in no playlist is like these songs by artist or sound\n"
    header = ["", "artist", "title", "track", "by", "cosine"]
    rows = [
        [
            f"{place}",
            each["artist"],
            each["title"],
            each["track"],
            each["by"],
            f"{each['score']:.3f}",
        ]
        for place, each in enumerate(entries, start=1)
    ]
    table = looks.table(header, rows, numbers=("", "cosine"), spare=("by", "track"))
    return f"songs in no playlist, by artist or sound:\n{table}"


def _cells(
    place: int, entry: Entry, header: Sequence[str], number: str | None, digits: int
) -> list[str]:
    """Return the cells of a song under a header."""
    numbers = {"": f"{place}", "plays": f"{entry['plays']}"}
    if number:
        numbers[number] = f"{entry[number]:.{digits}f}" if number in entry else ""
    return [numbers[name] if name in numbers else entry.get(name, "") for name in header]


def _reasons(entry: Entry) -> list[str]:
    """Return a line for every part of a suggestion's score."""
    why = entry.get("why", {})
    parts = [
        f"     {part['part']:+.3f} by {visible(name_of(part))}" for part in why.get("tracks", ())
    ]
    parts += [
        f"     {part['adds']:+.4f} ({part['share']:.0%}) by {part['words']}"
        for part in entry.get("parts", ())
    ]
    own = why.get("by_itself", 0)
    return [*parts, f"     {own:+.3f} by itself, whatever the query"] if own else parts
