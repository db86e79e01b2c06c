"""How songs are written: for people, for players, or for programs."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import as_json, visible
from playlist2vec.corpus.songs import Row
from playlist2vec.reading.songs import Listed
from playlist2vec.recommend.constraints import Suggestion
from playlist2vec.recommend.entries import Entry, entry_of, why_of
from playlist2vec.recommend.playlist_writer import as_columns, format_of, write_playlist
from playlist2vec.recommend.recommender import Recommender

if TYPE_CHECKING:
    from playlist2vec.cli.cold import ColdSongs

BY_FILE = ("m3u8", "xspf")
"""Formats for players, in which a song that has a file is its file."""


def note(text: str) -> None:
    """Write a line for people beside the output."""
    print(visible(text), file=sys.stderr, flush=True)


def listed(recommender: Recommender, entries: Sequence[Entry], *, files: bool = False) -> list[Listed]:
    """Return songs as they are written into playlist files; `files`: by the path of its file, where a song has one."""
    deezer = recommender.deezer_ids
    tracks = [(files and each.get("file")) or each["track"] for each in entries]
    return [Listed(track, each["artist"], each["title"], deezer) for track, each in zip(tracks, entries, strict=True)]


def write_suggestions(
    arguments: argparse.Namespace,
    recommender: Recommender,
    songs: Sequence[Row],
    found: Sequence[Suggestion],
    query: str = "last",
    *,
    before: Sequence[Row] = (),
    unknown: Sequence[str] = (),
    skipped: int = 0,
    cold: "ColdSongs | None" = None,
) -> None:
    """Write what was suggested for `songs`, after the songs `before`.

    `query`: last or history, how it was asked. `unknown`, `skipped`: names and number of the songs
    that the model does not know, for programs. `cold`: finds songs that no playlist holds, to stand after the others.
    Raises DataError when nothing was found.
    """
    if not found:
        raise DataError("no song is left to suggest: expected wishes that rule out fewer")
    entries = []
    for row, score in found:
        entry = entry_of(recommender, row, score=round(score, 6))
        if getattr(arguments, "why", False):
            entry |= why_of(recommender, songs, row, query)
        entries.append(entry)
    own = [entry_of(recommender, row) for row in before]
    asked = {
        "query": [entry_of(recommender, row) for row in songs],
        "skipped": skipped,
        "unknown": unknown,
    }
    entries = [*own, *entries]
    if cold is None:
        write_songs(arguments, recommender, entries, "score", asked)
    else:
        new = [entry for _, entry in cold.after(songs, arguments.count)]
        write_songs(arguments, recommender, [cold.with_file(each) for each in entries], "score", asked, new)


def write_songs(
    arguments: argparse.Namespace,
    recommender: Recommender,
    entries: Sequence[Entry],
    number: str | None,
    more: Entry | None = None,
    cold: Sequence[Entry] | None = None,
) -> None:
    """Write songs as the options of `add_output` ask.

    `number`: the key of the number in the table's last column, None for no such column. `more`:
    what JSON says before the songs. `cold`: songs that no playlist holds, apart from the others.
    """
    form = form_of(arguments)
    if arguments.json:
        content = {**(more or {}), "tracks": list(entries), **({} if cold is None else {"cold": list(cold)})}
        text = as_json(content, indent=2) + "\n"
    elif form == "table":
        text = _table(recommender, entries, number) + ("" if cold is None else _cold_table(cold))
    else:
        every = [*entries, *(cold or ())]
        text = write_playlist(listed(recommender, every, files=form in BY_FILE), form)
    write_out(arguments, text, len(entries) + len(cold or ()))


def form_of(arguments: argparse.Namespace) -> str:
    """Return the format that the options of `add_output` ask for: table, or that of a playlist file."""
    return arguments.format or (format_of(arguments.output) if arguments.output else "table")


def write_out(arguments: argparse.Namespace, text: str, songs: int) -> None:
    """Write what says so many songs to the file or the terminal that the options of `add_output` ask for."""
    if arguments.output:
        write_text(arguments.output, text)
        note(f"{arguments.output}: {songs:,} songs")
    else:
        sys.stdout.write(text)


def _table(recommender: Recommender, entries: Sequence[Entry], number: str | None) -> str:
    """Return songs as a table for people, without the columns of what is known of none of them."""
    catalogue = recommender.catalogue
    digits = 4 if recommender.blend and number == "score" else 3
    genres = ["genre"] if catalogue.genres else []
    header = ["", "artist", "title", *genres, "track", "plays", *([number] if number else [])]
    rows = [
        [
            f"{place}",
            entry["artist"],
            entry["title"],
            *(entry[genre] for genre in genres),
            entry["track"],
            f"{entry['plays']}",
            *([f"{entry[number]:.{digits}f}" if number in entry else ""] if number else []),
        ]
        for place, entry in enumerate(entries, start=1)
    ]
    told = [place for place, column in enumerate(zip(*rows, strict=True)) if any(column)] or range(len(header))
    lines = as_columns([header[place] for place in told], [[row[place] for place in told] for row in rows]).splitlines()
    for place in range(len(entries), 0, -1):
        lines[place + 1 : place + 1] = _reasons(entries[place - 1])
    if catalogue.named < len(catalogue):
        lines.append(f"({catalogue.named:,} of {len(catalogue):,} songs have a name)")
    return "\n".join(lines) + "\n"


def _cold_table(entries: Sequence[Entry]) -> str:
    """Return songs that no playlist holds as a table for people, under a line that says so."""
    if not entries:
        return "no song that no playlist holds can be told by artist or sound from these\n"
    rows = [
        [f"{place}", each["artist"], each["title"], each["track"], each["by"], f"{each['score']:.3f}"]
        for place, each in enumerate(entries, start=1)
    ]
    table = as_columns(["", "artist", "title", "track", "by", "cosine"], rows)
    return f"songs that no playlist holds, by their artist or their sound:\n{table}"


def _reasons(entry: Entry) -> list[str]:
    """Return a line for each part of a suggestion's score."""
    why = entry.get("why", ())
    parts = [f"     {part['part']:+.3f} by {visible(_name(part))}" for part in why]
    parts += [f"     {part['adds']:+.4f} ({part['share']:.0%}) by {part['words']}" for part in entry.get("parts", ())]
    own = entry.get("by_itself", 0)
    return [*parts, f"     {own:+.3f} by itself, whatever was asked with"] if own else parts


def _name(entry: Entry) -> str:
    return " – ".join(filter(None, (entry["artist"], entry["title"]))) or str(entry["track"])
